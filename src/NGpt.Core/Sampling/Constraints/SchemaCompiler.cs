using System.Text.Json;

namespace NGpt.Core.Sampling.Constraints;

/// <summary>
/// Compiles a JSON Schema to rules and collects every problem. Schemas come from outside: their size is limited, and
/// references are resolved one after the other, so that neither depth nor number of them costs stack.
/// </summary>
internal sealed class SchemaCompiler(JsonElement root)
{
    private const int MaxSchemas = 4096;
    private const int MaxValues = 1024;
    private const int MaxTextBytes = 1 << 16;
    private const int MaxProblems = 32;
    private const int MaxCount = 1_000_000;

    private static readonly HashSet<string> Annotations =
        ["title", "description", "default", "examples", "$schema", "$id", "$comment", "$defs", "definitions", "deprecated", "readOnly", "writeOnly"];

    private static readonly string[] Bounds = ["minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"];

    // Without a type these imply it. Bounds do not: they would imply all numbers.
    private static readonly Dictionary<string, string[]> KeywordsOf = new()
    {
        ["object"] = ["properties", "required", "additionalProperties"],
        ["array"] = ["items", "minItems", "maxItems"],
        ["string"] = ["minLength", "maxLength"],
    };

    private readonly GrammarSet _set = new();
    private readonly List<string> _problems = [];
    private readonly Dictionary<string, Rule> _references = [];
    private readonly Queue<(Rule Rule, JsonElement Schema, SchemaPath Path)> _pending = new();
    private int _schemas;
    private int _textBytes;
    private int _omitted;

    /// <summary>The nodes of the grammar.</summary>
    public IReadOnlyList<GrammarNode> Nodes => _set.Nodes;

    /// <summary>What is not supported, and where; empty for a valid schema.</summary>
    public IReadOnlyList<string> Problems => _omitted == 0 ? _problems : [.. _problems, $"{_omitted} more problems"];

    /// <summary>Compiles the whole schema; null where there are problems.</summary>
    public Rule? Compile()
    {
        Rule rule = new();
        _references.Add("#", rule);
        _pending.Enqueue((rule, root, SchemaPath.Root));
        while (_pending.TryDequeue(out (Rule Rule, JsonElement Schema, SchemaPath Path) next))
        {
            Compile(next.Rule, next.Schema, next.Path);
        }

        if (_problems.Count == 0 && !_set.TryResolveAlternatives())
        {
            Reject(SchemaPath.Root, "has too many alternatives within alternatives");
        }

        if (_problems.Count > 0)
        {
            return null;
        }

        _set.UpdateHeights();
        if (rule.Height > Rule.MaxDepth)
        {
            Reject(SchemaPath.Root, $"allows no value of at most {Rule.MaxDepth} levels: a reference that must be followed leads to itself");
            return null;
        }

        return rule;
    }

    private void Reject(SchemaPath path, string problem)
    {
        if (_problems.Count < MaxProblems)
        {
            _problems.Add($"{path} {problem}");
        }
        else
        {
            _omitted++;
        }
    }

    private Rule Compile(JsonElement schema, SchemaPath path)
    {
        Rule rule = new();
        Compile(rule, schema, path);
        return rule;
    }

    private void Compile(Rule rule, JsonElement schema, SchemaPath path)
    {
        _set.Rules.Add(rule);
        if (++_schemas > MaxSchemas || path.Depth > JsonGrammar.MaxSchemaDepth)
        {
            if (_schemas == MaxSchemas + 1 || _schemas <= MaxSchemas)
            {
                Reject(path, $"is too large: a schema has at most {MaxSchemas} parts and {JsonGrammar.MaxSchemaDepth} levels");
            }

            return;
        }

        if (schema.ValueKind == JsonValueKind.True)
        {
            _set.Include(rule, [_set.Any]);
        }
        else if (schema.ValueKind == JsonValueKind.Object)
        {
            CompileObject(rule, new SchemaKeywords(schema, path, Reject));
        }
        else
        {
            Reject(path, schema.ValueKind == JsonValueKind.False ? "is false, which allows no value" : "must be an object or true");
        }
    }

    private void CompileObject(Rule rule, SchemaKeywords schema)
    {
        string? form = schema.FirstOf("$ref", "anyOf", "oneOf", "allOf", "const", "enum");
        switch (form)
        {
            case "$ref":
                _set.Include(rule, ResolveReference(schema) is Rule target ? [target] : []);
                break;
            case "anyOf" or "oneOf" or "allOf":
                _set.Include(rule, CompileAlternatives(schema, form));
                break;
            case "const" or "enum":
                CompileValues(rule, schema, form);
                break;
            default:
                CompileTypes(rule, schema);
                return;
        }

        string[] allowed = form is "const" or "enum" ? [form, "type"] : [form];
        schema.RejectOthers([.. Annotations, .. allowed], $"is not supported beside {form}");
    }

    private Rule? ResolveReference(SchemaKeywords schema)
    {
        SchemaPath path = schema.PathOf("$ref");
        if (schema.String("$ref") is not string reference)
        {
            return null;
        }

        if (_references.TryGetValue(reference, out Rule? known))
        {
            return known;
        }

        string[] parts = Uri.UnescapeDataString(reference).Split('/');
        if (parts is not ["#", "$defs" or "definitions", var escaped])
        {
            Reject(path, $"is {SchemaPath.Shown(reference)}: only # and #/$defs/NAME are supported");
            return null;
        }

        string name = escaped.Replace("~1", "/", StringComparison.Ordinal).Replace("~0", "~", StringComparison.Ordinal);
        if (root.ValueKind != JsonValueKind.Object || !root.TryGetProperty(parts[1], out JsonElement definitions) || definitions.ValueKind != JsonValueKind.Object
            || !definitions.TryGetProperty(name, out JsonElement target))
        {
            Reject(path, $"is {SchemaPath.Shown(reference)}, which the schema does not define");
            return null;
        }

        Rule rule = new();
        _references.Add(reference, rule);
        _pending.Enqueue((rule, target, SchemaPath.Root.Then(parts[1]).Then(name)));
        return rule;
    }

    private List<Rule> CompileAlternatives(SchemaKeywords schema, string form)
    {
        SchemaPath path = schema.PathOf(form);
        JsonElement list = schema[form];
        if (list.ValueKind != JsonValueKind.Array || list.GetArrayLength() == 0)
        {
            Reject(path, "must be a list of schemas");
            return [];
        }

        if (form == "allOf" && list.GetArrayLength() > 1)
        {
            Reject(path, "is supported with one schema only");
            return [];
        }

        return [.. list.EnumerateArray().Index().Select(entry => Compile(entry.Item, path.Then(entry.Index)))];
    }

    private void CompileValues(Rule rule, SchemaKeywords schema, string form)
    {
        SchemaPath path = schema.PathOf(form);
        JsonElement value = schema[form];
        if (form == "enum" && (value.ValueKind != JsonValueKind.Array || value.GetArrayLength() is 0 or > MaxValues))
        {
            Reject(path, $"must be a list of 1 to {MaxValues} values");
            return;
        }

        HashSet<string>? types = schema.Has("type") ? schema.Types() : null;
        List<byte[]> texts = [];
        JsonElement[] values = [.. (form == "const" ? [value] : value.EnumerateArray().ToArray()).Where(element => types is null || types.Overlaps(SchemaKeywords.TypesOf(element)))];
        if (values.Length == 0)
        {
            Reject(path, "has no value of the type");
        }

        foreach (JsonElement element in values)
        {
            AddText(texts, path, () => JsonText.Of(element));
        }

        Add(rule, new LiteralNode([.. texts.DistinctBy(Convert.ToHexString)]));
    }

    private void CompileTypes(Rule rule, SchemaKeywords schema)
    {
        // Keywords of a type without the type allow values of all others too: those are left out.
        HashSet<string> types = schema.Has("type") ? schema.Types() : [.. KeywordsOf.Where(entry => entry.Value.Any(schema.Has)).Select(entry => entry.Key)];
        bool isInteger = types.Contains("integer") && !types.Contains("number");
        schema.RejectOthers(
            [.. Annotations, "type", .. types.SelectMany(type => KeywordsOf.GetValueOrDefault(type, [])), .. isInteger ? Bounds : []],
            name => Bounds.Contains(name) ? "is supported for the type integer only"
                : KeywordsOf.Values.Any(keywords => keywords.Contains(name)) ? "has no effect with this type: leave it out" : "is not supported");
        if (types.Count == 0)
        {
            _set.Include(rule, [_set.Any]);
            return;
        }

        foreach (string type in SchemaKeywords.AllTypes.Where(types.Contains))
        {
            if (type == "integer" && types.Contains("number"))
            {
                continue;
            }

            if (CreateNode(type, schema) is GrammarNode node)
            {
                Add(rule, node);
            }
        }
    }

    private GrammarNode? CreateNode(string type, SchemaKeywords schema) => type switch
    {
        "object" => CreateObject(schema),
        "array" => schema.Range("minItems", "maxItems", MaxCount) is (int min, int max)
            ? new ArrayNode(schema.Has("items") ? Compile(schema["items"], schema.PathOf("items")) : _set.Any, min, max) : null,
        "string" => schema.Range("minLength", "maxLength", MaxCount) is (int min, int max) ? new StringNode(min, max) : null,
        "boolean" => new LiteralNode(["true"u8.ToArray(), "false"u8.ToArray()]),
        "null" => new LiteralNode(["null"u8.ToArray()]),
        "integer" => CreateInteger(schema),
        _ => new NumberNode(isInteger: false),
    };

    private GrammarNode? CreateInteger(SchemaKeywords schema)
    {
        if (schema.FirstOf(Bounds) is not string bound)
        {
            return new NumberNode(isInteger: true);
        }

        if (schema.Bound("minimum", double.NegativeInfinity) is double min && schema.Bound("maximum", double.PositiveInfinity) is double max
            && schema.Bound("exclusiveMinimum", double.NegativeInfinity) is double above && schema.Bound("exclusiveMaximum", double.PositiveInfinity) is double below)
        {
            const double Limit = IntegerNode.MaxMagnitude;
            double first = Math.Max(Math.Ceiling(min), double.IsInfinity(above) ? above : Math.Floor(above) + 1);
            double last = Math.Min(Math.Floor(max), double.IsInfinity(below) ? below : Math.Ceiling(below) - 1);
            if (first <= last && first < Limit && last > -Limit)
            {
                return new IntegerNode(
                    first <= -Limit ? -IntegerNode.MaxMagnitude : (long)first, last >= Limit ? IntegerNode.MaxMagnitude : (long)last);
            }

            Reject(schema.PathOf(bound), "leaves no integer");
        }

        return null;
    }

    private ObjectNode? CreateObject(SchemaKeywords schema)
    {
        bool hasProperties = schema.Has("properties");
        HashSet<string> required = schema.Names("required");
        Dictionary<string, ObjectProperty> properties = [];
        if (hasProperties && schema["properties"].ValueKind != JsonValueKind.Object)
        {
            Reject(schema.PathOf("properties"), "must be an object");
            return null;
        }

        foreach (JsonProperty property in hasProperties ? schema["properties"].EnumerateObject().ToArray() : [])
        {
            SchemaPath path = schema.PathOf("properties").Then(property.Name);
            List<byte[]> key = [];
            AddText(key, path, () => JsonText.Key(property.Name));
            Rule value = Compile(property.Value, path);
            if (key is [byte[] text] && !properties.TryAdd(property.Name, new ObjectProperty(text, value, required.Contains(property.Name))))
            {
                Reject(path, "is there twice");
            }
        }

        foreach (string name in required.Where(name => !properties.ContainsKey(name)))
        {
            Reject(schema.PathOf("required"), $"names {SchemaPath.Shown(name)}, which properties does not have");
        }

        Rule? others = schema.Has("additionalProperties")
            ? schema["additionalProperties"].ValueKind == JsonValueKind.False ? null : Compile(schema["additionalProperties"], schema.PathOf("additionalProperties"))
            : hasProperties ? null : _set.Any;
        return new ObjectNode([.. properties.Values], others);
    }

    private void AddText(List<byte[]> texts, SchemaPath path, Func<byte[]> write)
    {
        try
        {
            byte[] text = write();
            int before = _textBytes;
            _textBytes += text.Length;
            if (_textBytes <= MaxTextBytes)
            {
                texts.Add(text);
            }
            else if (before <= MaxTextBytes)
            {
                Reject(path, $"makes names and values longer than {MaxTextBytes} bytes together");
            }
        }
        catch (InvalidOperationException)
        {
            Reject(path, "is not valid Unicode text");
        }
    }

    private void Add(Rule rule, GrammarNode node)
    {
        rule.Alternatives = [.. rule.Alternatives, node];
        _set.Nodes.Add(node);
    }
}
