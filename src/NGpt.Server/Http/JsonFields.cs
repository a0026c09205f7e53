using System.Text.Json;

namespace NGpt.Server.Http;

/// <summary>
/// Reads the fields of a request, and gathers everything that is wrong with them. A field that is null counts as not
/// given; fields that nobody asks for are ignored.
/// </summary>
internal sealed class JsonFields(JsonElement root)
{
    private readonly List<(string Field, string Problem)> _problems = [];

    /// <summary>Whether nothing is wrong so far.</summary>
    public bool IsValid => _problems.Count == 0;

    /// <summary>Notes that a field is wrong.</summary>
    public void Refuse(string field, string problem) => _problems.Add((field, problem));

    /// <summary>Ends the reading.</summary>
    /// <exception cref="ApiException">400, with all problems.</exception>
    public void ThrowIfInvalid()
    {
        if (!IsValid)
        {
            throw ApiException.Invalid(string.Join("; ", _problems.Select(problem => $"{problem.Field} {problem.Problem}")), _problems[0].Field);
        }
    }

    /// <summary>Finds a field.</summary>
    public bool TryGet(string name, out JsonElement value) => root.TryGetProperty(name, out value) && value.ValueKind != JsonValueKind.Null;

    /// <summary>The fields of an object in a field; null where it was not given.</summary>
    public JsonElement? Object(string name)
    {
        if (!TryGet(name, out JsonElement value))
        {
            return null;
        }

        if (value.ValueKind == JsonValueKind.Object)
        {
            return value;
        }

        Refuse(name, "must be an object");
        return null;
    }

    /// <summary>A text, or null where it was not given.</summary>
    public string? Text(string name) => TryGet(name, out JsonElement value) ? AsText(name, value) : null;

    /// <summary>A value as text.</summary>
    public string? AsText(string name, JsonElement value)
    {
        if (value.ValueKind != JsonValueKind.String)
        {
            Refuse(name, "must be a string");
            return null;
        }

        try
        {
            return value.GetString();
        }
        catch (InvalidOperationException)
        {
            // Half of a surrogate pair, written as an escape.
            Refuse(name, "is not valid Unicode text");
            return null;
        }
    }

    /// <summary>A yes or no.</summary>
    public bool Flag(string name, bool fallback = false)
    {
        if (!TryGet(name, out JsonElement value))
        {
            return fallback;
        }

        if (value.ValueKind is JsonValueKind.True or JsonValueKind.False)
        {
            return value.GetBoolean();
        }

        Refuse(name, "must be true or false");
        return fallback;
    }

    /// <summary>A finite number.</summary>
    public double Number(string name, double fallback)
    {
        if (!TryGet(name, out JsonElement value))
        {
            return fallback;
        }

        if (value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out double number) && double.IsFinite(number))
        {
            return number;
        }

        Refuse(name, "must be a finite number");
        return fallback;
    }

    /// <summary>A whole number in a range, or null where it was not given.</summary>
    public long? Integer(string name, long min, long max)
    {
        if (!TryGet(name, out JsonElement value))
        {
            return null;
        }

        if (value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out long number) && number >= min && number <= max)
        {
            return number;
        }

        Refuse(name, $"must be a whole number from {min} to {max}");
        return null;
    }

    /// <summary>Refuses a setting that would change the answer and that this server does not have.</summary>
    public void RefuseUnsupported(string name, string why)
    {
        if (TryGet(name, out JsonElement value) && !IsEmpty(value))
        {
            Refuse(name, $"is not supported: {why}");
        }
    }

    private static bool IsEmpty(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => value.ValueEquals(string.Empty),
        JsonValueKind.Array => value.GetArrayLength() == 0,
        JsonValueKind.Object => !value.EnumerateObject().Any(),
        JsonValueKind.False => true,
        _ => false,
    };
}
