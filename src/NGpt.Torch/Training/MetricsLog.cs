using System.Text;
using System.Text.Json;
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

    /// <summary>Opens the file for appending.</summary>
    /// <param name="path">The file; created if missing.</param>
    /// <param name="lastStep">Steps taken before this part of the run; later lines are dropped.</param>
    public MetricsLog(string path, int lastStep)
    {
        _path = path;
        if (File.Exists(path))
        {
            string[] kept = [.. File.ReadLines(path).Where(line => StepOf(line) is int step && step <= lastStep)];
            DurableFile.WriteText(path, string.Concat(kept.Select(line => line + "\n")));
        }

        _stream = new FileStream(path, FileMode.Append, FileAccess.Write, FileShare.Read);
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
            if (report.NormError is double error)
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
            writer.WriteNumber("val_perplexity", report.Perplexity);
            writer.WriteNumber("val_bpb", report.BitsPerByte);
            writer.WriteNumber("val_tokens", report.Tokens);
        });
    }

    /// <inheritdoc/>
    public void Dispose() => _stream.Dispose();

    private static int? StepOf(string line)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(line);
            return document.RootElement.TryGetProperty("step", out JsonElement step) && step.TryGetInt32(out int value) ? value : null;
        }
        catch (Exception failure) when (failure is JsonException or InvalidOperationException)
        {
            // The line that was being written when the process was killed.
            return null;
        }
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
        try
        {
            _stream.Write(line.ToArray());
            _stream.Flush();
        }
        catch (IOException failure)
        {
            throw new NGptException($"{_path}: {failure.Message}", "free some space and continue with --resume", failure);
        }
    }
}
