using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using NGpt.Core.Evaluation;
using NGpt.Core.Evaluation.Tasks;
using NGpt.Data.Evaluation;

namespace NGpt.Cli.Display;

/// <summary>What an evaluation found, for programs: one JSON object on one line, with snake_case keys.</summary>
internal static class EvaluationJson
{
    // Paths in other scripts stay readable; the line is no part of a web page.
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Writes an outcome.</summary>
    public static string Write(EvaluationOutcome outcome)
    {
        using MemoryStream stream = new();
        using (Utf8JsonWriter json = new(stream, Options))
        {
            json.WriteStartObject();
            json.WriteString("model", outcome.Model);
            json.WriteNumber("trained_context_length", outcome.TrainedContextLength);
            WriteText(json, outcome);
            json.WriteStartArray("tasks");
            foreach (TaskReport task in outcome.Tasks)
            {
                WriteTask(json, task);
            }

            json.WriteEndArray();
            json.WriteNumber("seconds", Math.Round(outcome.Elapsed.TotalSeconds, 3));
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(stream.ToArray());
    }

    private static void WriteText(Utf8JsonWriter json, EvaluationOutcome outcome)
    {
        if (outcome.Perplexity is not PerplexityReport report)
        {
            json.WriteNull("text");
            return;
        }

        json.WriteStartObject("text");
        json.WriteString("data", outcome.Text);
        json.WriteNumber("context_length", report.ContextLength);
        json.WriteNumber("stride", report.Stride);
        json.WriteNumber("windows", report.Windows);
        json.WriteNumber("tokens", report.Tokens);
        json.WriteNumber("bytes", report.Bytes);
        WriteNumber(json, "loss", report.Loss);
        WriteNumber(json, "loss_stderr", report.StandardError);
        WriteNumber(json, "perplexity", report.Perplexity);
        WriteNumber(json, "bits_per_byte", report.BitsPerByte);
        json.WriteStartArray("by_position");
        foreach (PositionLoss position in report.Positions)
        {
            json.WriteStartObject();
            json.WriteNumber("first", position.First);
            json.WriteNumber("last", position.Last);
            json.WriteNumber("tokens", position.Tokens);
            WriteNumber(json, "loss", position.Loss);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void WriteTask(Utf8JsonWriter json, TaskReport task)
    {
        json.WriteStartObject();
        json.WriteString("task", task.Name);
        json.WriteString("file", task.Path);
        json.WriteNumber("questions", task.Accuracy.Count);
        json.WriteNumber("acc", task.Accuracy.Value);
        WriteNumber(json, "acc_stderr", task.Accuracy.StandardError);
        if (task.NormalizedAccuracy is Proportion normalized)
        {
            json.WriteNumber("acc_norm", normalized.Value);
            WriteNumber(json, "acc_norm_stderr", normalized.StandardError);
        }

        if (task.Perplexity is double perplexity)
        {
            WriteNumber(json, "perplexity", perplexity);
        }

        json.WriteNumber("cut_contexts", task.CutContexts);
        json.WriteNumber("unusable_records", task.Unusable.Count);
        json.WriteEndObject();
    }

    /// <summary>JSON has no infinity, which the perplexity of a diverged model may be.</summary>
    private static void WriteNumber(Utf8JsonWriter json, string key, double? value)
    {
        if (value is double number && double.IsFinite(number))
        {
            json.WriteNumber(key, number);
        }
        else
        {
            json.WriteNull(key);
        }
    }
}
