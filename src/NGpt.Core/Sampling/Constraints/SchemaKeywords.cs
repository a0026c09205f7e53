using System.Text.Json;

namespace NGpt.Core.Sampling.Constraints;

/// <summary>The keywords of one schema object, with the problems of their values.</summary>
internal sealed class SchemaKeywords(JsonElement schema, SchemaPath path, Action<SchemaPath, string> reject)
{
    public static IReadOnlyList<string> AllTypes { get; } = ["object", "array", "string", "integer", "number", "boolean", "null"];

    public JsonElement this[string name] => schema.GetProperty(name);

    /// <summary>The types that a value has: an integer is a number too.</summary>
    public static string[] TypesOf(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Object => ["object"],
        JsonValueKind.Array => ["array"],
        JsonValueKind.String => ["string"],
        JsonValueKind.Number => value.TryGetDouble(out double number) && double.IsInteger(number) ? ["integer", "number"] : ["number"],
        JsonValueKind.True or JsonValueKind.False => ["boolean"],
        _ => ["null"],
    };

    public bool Has(string name) => schema.TryGetProperty(name, out _);

    public string? FirstOf(params string[] names) => names.FirstOrDefault(Has);

    public SchemaPath PathOf(string name) => path.Then(name);

    public void RejectOthers(HashSet<string> allowed, string problem) => RejectOthers(allowed, _ => problem);

    public void RejectOthers(HashSet<string> allowed, Func<string, string> problem)
    {
        foreach (JsonProperty property in schema.EnumerateObject().Where(property => !allowed.Contains(property.Name)))
        {
            reject(PathOf(property.Name), problem(property.Name));
        }
    }

    public string? String(string name)
    {
        if (this[name].ValueKind == JsonValueKind.String)
        {
            try
            {
                return this[name].GetString();
            }
            catch (InvalidOperationException)
            {
                // Half of a surrogate pair, written as an escape.
            }
        }

        reject(PathOf(name), "must be a string");
        return null;
    }

    /// <summary>The types that <c>type</c> names; empty where it is invalid.</summary>
    public HashSet<string> Types()
    {
        JsonElement type = this["type"];
        HashSet<string> types = [];
        foreach (JsonElement element in type.ValueKind == JsonValueKind.Array ? type.EnumerateArray().ToArray() : [type])
        {
            if (element.ValueKind == JsonValueKind.String && AllTypes.FirstOrDefault(known => element.ValueEquals(known)) is string known)
            {
                types.Add(known);
                continue;
            }

            types.Clear();
            break;
        }

        if (types.Count == 0)
        {
            reject(PathOf("type"), $"must be one or a list of {string.Join(", ", AllTypes)}");
        }

        return types;
    }

    /// <summary>A list of names; empty where it is not given or invalid.</summary>
    public HashSet<string> Names(string name)
    {
        if (!Has(name))
        {
            return [];
        }

        try
        {
            if (this[name].ValueKind == JsonValueKind.Array && this[name].EnumerateArray().All(element => element.ValueKind == JsonValueKind.String))
            {
                return [.. this[name].EnumerateArray().Select(element => element.GetString()!)];
            }
        }
        catch (InvalidOperationException)
        {
            // Half of a surrogate pair, written as an escape.
        }

        reject(PathOf(name), "must be a list of names");
        return [];
    }

    /// <summary>A finite number; where it is not given another, and null where it is invalid.</summary>
    public double? Bound(string name, double missing)
    {
        if (!Has(name))
        {
            return missing;
        }

        if (this[name].ValueKind == JsonValueKind.Number && this[name].TryGetDouble(out double value) && double.IsFinite(value))
        {
            return value;
        }

        reject(PathOf(name), "must be a finite number");
        return null;
    }

    /// <summary>A smallest and a largest number, where not given 0 and unlimited; null where one is invalid.</summary>
    public (int Min, int Max)? Range(string minName, string maxName, int limit)
    {
        int? min = Count(minName, 0, limit);
        int? max = Count(maxName, int.MaxValue, limit);
        if (min > max)
        {
            reject(PathOf(minName), $"is above {maxName}");
            return null;
        }

        return min is int least && max is int most ? (least, most) : null;
    }

    private int? Count(string name, int missing, int limit)
    {
        if (!Has(name))
        {
            return missing;
        }

        if (this[name].ValueKind == JsonValueKind.Number && this[name].TryGetDouble(out double count) && double.IsInteger(count) && count >= 0 && count <= limit)
        {
            return (int)count;
        }

        reject(PathOf(name), $"must be an integer from 0 to {limit}");
        return null;
    }
}
