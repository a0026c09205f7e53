using System.Text.Json;
using NGpt.Core.Errors;

namespace NGpt.Core.Tokenizers.Files;

/// <summary>Reads properties of a foreign JSON file; what is wrong is one line with the file's name.</summary>
/// <param name="path">The file.</param>
internal sealed class JsonChecks(string path)
{
    /// <summary>Parses a file and hands its root on.</summary>
    /// <typeparam name="T">What is made of it.</typeparam>
    /// <param name="path">The file.</param>
    /// <param name="read">Makes it; must not keep the element.</param>
    /// <exception cref="FileFormatException">The file is missing, too large, or no JSON object.</exception>
    public static T Parse<T>(string path, Func<JsonElement, JsonChecks, T> read) => Parse(TokenizerBytes.Read(path), path, read);

    /// <summary>Parses text that was read already, and hands its root on.</summary>
    /// <typeparam name="T">What is made of it.</typeparam>
    /// <param name="bytes">The text, UTF-8.</param>
    /// <param name="path">The file that it is of.</param>
    /// <param name="read">Makes it; must not keep the element.</param>
    /// <exception cref="FileFormatException">It is no JSON object.</exception>
    public static T Parse<T>(ReadOnlyMemory<byte> bytes, string path, Func<JsonElement, JsonChecks, T> read)
    {
        var checks = new JsonChecks(path);
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

    /// <summary>Refuses the file where a condition does not hold.</summary>
    /// <param name="condition">The condition.</param>
    /// <param name="problem">What is wrong.</param>
    public void Require(bool condition, string problem)
    {
        if (!condition)
        {
            throw Failure(problem);
        }
    }

    /// <summary>The failure of this file.</summary>
    /// <param name="problem">What is wrong.</param>
    public FileFormatException Failure(string problem) => new(path, problem, TokenizerBytes.Remedy);

    /// <summary>Refuses an object that says anything but nothing under a name.</summary>
    /// <param name="element">The object.</param>
    /// <param name="what">What the object is, for the message: empty, or ending in a space.</param>
    /// <param name="properties">The names.</param>
    public void RequireNothing(JsonElement element, string what, params ReadOnlySpan<string> properties)
    {
        foreach (string property in properties)
        {
            Require(IsNothing(element, property), $"{what}\"{property}\" is not supported");
        }
    }

    /// <summary>The objects of a list; none where the property is missing or null.</summary>
    /// <param name="element">The object that has the list.</param>
    /// <param name="property">The list's name.</param>
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
    /// <param name="element">The object, or null.</param>
    /// <returns>The type; <c>none</c> for null, <c>unnamed</c> where there is no type.</returns>
    public static string TypeOf(JsonElement element) =>
        element.ValueKind == JsonValueKind.Null ? "none"
        : element.ValueKind == JsonValueKind.Object && element.TryGetProperty("type", out JsonElement type) && type.ValueKind == JsonValueKind.String ? type.GetString()!
        : "unnamed";

    /// <summary>The <c>type</c> of an object's property.</summary>
    /// <param name="element">The object.</param>
    /// <param name="property">The property.</param>
    public static string TypeOf(JsonElement element, string property) =>
        element.TryGetProperty(property, out JsonElement value) ? TypeOf(value) : "none";

    /// <summary>A truth value.</summary>
    /// <param name="element">The object.</param>
    /// <param name="property">The property.</param>
    /// <param name="missing">What it is where it is missing.</param>
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
    /// <param name="element">The object.</param>
    /// <param name="property">The property.</param>
    /// <returns>The string, or null where there is none.</returns>
    public static string? Text(JsonElement element, string property) =>
        element.TryGetProperty(property, out JsonElement value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    // Absent, or the same as absent: null, false, zero, an empty string or an empty list.
    private static bool IsNothing(JsonElement element, string property) =>
        !element.TryGetProperty(property, out JsonElement value)
        || value.ValueKind is JsonValueKind.Null or JsonValueKind.False
        || (value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out double number) && number == 0)
        || (value.ValueKind == JsonValueKind.String && value.ValueEquals(string.Empty))
        || (value.ValueKind == JsonValueKind.Array && value.GetArrayLength() == 0);
}
