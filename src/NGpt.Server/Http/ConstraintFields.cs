using System.Globalization;
using System.Text.Json;
using NGpt.Core.Errors;
using NGpt.Core.Sampling;
using NGpt.Core.Sampling.Constraints;

namespace NGpt.Server.Http;

/// <summary>
/// Reads the fields that constrain the tokens of a text: <c>logit_bias</c>, <c>min_tokens</c>, <c>stop_token_ids</c>, and a
/// JSON format in the forms of OpenAI, vLLM and llama.cpp.
/// </summary>
internal static class ConstraintFields
{
    private const string ResponseFormat = "response_format";

    /// <summary>Reads all of them.</summary>
    public static TokenConstraints Read(JsonFields fields, SamplingOptions sampling, LoadedModel loaded)
    {
        long minTokens = fields.Integer("min_tokens", 0, int.MaxValue) ?? 0;
        if (minTokens > sampling.MaxTokens)
        {
            fields.Reject("min_tokens", $"is above the maximum number of tokens, {sampling.MaxTokens}");
        }

        return new TokenConstraints
        {
            LogitBias = ReadBias(fields, loaded.TokenCount),
            MinTokens = (int)minTokens,
            StopTokens = ReadStopTokens(fields, loaded.TokenCount),
            Json = ReadJson(fields, sampling, loaded),
        };
    }

    private static Dictionary<int, float> ReadBias(JsonFields fields, int vocabularySize)
    {
        const string Name = "logit_bias";
        Dictionary<int, float> bias = [];
        if (!fields.TryGet(Name, out JsonElement map))
        {
            return bias;
        }

        if (map.ValueKind != JsonValueKind.Object)
        {
            fields.Reject(Name, "must be an object with token ids as names");
            return bias;
        }

        foreach (JsonProperty entry in map.EnumerateObject())
        {
            if (!int.TryParse(entry.Name, NumberStyles.None, CultureInfo.InvariantCulture, out int token) || token >= vocabularySize)
            {
                fields.Reject(Name, $"names a token that is not in the vocabulary: token ids are 0 to {vocabularySize - 1}");
                return bias;
            }

            if (entry.Value.ValueKind != JsonValueKind.Number || !entry.Value.TryGetDouble(out double value) || !(Math.Abs(value) <= TokenConstraints.MaxBias))
            {
                fields.Reject(Name, $"of token {token} must be a number from -{TokenConstraints.MaxBias} to {TokenConstraints.MaxBias}");
                return bias;
            }

            if (!bias.TryAdd(token, (float)value))
            {
                fields.Reject(Name, $"names token {token} twice");
                return bias;
            }
        }

        return bias;
    }

    private static int[] ReadStopTokens(JsonFields fields, int vocabularySize)
    {
        const string Name = "stop_token_ids";
        if (!fields.TryGet(Name, out JsonElement list))
        {
            return [];
        }

        if (list.ValueKind != JsonValueKind.Array)
        {
            fields.Reject(Name, "must be a list of token ids");
            return [];
        }

        return fields.Tokens(Name, list, vocabularySize) ?? [];
    }

    private static JsonConstraint? ReadJson(JsonFields fields, SamplingOptions sampling, LoadedModel loaded)
    {
        List<(string Field, JsonGrammar Grammar)> formats = [];
        fields.ReadObject(ResponseFormat, format => Add(ResponseFormat, ReadResponseFormat(format)));
        fields.ReadObject("structured_outputs", outputs => Add("structured_outputs", ReadStructuredOutputs(outputs)));
        foreach (string name in (string[])["guided_json", "json_schema"])
        {
            if (fields.TryGet(name, out JsonElement schema))
            {
                Add(name, Compile(fields, name, schema));
            }
        }

        if (formats.Count == 0)
        {
            return null;
        }

        (string field, JsonGrammar grammar) = formats[0];
        if (formats.Count > 1)
        {
            fields.Reject(formats[1].Field, $"cannot be combined with {field}");
        }

        if (sampling.StopStrings.Count > 0)
        {
            fields.Reject("stop", $"cannot be combined with {field}: a JSON text ends when it is complete");
        }

        try
        {
            return new JsonConstraint(grammar, loaded.Model.Tokenizer);
        }
        catch (UsageException error)
        {
            fields.Reject(field, $"cannot be followed: {error.Message}");
            return null;
        }

        void Add(string name, JsonGrammar? grammar)
        {
            if (grammar is not null)
            {
                formats.Add((name, grammar));
            }
        }
    }

    private static JsonGrammar? ReadResponseFormat(JsonFields format)
    {
        JsonGrammar? grammar = null;
        switch (format.String("type"))
        {
            case "text":
                format.RejectOthers("type");
                break;
            case "json_object":
                format.RejectOthers("type", "schema");
                grammar = format.TryGet("schema", out JsonElement plain) ? Compile(format, "schema", plain) : JsonGrammar.AnyObject;
                break;
            case "json_schema":
                format.RejectOthers("type", "json_schema");
                format.ReadObject("json_schema", inner =>
                {
                    inner.RejectOthers("name", "description", "strict", "schema");
                    _ = inner.String("name");
                    _ = inner.Boolean("strict");
                    grammar = inner.TryGet("schema", out JsonElement schema) ? Compile(inner, "schema", schema) : Missing(inner, "schema");
                });
                _ = format.TryGet("json_schema", out _) ? null : Missing(format, "json_schema");
                break;
            default:
                format.Reject("type", "must be text, json_object or json_schema");
                break;
        }

        return grammar;
    }

    private static JsonGrammar? ReadStructuredOutputs(JsonFields outputs)
    {
        outputs.RejectOthers("json", "json_object");
        bool isObject = outputs.Boolean("json_object") ?? false;
        return outputs.TryGet("json", out JsonElement schema) ? Compile(outputs, "json", schema) : isObject ? JsonGrammar.AnyObject : null;
    }

    private static JsonGrammar? Missing(JsonFields fields, string name)
    {
        fields.Reject(name, "is missing");
        return null;
    }

    // vLLM accepts the schema as a string too.
    private static JsonGrammar? Compile(JsonFields fields, string name, JsonElement schema)
    {
        if (schema.ValueKind != JsonValueKind.String)
        {
            return CompileObject(fields, name, schema);
        }

        if (fields.AsString(name, schema) is not string text)
        {
            return null;
        }

        try
        {
            using JsonDocument document = JsonDocument.Parse(text, new JsonDocumentOptions { MaxDepth = JsonGrammar.MaxSchemaDepth, AllowDuplicateProperties = false });
            return CompileObject(fields, name, document.RootElement);
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException)
        {
            fields.Reject(name, "is not a valid JSON text");
            return null;
        }
    }

    private static JsonGrammar? CompileObject(JsonFields fields, string name, JsonElement schema)
    {
        if (!JsonGrammar.TryCompile(schema, out JsonGrammar? grammar, out IReadOnlyList<string> problems))
        {
            fields.Reject(name, string.Join("; ", problems));
        }

        return grammar;
    }
}
