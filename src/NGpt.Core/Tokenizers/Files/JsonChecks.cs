using System.Text.Json;
using NGpt.Core.Errors;

namespace NGpt.Core.Tokenizers.Files;

/// <summary>Reads properties of a foreign JSON file; what is wrong is one line with the file's name.</summary>
internal sealed class JsonChecks(string path)
{
    /// <summary>Parses a file and hands its root on.</summary>
    public static T Parse<T>(string path, Func<JsonElement, JsonChecks, T> read) => Parse(TokenizerBytes.Read(path), path, read);

    /// <summary>Parses text that was read already, and hands its root on.</summary>
    public static T Parse<T>(ReadOnlyMemory<byte> bytes, string path, Func<JsonElement, JsonChecks, T> read)
    {
        var checks = new JsonChecks(path);
        bytes = WithoutMark(bytes);
        try
        {
            using JsonDocument json = JsonDocument.Parse(bytes);
            checks.Require(json.RootElement.ValueKind == JsonValueKind.Object, "the file is not a JSON object");
            return read(json.RootElement, checks);
        }
        catch (JsonException error)
        {
            throw new FileFormatException(path, $"not JSON: line {error.LineNumber + 1}, byte {error.BytePositionInLine}", TokenizerBytes.Remedy, error);
        }
        catch (InvalidOperationException error)
        {
            // JsonElement's complaint about a string whose escapes are not Unicode text.
            throw new FileFormatException(path, "a name is not Unicode text", TokenizerBytes.Remedy, error);
        }
    }

    /// <summary>The text without the byte order mark that editors on Windows put before it.</summary>
    public static ReadOnlyMemory<byte> WithoutMark(ReadOnlyMemory<byte> utf8) => utf8.Span.StartsWith("\uFEFF"u8) ? utf8[3..] : utf8;

    /// <summary>Rejects the file where a condition does not hold.</summary>
    public void Require(bool condition, string problem)
    {
        if (!condition)
        {
            throw Failure(problem);
        }
    }

    /// <summary>The failure of this file.</summary>
    public FileFormatException Failure(string problem, string remedy = TokenizerBytes.Remedy) => new(path, problem, remedy);

    /// <summary>Rejects an object that says anything but nothing under a name.</summary>
    public void RequireNothing(JsonElement element, string what, params ReadOnlySpan<string> properties)
    {
        foreach (string property in properties)
        {
            Require(IsNothing(element, property), $"{what}\"{property}\" is not supported");
        }
    }

    /// <summary>The objects of a list; none where the property is missing or null.</summary>
    public IEnumerable<JsonElement> Objects(JsonElement element, string property)
    {
        if (!element.TryGetProperty(property, out JsonElement list) || list.ValueKind == JsonValueKind.Null)
        {
            yield break;
        }

        Require(list.ValueKind == JsonValueKind.Array, $"\"{property}\" is not a list");
        foreach (JsonElement item in list.EnumerateArray())
        {
            Require(item.ValueKind == JsonValueKind.Object, $"\"{property}\" holds something that is not an object");
            yield return item;
        }
    }

    /// <summary>The <c>type</c> of an object.</summary>
    public static string TypeOf(JsonElement element) =>
        element.ValueKind == JsonValueKind.Null ? "none"
        : element.ValueKind == JsonValueKind.Object && element.TryGetProperty("type", out JsonElement type) && type.ValueKind == JsonValueKind.String ? type.GetString()!
        : "unnamed";

    /// <summary>The <c>type</c> of an object's property.</summary>
    public static string TypeOf(JsonElement element, string property) =>
        element.TryGetProperty(property, out JsonElement value) ? TypeOf(value) : "none";

    /// <summary>A truth value.</summary>
    public bool Flag(JsonElement element, string property, bool missing)
    {
        if (!element.TryGetProperty(property, out JsonElement value))
        {
            return missing;
        }

        Require(value.ValueKind is JsonValueKind.True or JsonValueKind.False, $"\"{property}\" is neither true nor false");
        return value.GetBoolean();
    }

    /// <summary>A string of an object.</summary>
    public static string? Text(JsonElement element, string property) =>
        element.TryGetProperty(property, out JsonElement value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    /// <summary>A string of an object that is put into texts.</summary>
    public string ShortText(JsonElement element, string property)
    {
        const int MaxLength = 64;
        return Text(element, property) is { Length: <= MaxLength } text
            ? text
            : throw Failure($"the \"{property}\" of \"{TypeOf(element)}\" is not a string of at most {MaxLength} characters");
    }

    /// <summary>Whether a property is absent, or the same as absent: null, false, zero, an empty string or an empty list.</summary>
    public static bool IsNothing(JsonElement element, string property) =>
        !element.TryGetProperty(property, out JsonElement value)
        || value.ValueKind is JsonValueKind.Null or JsonValueKind.False
        || (value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out double number) && number == 0)
        || (value.ValueKind == JsonValueKind.String && value.ValueEquals(string.Empty))
        || (value.ValueKind == JsonValueKind.Array && value.GetArrayLength() == 0);
}
