using System.Globalization;
using System.Text.Json;
using NGpt.Core.Errors;

namespace NGpt.Torch.Benchmarks;

/// <summary>
/// What is said between the program and its workers, one line each: the request and all answers are JSON objects, and a
/// command is "step N". A worker whose input ends is no longer wanted. All characters are ASCII, whatever the console's
/// encoding is.
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
    /// <exception cref="NGptException">The line is something else.</exception>
    public static T Read<T>(string line)
    {
        try
        {
            return JsonSerializer.Deserialize<T>(line, Options) ?? throw new JsonException("null");
        }
        catch (JsonException failure)
        {
            string shown = line.Length <= 80 ? line : $"{line[..80]}…";
            throw new NGptException($"not what a worker of a benchmark says or hears: \"{shown}\"", "Use ngpt bench train", failure);
        }
    }

    /// <summary>Whether a line can be an answer: libraries that print a notice do not begin it like this.</summary>
    public static bool IsMessage(string line) => line.StartsWith('{');

    /// <summary>The command to take steps.</summary>
    public static string WriteSteps(int count) => StepCommand + count.ToString(CultureInfo.InvariantCulture);

    /// <summary>Reads the command to take steps.</summary>
    /// <exception cref="NGptException">The line is something else.</exception>
    public static int ReadSteps(string line) =>
        line.StartsWith(StepCommand, StringComparison.Ordinal)
        && int.TryParse(line.AsSpan(StepCommand.Length), NumberStyles.None, CultureInfo.InvariantCulture, out int count)
        && count is >= 1 and <= MaxSteps
            ? count
            : throw new NGptException($"\"{line}\" is no command of a benchmark", "Use ngpt bench train");
}
