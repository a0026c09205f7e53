using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using NGpt.Core.Configuration;
using NGpt.Torch.Training;

namespace NGpt.Cli.Display;

/// <summary>What training would need of memory, for programs: one JSON object on one line, with snake_case keys.</summary>
public static class MemoryJson
{
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Writes the parts.</summary>
    /// <param name="memory">The parts, and what would compute.</param>
    /// <returns>One line, without a line feed.</returns>
    public static string Write(MemoryExplanation memory)
    {
        ArgumentNullException.ThrowIfNull(memory);
        using MemoryStream stream = new();
        using (Utf8JsonWriter json = new(stream, Options))
        {
            json.WriteStartObject();
            json.WriteString("engine", memory.Engine.Name());
            json.WriteString("precision", memory.Precision.Name());
            json.WriteString("engine_reason", memory.Reason);
            json.WriteStartArray("parts");
            foreach (MemoryPart part in memory.Plan.Parts)
            {
                json.WriteStartObject();
                json.WriteString("purpose", part.Purpose);
                json.WriteNumber("bytes", part.Bytes);
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteNumber("total_bytes", memory.Plan.Total);
            json.WriteNumber("available_bytes", memory.Available);
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(stream.ToArray());
    }
}
