using System.Text.Json;

namespace NGpt.Server.Http;

/// <summary>
/// Reads the fields of a request and collects every problem. A field that is null counts as not given; unknown fields are
/// ignored.
/// </summary>
internal sealed class JsonFields(JsonElement root)
{
    private readonly List<(string Field, string Problem, string? Code)> _problems = [];

    /// <summary>Records that a field is invalid.</summary>
    public void Reject(string field, string problem, string? code = null) => _problems.Add((field, problem, code));

    /// <summary>
    /// Rejects a parameter that would change the answer and that this server does not support. Values that change nothing are
    /// accepted: those given as JSON, or else <see langword="false"/> and what is empty.
    /// </summary>
    public void RejectUnsupported(string name, string why, params ReadOnlySpan<string> neutral)
    {
        if (TryGet(name, out JsonElement value) && !(neutral.IsEmpty ? IsEmpty(value) : IsOneOf(value, neutral)))
        {
            Reject(name, $"is not supported: {why}");
        }
    }

    /// <summary>Rejects fields other than those named, in an object whose fields all matter.</summary>
    public void RejectOthers(params string[] known)
    {
        foreach (JsonProperty property in root.EnumerateObject().Where(property => property.Value.ValueKind != JsonValueKind.Null && !known.Contains(property.Name)))
        {
            Reject(property.Name, "is not supported");
        }
    }

    /// <summary>Ends the validation.</summary>
    public void ThrowIfInvalid()
    {
        if (_problems.Count > 0)
        {
            throw ApiException.Invalid(Describe(), _problems[0].Field, _problems[0].Code);
        }
    }

    /// <summary>Finds a field.</summary>
    public bool TryGet(string name, out JsonElement value) => root.TryGetProperty(name, out value) && value.ValueKind != JsonValueKind.Null;

    /// <summary>Reads the fields of a nested object, if it is given; their problems become problems of the field.</summary>
    public void ReadObject(string name, Action<JsonFields> read)
    {
        if (!TryGet(name, out JsonElement value))
        {
            return;
        }

        if (value.ValueKind != JsonValueKind.Object)
        {
            Reject(name, "must be an object");
            return;
        }

        JsonFields inner = new(value);
        read(inner);
        if (inner._problems.Count > 0)
        {
            Reject(name, $"is invalid: {inner.Describe()}");
        }
    }

    /// <summary>A string; null where it is not given or invalid.</summary>
    public string? String(string name) => TryGet(name, out JsonElement value) ? AsString(name, value) : null;

    /// <summary>A value as a string; null where it is invalid.</summary>
    public string? AsString(string name, JsonElement value)
    {
        if (value.ValueKind != JsonValueKind.String)
        {
            Reject(name, "must be a string");
            return null;
        }

        try
        {
            return value.GetString();
        }
        catch (InvalidOperationException)
        {
            // Half of a surrogate pair, written as an escape.
            Reject(name, "is not valid Unicode text");
            return null;
        }
    }

    /// <summary>True or false; null where it is not given or invalid.</summary>
    public bool? Boolean(string name)
    {
        if (!TryGet(name, out JsonElement value))
        {
            return null;
        }

        if (value.ValueKind is JsonValueKind.True or JsonValueKind.False)
        {
            return value.GetBoolean();
        }

        Reject(name, "must be true or false");
        return null;
    }

    /// <summary>A finite number; null where it is not given or invalid.</summary>
    public double? Number(string name)
    {
        if (!TryGet(name, out JsonElement value))
        {
            return null;
        }

        if (value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out double number) && double.IsFinite(number))
        {
            return number;
        }

        Reject(name, "must be a finite number");
        return null;
    }

    /// <summary>An integer in a range; null where it is not given or invalid.</summary>
    public long? Integer(string name, long min, long max)
    {
        if (!TryGet(name, out JsonElement value))
        {
            return null;
        }

        if (value.ValueKind == JsonValueKind.Number && TryGetInteger(value, out long number) && number >= min && number <= max)
        {
            return number;
        }

        Reject(name, $"must be an integer from {min} to {max}");
        return null;
    }

    /// <summary>A list of token ids; null where it is invalid.</summary>
    public int[]? Tokens(string name, JsonElement list, int vocabularySize)
    {
        int[] tokens = new int[list.GetArrayLength()];
        int position = 0;
        foreach (JsonElement element in list.EnumerateArray())
        {
            if (element.ValueKind != JsonValueKind.Number || !element.TryGetInt32(out int token) || token < 0 || token >= vocabularySize)
            {
                Reject($"{name}[{position}]", $"is not in the vocabulary: token ids are 0 to {vocabularySize - 1}");
                return null;
            }

            tokens[position++] = token;
        }

        return tokens;
    }

    // Many programs write every number with a decimal point; up to 2^53 that is exact.
    private static bool TryGetInteger(JsonElement value, out long number)
    {
        if (value.TryGetInt64(out number))
        {
            return true;
        }

        bool isInteger = value.TryGetDouble(out double real) && Math.Abs(real) <= 1L << 53 && double.IsInteger(real);
        number = isInteger ? (long)real : 0;
        return isInteger;
    }

    private static bool IsOneOf(JsonElement value, ReadOnlySpan<string> texts)
    {
        foreach (string text in texts)
        {
            using JsonDocument other = JsonDocument.Parse(text);
            if (JsonElement.DeepEquals(value, other.RootElement))
            {
                return true;
            }
        }

        return false;
    }

    private static bool IsEmpty(JsonElement value) => value.ValueKind switch
    {
        // As it is written: half of a surrogate pair cannot be compared as text.
        JsonValueKind.String => value.GetRawText() == "\"\"",
        JsonValueKind.Array => value.GetArrayLength() == 0,
        JsonValueKind.Object => !value.EnumerateObject().Any(),
        JsonValueKind.False => true,
        _ => false,
    };

    private string Describe() => string.Join("; ", _problems.Select(problem => $"{problem.Field} {problem.Problem}"));
}
