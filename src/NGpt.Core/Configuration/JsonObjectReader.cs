using System.Text.Json;
using NGpt.Core.Errors;

namespace NGpt.Core.Configuration;

/// <summary>
/// Reads one object of a configuration file key by key, gathering what is wrong with it. A value that is missing or
/// wrong is read as its type's default, so that reading can proceed to the next problem.
/// </summary>
internal sealed class JsonObjectReader
{
    private const int MaxFileSize = 1 << 20;

    private static readonly JsonDocumentOptions Options = new() { MaxDepth = 16, AllowDuplicateProperties = false };

    private readonly JsonElement _element;
    private readonly string _prefix;
    private readonly List<string> _problems;
    private readonly HashSet<string> _known = [];

    private JsonObjectReader(JsonElement element, string prefix, List<string> problems)
    {
        _element = element;
        _prefix = prefix;
        _problems = problems;
    }

    public List<string> Problems => _problems;

    /// <summary>Reads a whole file into memory, rejecting one that is too large to be a configuration.</summary>
    public static byte[] ReadFile(string path)
    {
        try
        {
            FileInfo file = new(path);
            return file.Length <= MaxFileSize
                ? File.ReadAllBytes(path)
                : throw new FileFormatException(path, $"the file has {file.Length} bytes, more than the {MaxFileSize} of any configuration");
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new FileFormatException(path, "the file does not exist", "Give the folder of a run or of a checkpoint", e);
        }
    }

    /// <summary>Parses a file that must be one JSON object, and passes its reader to a function.</summary>
    public static T Read<T>(ReadOnlyMemory<byte> json, string path, Func<JsonObjectReader, T> read)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(json, Options);
            if (document.RootElement.ValueKind != JsonValueKind.Object)
            {
                throw new FileFormatException(path, $"expected a JSON object, found {Describe(document.RootElement)}");
            }

            JsonObjectReader reader = new(document.RootElement, "", []);
            T result = read(reader);
            return reader._problems.Count == 0
                ? result
                : throw new FileFormatException(path, string.Join("; ", reader._problems));
        }
        catch (JsonException e)
        {
            string line = e.LineNumber is long number ? $" (line {number + 1})" : "";
            throw new FileFormatException(path, $"not valid JSON{line}: {FirstSentence(e.Message).ReplaceLineEndings(" ")}", innerException: e);
        }
        catch (InvalidOperationException e)
        {
            // The parser accepts text that is not UTF-8 and finds out only when the text is asked for.
            throw new FileFormatException(path, "not valid UTF-8", innerException: e);
        }
    }

    public bool Has(string key) => Find(key) is not null;

    public int Integer(string key, int? fallback = null) =>
        Value(key, "an integer", fallback, (JsonElement element, out int value) =>
        {
            value = 0;
            return element.ValueKind == JsonValueKind.Number && element.TryGetInt32(out value);
        });

    public long Long(string key) =>
        Value<long>(key, "an integer", null, (JsonElement element, out long value) =>
        {
            value = 0;
            return element.ValueKind == JsonValueKind.Number && element.TryGetInt64(out value);
        });

    public double Number(string key, double? fallback = null) =>
        Value(key, "a number", fallback, (JsonElement element, out double value) =>
        {
            value = 0;
            return element.ValueKind == JsonValueKind.Number && element.TryGetDouble(out value) && double.IsFinite(value);
        });

    public bool Flag(string key, bool? fallback = null) =>
        Value<bool>(key, "true or false", fallback, (JsonElement element, out bool value) =>
        {
            value = element.ValueKind == JsonValueKind.True;
            return value || element.ValueKind == JsonValueKind.False;
        });

    public T Choice<T>(string key, ChoiceNames<T> names, T? fallback = null)
        where T : struct, Enum =>
        Value(key, $"one of {names}", fallback, (JsonElement element, out T value) =>
        {
            value = default;
            return element.ValueKind == JsonValueKind.String && names.TryParse(element.GetString()!, out value);
        });

    public string Text(string key)
    {
        if (Find(key) is not JsonElement element)
        {
            _problems.Add($"{_prefix}{key} is missing");
        }
        else if (element.ValueKind != JsonValueKind.String || element.GetString() is not { Length: > 0 } text)
        {
            Wrong(key, "text", element);
        }
        else
        {
            return text;
        }

        return "";
    }

    /// <summary>A text, or a list of two or more texts, joined by a separator that none of them contains.</summary>
    public string TextOrTexts(string key, char separator)
    {
        if (Find(key) is not { ValueKind: JsonValueKind.Array } element)
        {
            return Text(key);
        }

        string[] texts = [.. element.EnumerateArray().Select(item => item.ValueKind == JsonValueKind.String ? item.GetString()! : "")];
        if (texts.Length < 2 || texts.Any(text => text.Length == 0 || text.Contains(separator, StringComparison.Ordinal)))
        {
            Wrong(key, "text, or a list of two or more texts", element);
            return "";
        }

        return string.Join(separator, texts);
    }

    public JsonObjectReader Object(string key)
    {
        JsonElement? element = Find(key);
        if (element is null)
        {
            _problems.Add($"{_prefix}{key} is missing");
        }
        else if (element.Value.ValueKind != JsonValueKind.Object)
        {
            Wrong(key, "an object", element.Value);
        }
        else
        {
            return new JsonObjectReader(element.Value, $"{_prefix}{key}.", _problems);
        }

        // Everything inside would be reported as missing too: one problem is enough.
        return new JsonObjectReader(default, $"{_prefix}{key}.", []);
    }

    /// <summary>Rejects every key that was not read.</summary>
    public void RejectUnknownKeys()
    {
        if (_element.ValueKind != JsonValueKind.Object)
        {
            return;
        }

        foreach (JsonProperty property in _element.EnumerateObject().Where(property => !_known.Contains(property.Name)))
        {
            string hint = Spelling.Nearest(property.Name, _known) is string nearest ? $": did you mean {nearest}?" : "";
            _problems.Add($"unknown key {_prefix}{property.Name}{hint}");
        }
    }

    private delegate bool TryRead<T>(JsonElement element, out T value);

    private T Value<T>(string key, string expected, T? fallback, TryRead<T> read)
        where T : struct
    {
        if (Find(key) is not JsonElement element)
        {
            if (fallback is null)
            {
                _problems.Add($"{_prefix}{key} is missing");
            }

            return fallback ?? default;
        }

        if (!read(element, out T value))
        {
            Wrong(key, expected, element);
        }

        return value;
    }

    /// <summary>The element of a key; a null counts as absent.</summary>
    private JsonElement? Find(string key)
    {
        _known.Add(key);
        return _element.ValueKind == JsonValueKind.Object
            && _element.TryGetProperty(key, out JsonElement element)
            && element.ValueKind != JsonValueKind.Null
                ? element
                : null;
    }

    private void Wrong(string key, string expected, JsonElement element) =>
        _problems.Add($"{_prefix}{key} is {Describe(element)}, not {expected}");

    private static string Describe(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Object => "an object",
        JsonValueKind.Array => "a list",
        JsonValueKind.String when element.GetString() is { Length: <= 40 } text => $"\"{text}\"",
        JsonValueKind.String => "a long text",
        _ => element.GetRawText() is { Length: <= 40 } raw ? raw : "a long number",
    };

    private static string FirstSentence(string message)
    {
        int end = message.IndexOf(". ", StringComparison.Ordinal);
        return (end < 0 ? message : message[..end]).TrimEnd('.');
    }
}
