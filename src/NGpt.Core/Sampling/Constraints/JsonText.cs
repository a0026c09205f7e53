using System.Text;
using System.Text.Json;

namespace NGpt.Core.Sampling.Constraints;

/// <summary>Writes JSON values as a grammar expects them: without whitespace, and with escapes only where JSON needs them.</summary>
internal static class JsonText
{
    /// <summary>A value; numbers stay as they are written.</summary>
    /// <exception cref="InvalidOperationException">A string is not valid Unicode text.</exception>
    public static byte[] Of(JsonElement value)
    {
        StringBuilder text = new();
        Write(text, value);
        return Encoding.UTF8.GetBytes(text.ToString());
    }

    /// <summary>The name of a property with its colon.</summary>
    public static byte[] Key(string name)
    {
        StringBuilder text = new();
        Write(text, name);
        return Encoding.UTF8.GetBytes(text.Append(':').ToString());
    }

    private static void Write(StringBuilder text, JsonElement value)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Object:
                char separator = '{';
                foreach (JsonProperty property in value.EnumerateObject())
                {
                    text.Append(separator);
                    Write(text, property.Name);
                    text.Append(':');
                    Write(text, property.Value);
                    separator = ',';
                }

                text.Append(separator == '{' ? "{}" : "}");
                break;
            case JsonValueKind.Array:
                separator = '[';
                foreach (JsonElement item in value.EnumerateArray())
                {
                    text.Append(separator);
                    Write(text, item);
                    separator = ',';
                }

                text.Append(separator == '[' ? "[]" : "]");
                break;
            case JsonValueKind.String:
                Write(text, value.GetString()!);
                break;
            default:
                text.Append(value.GetRawText());
                break;
        }
    }

    private static void Write(StringBuilder text, string value)
    {
        text.Append('"');
        foreach (char character in value)
        {
            _ = character switch
            {
                '"' => text.Append("\\\""),
                '\\' => text.Append("\\\\"),
                '\n' => text.Append("\\n"),
                '\r' => text.Append("\\r"),
                '\t' => text.Append("\\t"),
                < ' ' => text.Append($"\\u{(int)character:x4}"),
                _ => text.Append(character),
            };
        }

        text.Append('"');
    }
}
