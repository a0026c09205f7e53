using System.Globalization;
using System.Text.Json;

namespace NGpt.Core.Tests.Sampling.Constraints;

/// <summary>Checks a value against a schema by the words of the specification, without a grammar.</summary>
internal sealed class SchemaValidator(JsonElement root)
{
    public bool IsValid(JsonElement value) => IsValid(root, value);

    private bool IsValid(JsonElement schema, JsonElement value)
    {
        if (schema.ValueKind is JsonValueKind.True or JsonValueKind.False)
        {
            return schema.ValueKind == JsonValueKind.True;
        }

        return schema.EnumerateObject().All(keyword => IsValid(schema, keyword.Name, keyword.Value, value));
    }

    private bool IsValid(JsonElement schema, string keyword, JsonElement argument, JsonElement value) => keyword switch
    {
        "$ref" => IsValid(Target(argument.GetString()!), value),
        "anyOf" or "oneOf" => argument.EnumerateArray().Any(alternative => IsValid(alternative, value)),
        "allOf" => argument.EnumerateArray().All(alternative => IsValid(alternative, value)),
        "enum" => argument.EnumerateArray().Any(entry => JsonElement.DeepEquals(entry, value)),
        "const" => JsonElement.DeepEquals(argument, value),
        "type" => argument.ValueKind == JsonValueKind.Array ? argument.EnumerateArray().Any(type => HasType(value, type.GetString()!)) : HasType(value, argument.GetString()!),
        "properties" => value.ValueKind != JsonValueKind.Object
            || value.EnumerateObject().All(property => !argument.TryGetProperty(property.Name, out JsonElement inner) || IsValid(inner, property.Value)),
        "required" => value.ValueKind != JsonValueKind.Object || argument.EnumerateArray().All(name => value.TryGetProperty(name.GetString()!, out _)),
        "additionalProperties" => value.ValueKind != JsonValueKind.Object || value.EnumerateObject()
            .Where(property => !schema.TryGetProperty("properties", out JsonElement known) || !known.TryGetProperty(property.Name, out _))
            .All(property => IsValid(argument, property.Value)),
        "items" => value.ValueKind != JsonValueKind.Array || value.EnumerateArray().All(item => IsValid(argument, item)),
        "minItems" => value.ValueKind != JsonValueKind.Array || value.GetArrayLength() >= argument.GetInt32(),
        "maxItems" => value.ValueKind != JsonValueKind.Array || value.GetArrayLength() <= argument.GetInt32(),
        "minLength" => value.ValueKind != JsonValueKind.String || Length(value) >= argument.GetInt32(),
        "maxLength" => value.ValueKind != JsonValueKind.String || Length(value) <= argument.GetInt32(),
        "maximum" => value.ValueKind != JsonValueKind.Number || value.GetDouble() <= argument.GetDouble(),
        "$defs" or "title" => true,
        _ => throw new NotSupportedException(keyword),
    };

    private static bool HasType(JsonElement value, string type) => type switch
    {
        "object" => value.ValueKind == JsonValueKind.Object,
        "array" => value.ValueKind == JsonValueKind.Array,
        "string" => value.ValueKind == JsonValueKind.String,
        "integer" => value.ValueKind == JsonValueKind.Number && long.TryParse(value.GetRawText(), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out _),
        "number" => value.ValueKind == JsonValueKind.Number && double.IsFinite(value.GetDouble()),
        "boolean" => value.ValueKind is JsonValueKind.True or JsonValueKind.False,
        _ => value.ValueKind == JsonValueKind.Null,
    };

    private static int Length(JsonElement text) => text.GetString()!.EnumerateRunes().Count();

    private JsonElement Target(string reference) => reference == "#" ? root : root.GetProperty("$defs").GetProperty(reference["#/$defs/".Length..]);
}
