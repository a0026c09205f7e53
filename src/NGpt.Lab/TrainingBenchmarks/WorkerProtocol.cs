using System.Globalization;
using System.Text.Json;
using NGpt.Core.Errors;
using NGpt.Torch.Training;

namespace NGpt.Lab.TrainingBenchmarks;

/// <summary>
/// The line protocol between a benchmark and its workers: the request and all answers are JSON objects, and a command is
/// "step N". A worker exits when its input ends. All characters are ASCII, whatever the console's encoding is.
/// </summary>
internal static class WorkerProtocol
{
    private const string StepCommand = "step ";
    private const int MaxSteps = 1_000_000;

    private static readonly JsonSerializerOptions Options = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        IgnoreReadOnlyProperties = true,
    };

    /// <summary>Writes a request or an answer.</summary>
    public static string Write<T>(T message) => JsonSerializer.Serialize(message, Options);

    /// <summary>Reads a request or an answer.</summary>
    public static T Read<T>(string line)
    {
        try
        {
            return JsonSerializer.Deserialize<T>(line, Options) ?? throw new JsonException("null");
        }
        catch (JsonException failure)
        {
            string shown = line.Length <= 80 ? line : $"{line[..80]}…";
            throw new NGptException($"not a message of a benchmark worker: \"{shown}\"", "Use ngpt bench train", failure);
        }
    }

    /// <summary>Whether a line can be an answer and not something that a library printed.</summary>
    public static bool IsMessage(string line) => line.StartsWith('{');

    /// <summary>The command to run steps.</summary>
    public static string WriteSteps(int count) => StepCommand + count.ToString(CultureInfo.InvariantCulture);

    /// <summary>Reads the command to run steps.</summary>
    public static int ReadSteps(string line) =>
        line.StartsWith(StepCommand, StringComparison.Ordinal)
        && int.TryParse(line.AsSpan(StepCommand.Length), NumberStyles.None, CultureInfo.InvariantCulture, out int count)
        && count is >= 1 and <= MaxSteps
            ? count
            : throw new NGptException($"\"{line}\" is not a benchmark command", "Use ngpt bench train");
}

/// <summary>What a worker process measures: its first input line. Matrix products ignore the size.</summary>
internal sealed record WorkerRequest(BenchmarkSubject Subject, BenchmarkSize Size, int? Threads, bool Recompute);

/// <summary>Sent by a worker process when it is ready to measure.</summary>
internal sealed record WorkerReady
{
    /// <summary>Human-readable description of what is measured.</summary>
    public string Description { get; init; } = "";

    /// <summary>Floating-point operations per step.</summary>
    public double OperationsPerStep { get; init; }

    /// <summary>Compute threads.</summary>
    public int Threads { get; init; }

    /// <summary>Version of libtorch.</summary>
    public string LibTorch { get; init; } = "";

    /// <summary>Version of TorchSharp.</summary>
    public string TorchSharp { get; init; } = "";
}

/// <summary>
/// A worker's measurement of some steps: the time of each, the loss of the first in nats per token (0 for matrix
/// products), the stages of the last (empty where unknown), managed memory allocated by all of them, and the peak resident
/// memory of the process so far.
/// </summary>
internal sealed record WorkerMeasurement(
    double[] Seconds, double FirstLoss, IReadOnlyList<StageTime> Stages, long ManagedBytes, long PeakMemory)
{
    /// <summary>Mean time of a step.</summary>
    public double StepSeconds => Seconds.Sum() / Seconds.Length;
}
