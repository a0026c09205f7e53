using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using NGpt.Cli.Commands;
using NGpt.Core.Evaluation;
using NGpt.Core.Quantization;
using NGpt.Runtime.Quantization;

namespace NGpt.Cli.Display;

/// <summary>What <c>ngpt quantize</c> wrote and what it costs, for programs: one JSON object on one line, with snake_case keys.</summary>
internal static class QuantizationJson
{
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Writes a result.</summary>
    public static string Write(QuantizationResult written, QuantizationLoss? loss)
    {
        using MemoryStream stream = new();
        using (Utf8JsonWriter json = new(stream, Options))
        {
            json.WriteStartObject();
            json.WriteString("checkpoint", written.Checkpoint);
            json.WriteString("file", written.Path);
            json.WriteString("type", written.Type.Name());
            json.WriteNumber("parameters", written.Parameters);
            json.WriteNumber("bytes_before", written.BytesBefore);
            json.WriteNumber("bytes", written.Bytes);
            json.WriteNumber("bits_per_weight", written.BitsPerWeight);
            json.WriteStartArray("stored");
            foreach (StoredTensors stored in written.Stored)
            {
                json.WriteStartObject();
                json.WriteString("type", stored.Type.Name());
                json.WriteNumber("tensors", stored.Tensors);
                json.WriteNumber("parameters", stored.Parameters);
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteStartArray("notes");
            written.Notes.ToList().ForEach(json.WriteStringValue);
            json.WriteEndArray();
            WriteLoss(json, loss);
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(stream.ToArray());
    }

    private static void WriteLoss(Utf8JsonWriter json, QuantizationLoss? loss)
    {
        if (loss is null)
        {
            json.WriteNull("evaluation");
            return;
        }

        json.WriteStartObject("evaluation");
        json.WriteString("data", loss.Text);
        json.WriteNumber("tokens", loss.Before.Tokens);
        json.WriteNumber("bytes", loss.Before.Bytes);
        WriteReport(json, "before", loss.Before);
        WriteReport(json, "after", loss.After);
        WriteNumber(json, "loss_increase", loss.Increase.Mean);
        WriteNumber(json, "loss_increase_stderr", loss.Increase.StandardError);
        json.WriteEndObject();
    }

    private static void WriteReport(Utf8JsonWriter json, string name, PerplexityReport report)
    {
        json.WriteStartObject(name);
        WriteNumber(json, "loss", report.Loss);
        WriteNumber(json, "loss_stderr", report.StandardError);
        WriteNumber(json, "perplexity", report.Perplexity);
        WriteNumber(json, "bits_per_byte", report.BitsPerByte);
        json.WriteEndObject();
    }

    // JSON has no infinity, which the perplexity of a ruined model may be.
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
