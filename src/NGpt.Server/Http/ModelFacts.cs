using System.Text.Json;
using NGpt.Core.Configuration;
using NGpt.Core.Sampling;

namespace NGpt.Server.Http;

/// <summary>Writes what the server says about its model.</summary>
internal static class ModelFacts
{
    /// <summary>The answer of <c>GET /v1/models</c>.</summary>
    public static void WriteList(Utf8JsonWriter json, LoadedModel loaded)
    {
        json.WriteStartObject();
        json.WriteString("object", "list");
        json.WriteStartArray("data");
        json.WriteStartObject();
        json.WriteString("id", loaded.Model.Id);
        json.WriteString("object", "model");
        json.WriteNumber("created", loaded.Created.ToUnixTimeSeconds());
        json.WriteString("owned_by", "ngpt");
        json.WriteStartObject("meta");
        json.WriteNumber("n_vocab", loaded.Scheduler.VocabularySize);
        json.WriteNumber("n_ctx", loaded.Scheduler.ContextLength);
        if (loaded.Model.Config is ModelConfig config)
        {
            json.WriteString("architecture", config.Architecture.Name());
            json.WriteNumber("n_ctx_train", config.ContextLength);
            json.WriteNumber("n_embd", config.EmbeddingWidth);
            json.WriteNumber("n_layer", config.LayerCount);
            json.WriteNumber("n_params", config.ParameterCount);
        }

        if (loaded.Model.WeightType is string type)
        {
            json.WriteString("weight_type", type);
        }

        if (loaded.Model.WeightBytes is long bytes)
        {
            json.WriteNumber("size", bytes);
        }

        json.WriteEndObject();
        json.WriteEndObject();
        json.WriteEndArray();
        json.WriteEndObject();
    }

    /// <summary>The answer of <c>GET /props</c>.</summary>
    public static void WriteProperties(Utf8JsonWriter json, LoadedModel loaded, ServerOptions options)
    {
        SamplingOptions defaults = loaded.Model.Defaults;
        json.WriteStartObject();
        json.WriteString("model_alias", loaded.Model.Id);
        json.WriteNumber("total_slots", options.Slots);
        json.WriteString("chat_template", options.ChatTemplate?.Name);
        json.WriteNumber("n_vocab", loaded.Scheduler.VocabularySize);
        json.WriteNumber("n_layer", loaded.Scheduler.LayerCount);
        json.WriteStartObject("default_generation_settings");
        json.WriteNumber("n_ctx", loaded.Scheduler.ContextLength);
        json.WriteStartObject("params");
        json.WriteNumber("temperature", defaults.Temperature);
        json.WriteNumber("top_k", defaults.TopK);
        json.WriteNumber("top_p", defaults.TopP);
        json.WriteNumber("min_p", defaults.MinP);
        json.WriteNumber("repeat_penalty", defaults.RepeatPenalty);
        json.WriteNumber("repeat_last_n", defaults.RepeatLastN);
        json.WriteNumber("presence_penalty", defaults.PresencePenalty);
        json.WriteNumber("frequency_penalty", defaults.FrequencyPenalty);
        json.WriteNumber("seed", defaults.Seed);
        if (loaded.Model.DefaultMaxTokens is int maxTokens)
        {
            json.WriteNumber("max_tokens", maxTokens);
        }

        json.WriteEndObject();
        json.WriteEndObject();
        json.WriteStartArray("endpoints");
        foreach (string endpoint in (string[])["/v1/models", "/v1/completions", "/v1/chat/completions", "/health", "/metrics", "/tokenize", "/detokenize", "/props"])
        {
            json.WriteStringValue(endpoint);
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }
}
