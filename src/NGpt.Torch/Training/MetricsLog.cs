using System.Text;
using System.Text.Json;
using NGpt.Core.Configuration;
using NGpt.Core.Errors;
using NGpt.Core.Files;

namespace NGpt.Torch.Training;

/// <summary>
/// <c>metrics.jsonl</c>: one JSON object a line, appended as the run goes. When a run continues from a checkpoint,
/// the lines of the steps that are taken again are dropped first, so that every step stands there once.
/// </summary>
public sealed class MetricsLog : IDisposable
{
    private readonly FileStream _stream;
    private readonly string _path;
    private (string? Engine, string? Precision) _named;

    /// <summary>Opens the file for appending.</summary>
    /// <param name="path">The file; created if missing.</param>
    /// <param name="lastStep">Steps taken before this part of the run; later lines are dropped.</param>
    /// <param name="lastEvaluation">Step of the last evaluation before this part, or null; later evaluations are dropped.</param>
    public MetricsLog(string path, int lastStep, int? lastEvaluation)
    {
        _path = path;
        if (File.Exists(path))
        {
            string[] kept = [.. File.ReadLines(path).Where(line => IsBefore(line, lastStep, lastEvaluation ?? -1))];
            _named = kept.Select(NamedEngine).LastOrDefault(named => named.Engine is not null);
            DurableFile.WriteText(path, string.Concat(kept.Select(line => line + "\n")));
        }

        // Without a buffer: what could not be written must not come up again when the stream is closed.
        _stream = new FileStream(path, FileMode.Append, FileAccess.Write, FileShare.Read, bufferSize: 0);
    }

    /// <summary>Appends what computes the steps from here on, where that is not what computed those before.</summary>
    /// <param name="stepsTaken">Steps taken before.</param>
    /// <param name="engine">What computes, and why.</param>
    public void Write(int stepsTaken, EngineSummary engine)
    {
        ArgumentNullException.ThrowIfNull(engine);
        (string?, string?) name = ($"\"{engine.Kind.Name()}\"", $"\"{engine.Precision.Name()}\"");
        if (_named == name)
        {
            return;
        }

        _named = name;
        Append(writer =>
        {
            writer.WriteNumber("step", stepsTaken);
            writer.WriteString("engine", engine.Kind.Name());
            writer.WriteString("precision", engine.Precision.Name());
            writer.WriteString("engine_reason", engine.Reason);
        });
    }

    /// <summary>Appends a training step.</summary>
    /// <param name="report">Its figures.</param>
    public void Write(StepReport report)
    {
        ArgumentNullException.ThrowIfNull(report);
        Append(writer =>
        {
            writer.WriteNumber("step", report.Step);
            writer.WriteNumber("loss", report.Loss);
            writer.WriteNumber("grad_norm", report.GradientNorm);
            writer.WriteNumber("learning_rate", report.LearningRate);
            writer.WriteNumber("tokens", report.Tokens);
            writer.WriteNumber("tokens_per_second", Math.Round(report.TokensPerSecond, 1));
            writer.WriteNumber("step_ms", Math.Round(report.Milliseconds, 3));
            writer.WriteNumber("data_wait_ms", Math.Round(report.DataWaitMilliseconds, 3));
            if (report.NormError is double error && double.IsFinite(error))
            {
                writer.WriteNumber("norm_error_max", error);
            }
        });
    }

    /// <summary>Appends an evaluation.</summary>
    /// <param name="report">Its figures.</param>
    public void Write(EvaluationReport report)
    {
        ArgumentNullException.ThrowIfNull(report);
        Append(writer =>
        {
            writer.WriteNumber("step", report.Step);
            writer.WriteNumber("val_loss", report.Loss);
            if (double.IsFinite(report.Perplexity))
            {
                writer.WriteNumber("val_perplexity", report.Perplexity);
            }

            writer.WriteNumber("val_bpb", report.BitsPerByte);
            writer.WriteNumber("val_tokens", report.Tokens);
        });
    }

    /// <summary>Makes the lines so far survive a power cut. A checkpoint that comes after them then never outlives them.</summary>
    /// <exception cref="NGptException">The disk is full or fails.</exception>
    public void FlushToDisk() => Guarded(() => _stream.Flush(flushToDisk: true));

    /// <inheritdoc/>
    public void Dispose() => _stream.Dispose();

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

    // As they are written in a line that names an engine; nothing of other lines.
    private static (string? Engine, string? Precision) NamedEngine(string line)
    {
        using JsonDocument document = JsonDocument.Parse(line);
        return (Word("engine"), Word("precision"));

        string? Word(string key) => document.RootElement.TryGetProperty(key, out JsonElement value) ? value.GetRawText() : null;
    }

    private void Append(Action<Utf8JsonWriter> write)
    {
        using MemoryStream line = new();
        using (Utf8JsonWriter writer = new(line))
        {
            writer.WriteStartObject();
            write(writer);
            writer.WriteEndObject();
        }

        line.Write(Encoding.UTF8.GetBytes("\n"));
        Guarded(() => _stream.Write(line.ToArray()));
    }

    private void Guarded(Action write)
    {
        try
        {
            write();
        }
        catch (IOException failure)
        {
            throw new NGptException(
                $"cannot write {_path}: {failure.Message.TrimEnd('.')}", "Free some space, then continue the run with --resume; its last checkpoint is whole", failure);
        }
    }
}
