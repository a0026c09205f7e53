using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using NGpt.Core.Configuration;
using NGpt.Core.Sampling;

namespace NGpt.Server.Http;

/// <summary>The answer of <c>GET /v1/models</c>.</summary>
internal sealed record ModelList(string Object, IReadOnlyList<ModelEntry> Data)
{
    /// <summary>The one model of the server.</summary>
    public static ModelList Of(LoadedModel loaded)
    {
        ModelConfig? config = loaded.Model.Config;
        ModelMeta meta = new(
            loaded.Scheduler.VocabularySize,
            loaded.Scheduler.ContextLength,
            config?.Architecture.Name(),
            config?.ContextLength,
            config?.EmbeddingWidth,
            config?.LayerCount,
            config?.ParameterCount,
            loaded.Model.WeightType,
            loaded.Model.WeightBytes);
        return new ModelList("list", [new ModelEntry(loaded.Model.Id, "model", loaded.Created.ToUnixTimeSeconds(), "ngpt", meta)]);
    }
}

/// <summary>An entry of the list, as OpenAI defines it, with llama.cpp's <c>meta</c>.</summary>
internal sealed record ModelEntry(string Id, string Object, long Created, string OwnedBy, ModelMeta Meta);

/// <summary>The model's shape and weights; what is not known is left out.</summary>
internal sealed record ModelMeta(
    [property: JsonPropertyName("n_vocab")] int VocabularySize,
    [property: JsonPropertyName("n_ctx")] int ContextLength,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Architecture,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull), JsonPropertyName("n_ctx_train")] int? TrainedContextLength,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull), JsonPropertyName("n_embd")] int? EmbeddingWidth,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull), JsonPropertyName("n_layer")] int? LayerCount,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull), JsonPropertyName("n_params")] long? ParameterCount,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? WeightType,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] long? Size);

/// <summary>The answer of <c>GET /props</c>.</summary>
internal sealed record ServerProperties(
    string ModelAlias,
    int TotalSlots,
    string? ChatTemplate,
    [property: JsonPropertyName("n_vocab")] int VocabularySize,
    [property: JsonPropertyName("n_layer")] int LayerCount,
    DefaultGenerationSettings DefaultGenerationSettings,
    IReadOnlyList<string> Endpoints)
{
    /// <summary>The properties of a server.</summary>
    public static ServerProperties Of(LoadedModel loaded, ServerOptions options) => new(
        loaded.Model.Id,
        options.Slots,
        options.ChatTemplate?.Name,
        loaded.Scheduler.VocabularySize,
        loaded.Scheduler.LayerCount,
        new DefaultGenerationSettings(loaded.Scheduler.ContextLength, Parameters(loaded.Model)),
        ["/v1/models", "/v1/models/{id}", "/v1/completions", "/v1/chat/completions", "/health", "/v1/health", "/metrics", "/tokenize", "/detokenize", "/tokenizer_info", "/props"]);

    // Numbers only, as llama.cpp's clients expect. The maximum number of tokens only where the model sets one: else it
    // depends on the endpoint.
    private static JsonObject Parameters(ServedModel model)
    {
        JsonObject parameters = [];
        foreach (SamplingSetting setting in SamplingSetting.All.Where(setting => setting.Property != nameof(SamplingOptions.MaxTokens)))
        {
            JsonValue? value = setting switch
            {
                SamplingSetting<double> number => JsonValue.Create(number.Get(model.Defaults)),
                SamplingSetting<int> integer => JsonValue.Create(integer.Get(model.Defaults)),
                SamplingSetting<long> integer => JsonValue.Create(integer.Get(model.Defaults)),
                _ => null,
            };
            if (value is not null)
            {
                parameters[setting.JsonName] = value;
            }
        }

        if (model.DefaultMaxTokens is int maxTokens)
        {
            parameters["max_tokens"] = maxTokens;
        }

        return parameters;
    }
}

/// <summary>What holds where a request does not say otherwise.</summary>
internal sealed record DefaultGenerationSettings([property: JsonPropertyName("n_ctx")] int ContextLength, JsonObject Params);
