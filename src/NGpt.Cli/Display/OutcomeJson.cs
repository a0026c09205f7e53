using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using NGpt.Core.Configuration;
using NGpt.Torch.Training;

namespace NGpt.Cli.Display;

/// <summary>The outcome of a run for programs: one JSON object on one line, with snake_case keys.</summary>
public static class OutcomeJson
{
    // Text in other scripts stays readable; the line is no part of a web page.
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Writes an outcome.</summary>
    /// <param name="outcome">The outcome.</param>
    /// <param name="exitCode">What the command is about to return.</param>
    /// <returns>One line, without a line feed.</returns>
    public static string Write(TrainingOutcome outcome, int exitCode)
    {
        ArgumentNullException.ThrowIfNull(outcome);
        using MemoryStream stream = new();
        using (Utf8JsonWriter json = new(stream, Options))
        {
            json.WriteStartObject();
            json.WriteString("end", End(outcome.End));
            json.WriteNumber("exit_code", exitCode);
            json.WriteNumber("step", outcome.Step);
            json.WriteString("run", outcome.RunFolder);
            WriteEvaluation(json, "last_evaluation", outcome.LastEvaluation);
            WriteEvaluation(json, "best_evaluation", outcome.BestEvaluation);
            json.WriteNumber("seconds", Math.Round(outcome.Elapsed.TotalSeconds, 3));
            json.WriteNumber("peak_memory_bytes", outcome.PeakMemory);
            json.WriteString("engine", outcome.Engine?.Kind.Name());
            json.WriteString("precision", outcome.Engine?.Precision.Name());
            json.WriteString("engine_reason", outcome.Engine?.Reason);
            json.WriteString("sample", outcome.Sample);
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(stream.ToArray());
    }

    private static void WriteEvaluation(Utf8JsonWriter json, string key, EvaluationReport? evaluation)
    {
        if (evaluation is null)
        {
            json.WriteNull(key);
            return;
        }

        json.WriteStartObject(key);
        json.WriteNumber("step", evaluation.Step);
        WriteNumber(json, "loss", evaluation.Loss);
        WriteNumber(json, "perplexity", evaluation.Perplexity);
        WriteNumber(json, "bits_per_byte", evaluation.BitsPerByte);
        json.WriteNumber("tokens", evaluation.Tokens);
        json.WriteEndObject();
    }

    /// <summary>JSON has no infinity: the perplexity of a diverged run may be one.</summary>
    private static void WriteNumber(Utf8JsonWriter json, string key, double value)
    {
        if (double.IsFinite(value))
        {
            json.WriteNumber(key, value);
        }
        else
        {
            json.WriteNull(key);
        }
    }

    private static string End(TrainingEnd end) => end switch
    {
        TrainingEnd.Completed => "completed",
        TrainingEnd.Evaluated => "evaluated",
        TrainingEnd.TimeLimit => "time_limit",
        TrainingEnd.Stopped => "stopped",
        _ => throw new ArgumentOutOfRangeException(nameof(end), end, null),
    };
}
