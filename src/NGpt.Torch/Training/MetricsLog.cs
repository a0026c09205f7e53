using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using NGpt.Core.Configuration;
using NGpt.Core.Errors;
using NGpt.Core.Files;

namespace NGpt.Torch.Training;

/// <summary>
/// <c>metrics.jsonl</c>: one JSON object per line, appended during the run. When a run resumes from a checkpoint, the lines
/// of the steps that are repeated are removed first, so that every step occurs once.
/// </summary>
public sealed partial class MetricsLog : IDisposable
{
    private readonly FileStream _stream;
    private readonly string _path;
    private readonly Action<string>? _onLine;
    private (string? Engine, string? Precision) _lastEngine;

    /// <summary>Opens the file for appending.</summary>
    /// <param name="path">The file; created if missing.</param>
    /// <param name="lastStep">Completed steps before this part of the run; later lines are removed.</param>
    /// <param name="lastEvaluation">Step of the last evaluation before this part, or null; later evaluations are removed.</param>
    /// <param name="onLine">Receives every line that is appended, without its end; or null.</param>
    public MetricsLog(string path, int lastStep, int? lastEvaluation, Action<string>? onLine = null)
    {
        (_path, _onLine) = (path, onLine);
        if (File.Exists(path))
        {
            string[] kept = [.. File.ReadLines(path).Where(line => IsBefore(line, lastStep, lastEvaluation ?? -1))];
            _lastEngine = kept.Select(EngineOf).LastOrDefault(named => named.Engine is not null);
            DurableFile.WriteText(path, string.Concat(kept.Select(line => line + "\n")));
        }

        // Unbuffered: what could not be written must not be written again when the stream is closed.
        _stream = new FileStream(path, FileMode.Append, FileAccess.Write, FileShare.Read, bufferSize: 0);
    }

    /// <summary>Appends the engine of the steps from here on, where it differs from that of the steps before.</summary>
    /// <param name="step">Completed steps.</param>
    /// <param name="engine">The engine, and why it was selected.</param>
    public void Write(int step, EngineSummary engine)
    {
        ArgumentNullException.ThrowIfNull(engine);
        EngineLine line = new(step, engine.Kind.Name(), engine.Precision.Name(), engine.Reason);
        if (_lastEngine == (line.Engine, line.Precision))
        {
            return;
        }

        _lastEngine = (line.Engine, line.Precision);
        Append(line, MetricsContext.Default.EngineLine);
    }

    /// <summary>Appends a training step.</summary>
    /// <param name="report">Its metrics.</param>
    public void Write(StepReport report)
    {
        ArgumentNullException.ThrowIfNull(report);
        StepLine line = new(
            report.Step,
            report.Loss,
            report.GradientNorm,
            report.LearningRate,
            report.Tokens,
            Math.Round(report.TokensPerSecond, 1),
            Math.Round(report.Milliseconds, 3),
            Math.Round(report.DataWaitMilliseconds, 3),
            FiniteOrNull(report.NormError));
        Append(line, MetricsContext.Default.StepLine);
    }

    /// <summary>Appends an evaluation.</summary>
    /// <param name="report">Its metrics.</param>
    public void Write(EvaluationReport report)
    {
        ArgumentNullException.ThrowIfNull(report);
        EvaluationLine line = new(report.Step, report.Loss, FiniteOrNull(report.Perplexity), report.BitsPerByte, report.Tokens, SourceLine.Of(report));
        Append(line, MetricsContext.Default.EvaluationLine);
    }

    /// <summary>Flushes to disk, so that a checkpoint that is saved afterwards never survives a power failure that these lines do not.</summary>
    /// <exception cref="NGptException">The disk is full or fails.</exception>
    public void FlushToDisk() => ReportDiskErrors(() => _stream.Flush(flushToDisk: true));

    /// <inheritdoc/>
    public void Dispose() => _stream.Dispose();

    private static double? FiniteOrNull(double? value) => value is double number && double.IsFinite(number) ? number : null;

    private static bool IsBefore(string line, int lastStep, int lastEvaluation)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(line);
            JsonElement root = document.RootElement;
            int last = root.TryGetProperty("val_loss", out _) ? lastEvaluation : lastStep;
            return root.TryGetProperty("step", out JsonElement step) && step.TryGetInt32(out int value) && value <= last;
        }
        catch (Exception failure) when (failure is JsonException or InvalidOperationException)
        {
            // The line that was being written when the process was killed.
            return false;
        }
    }

    // Null for lines of steps and evaluations.
    private static (string? Engine, string? Precision) EngineOf(string line)
    {
        using JsonDocument document = JsonDocument.Parse(line);
        return (Text("engine"), Text("precision"));

        string? Text(string key) =>
            document.RootElement.TryGetProperty(key, out JsonElement value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
    }

    private void Append<T>(T line, JsonTypeInfo<T> type)
    {
        string json = JsonSerializer.Serialize(line, type);
        ReportDiskErrors(() => _stream.Write(Encoding.UTF8.GetBytes(json + "\n")));
        _onLine?.Invoke(json);
    }

    private void ReportDiskErrors(Action write)
    {
        try
        {
            write();
        }
        catch (IOException failure)
        {
            throw new NGptException(
                $"cannot write {_path}: {failure.Message.TrimEnd('.')}", "Free some space, then resume the run with --resume; its last checkpoint is valid", failure);
        }
    }

    private sealed record EngineLine(int Step, string Engine, string Precision, string EngineReason);

    private sealed record StepLine(
        int Step,
        double Loss,
        double GradNorm,
        double LearningRate,
        long Tokens,
        double TokensPerSecond,
        double StepMs,
        double DataWaitMs,
        double? NormErrorMax);

    private sealed record EvaluationLine(int Step, double ValLoss, double? ValPerplexity, double ValBpb, long ValTokens, IReadOnlyList<SourceLine>? ValSources);

    private sealed record SourceLine(string Source, double Weight, double ValLoss, double ValBpb, long ValTokens)
    {
        public static IReadOnlyList<SourceLine>? Of(EvaluationReport report) => report.Sources.Count == 0
            ? null
            : [.. report.Sources.Select(source => new SourceLine(source.Source, source.Weight, source.Loss, source.BitsPerByte, source.Tokens))];
    }

    [JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
    [JsonSerializable(typeof(EngineLine))]
    [JsonSerializable(typeof(StepLine))]
    [JsonSerializable(typeof(EvaluationLine))]
    private sealed partial class MetricsContext : JsonSerializerContext;
}
