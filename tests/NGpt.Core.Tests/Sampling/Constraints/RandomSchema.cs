using System.Text.Json.Nodes;

namespace NGpt.Core.Tests.Sampling.Constraints;

/// <summary>Random schemas of all supported keywords, with references to two definitions, one of which is recursive.</summary>
internal sealed class RandomSchema(Random random)
{
    private static readonly string[] Names = ["a", "ab", "abc", "b", "é", "x y", "q\"uote", "back\\slash", "日", "", "line\nbreak", "🙂"];

    public static string Create(int seed)
    {
        RandomSchema schemas = new(new Random(seed));
        JsonObject root = schemas.Next(3);
        root["$defs"] = new JsonObject
        {
            ["leaf"] = schemas.Next(0),
            ["tree"] = new JsonObject
            {
                ["type"] = "object",
                ["properties"] = new JsonObject
                {
                    ["value"] = schemas.Next(0),
                    ["children"] = new JsonObject { ["type"] = "array", ["items"] = new JsonObject { ["$ref"] = "#/$defs/tree" }, ["maxItems"] = 2 },
                },
                ["required"] = new JsonArray("value"),
                ["additionalProperties"] = false,
            },
        };
        return root.ToJsonString();
    }

    private JsonObject Next(int depth) => random.Next(depth > 0 ? 12 : 6) switch
    {
        0 => String(),
        1 => new JsonObject { ["type"] = random.Next(2) == 0 ? "integer" : "number" },
        2 => new JsonObject { ["type"] = new JsonArray("boolean", "null", "integer"), ["maximum"] = random.Next(-50, 5000) },
        3 => new JsonObject { ["enum"] = new JsonArray("red", 1, 12, 1.5, null, true, new JsonObject { ["k"] = new JsonArray(1, "é\"") }, "r") },
        4 => new JsonObject { ["const"] = Names[random.Next(Names.Length)], ["title"] = "constant" },
        5 => new JsonObject { ["type"] = "string", ["enum"] = new JsonArray("on", "off", "o") },
        6 or 7 => Object(depth),
        8 => Array(depth),
        9 => new JsonObject { [random.Next(2) == 0 ? "anyOf" : "oneOf"] = new JsonArray(Next(depth - 1), Next(depth - 1), Object(depth - 1)) },
        10 => new JsonObject { ["$ref"] = random.Next(2) == 0 ? "#/$defs/leaf" : "#/$defs/tree" },
        _ => random.Next(3) == 0 ? [] : new JsonObject { ["allOf"] = new JsonArray(Next(depth - 1)) },
    };

    private JsonObject String()
    {
        JsonObject schema = new() { ["type"] = "string" };
        int min = random.Next(4);
        Maybe(() => schema["minLength"] = min);
        Maybe(() => schema["maxLength"] = min + random.Next(9));
        return schema;
    }

    private JsonObject Array(int depth)
    {
        JsonObject schema = new() { ["type"] = "array" };
        int min = random.Next(3);
        Maybe(() => schema["items"] = Next(depth - 1));
        Maybe(() => schema["minItems"] = min);
        Maybe(() => schema["maxItems"] = min + random.Next(3));
        return schema;
    }

    private JsonObject Object(int depth)
    {
        JsonObject properties = [];
        JsonArray required = [];
        foreach (string name in Names.Where(_ => random.Next(3) == 0))
        {
            properties[name] = Next(Math.Max(0, depth - 1));
            Maybe(() => required.Add(name));
        }

        JsonObject schema = new() { ["type"] = "object", ["properties"] = properties, ["required"] = required };
        Maybe(() => schema["additionalProperties"] = random.Next(3) switch { 0 => false, 1 => true, _ => Next(0) });
        return schema;
    }

    private void Maybe(Action action)
    {
        if (random.Next(2) == 0)
        {
            action();
        }
    }
}
