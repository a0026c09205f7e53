using System.Text.Json;

namespace NGpt.Core.Evaluation.Tasks;

/// <summary>One JSON object of a task's file; what is missing or of another type is said by its name.</summary>
internal readonly struct TaskRecord
{
    private const int MaxChoices = 100;
    private const int ShownCharacters = 40;

    private readonly JsonElement _element;
    private readonly string _prefix;

    /// <summary>Refers to an object.</summary>
    public TaskRecord(JsonElement element, string prefix = "")
    {
        if (element.ValueKind != JsonValueKind.Object)
        {
            throw new UnusableRecordException(prefix.Length == 0 ? "it is not a JSON object" : $"{prefix.TrimEnd('.')} is not an object");
        }

        (_element, _prefix) = (element, prefix);
    }

    /// <summary>Whether the object has a field.</summary>
    public bool Has(string name) => _element.TryGetProperty(name, out _);

    /// <summary>Whether a field is an object.</summary>
    public bool IsObject(string name) => _element.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.Object;

    /// <summary>A field that is text.</summary>
    public string Text(string name) => String(Field(name), _prefix + name);

    /// <summary>A field that is text with something in it besides white space.</summary>
    public string NonBlankText(string name)
    {
        string text = Text(name);
        return string.IsNullOrWhiteSpace(text) ? throw new UnusableRecordException($"{_prefix}{name} is empty") : text;
    }

    /// <summary>A field that is text or an integer, as text.</summary>
    public string Label(string name)
    {
        JsonElement value = Field(name);
        return value.ValueKind == JsonValueKind.Number ? value.GetRawText() : String(value, _prefix + name);
    }

    /// <summary>A field that is an integer from 0 to below a limit, written as a number or as text.</summary>
    public int Index(string name, int limit) =>
        int.TryParse(Label(name), out int index) && index >= 0 && index < limit
            ? index
            : throw new UnusableRecordException($"{_prefix}{name} is {Quote(Label(name))}, not 0 to {limit - 1}");

    /// <summary>A field that is an object.</summary>
    public TaskRecord Object(string name) => new(Field(name), $"{_prefix}{name}.");

    /// <summary>A field that is a list of objects.</summary>
    public IReadOnlyList<TaskRecord> Objects(string name)
    {
        string prefix = _prefix + name;
        return [.. List(name).Select((item, i) => new TaskRecord(item, $"{prefix}[{i}]."))];
    }

    /// <summary>A field that is a list of texts, none empty.</summary>
    public IReadOnlyList<string> Texts(string name)
    {
        string prefix = _prefix + name;
        return [.. List(name).Select((item, i) => String(item, $"{prefix}[{i}]") is { } text && !string.IsNullOrWhiteSpace(text)
            ? text
            : throw new UnusableRecordException($"{prefix}[{i}] is empty"))];
    }

    /// <summary>A value as it is shown in a message.</summary>
    public static string Quote(string value) => value.Length <= ShownCharacters ? $"\"{value}\"" : $"\"{value[..ShownCharacters]}…\"";

    private JsonElement.ArrayEnumerator List(string name)
    {
        JsonElement value = Field(name);
        if (value.ValueKind != JsonValueKind.Array)
        {
            throw new UnusableRecordException($"{_prefix}{name} is not a list");
        }

        return value.GetArrayLength() is >= 2 and <= MaxChoices
            ? value.EnumerateArray()
            : throw new UnusableRecordException($"{_prefix}{name} has {value.GetArrayLength()} entries, not 2 to {MaxChoices}");
    }

    private JsonElement Field(string name) => _element.TryGetProperty(name, out JsonElement value) && value.ValueKind != JsonValueKind.Null
        ? value
        : throw new UnusableRecordException($"{_prefix}{name} is missing");

    private static string String(JsonElement value, string name)
    {
        if (value.ValueKind != JsonValueKind.String)
        {
            throw new UnusableRecordException($"{name} is not text");
        }

        try
        {
            return value.GetString()!;
        }
        catch (InvalidOperationException)
        {
            // The parser looks into the bytes of a string only when it is asked for.
            throw new UnusableRecordException($"{name} is not valid Unicode");
        }
    }
}

/// <summary>A record that is not in the task's format. The message is one clause.</summary>
internal sealed class UnusableRecordException(string reason) : Exception(reason);
