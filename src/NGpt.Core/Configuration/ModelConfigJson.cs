using System.Text.Json;
using NGpt.Core.Errors;

namespace NGpt.Core.Configuration;

/// <summary>
/// A checkpoint's <c>config.json</c>: the shape of the model under Hugging Face's keys, with nGPT's scales beside
/// them. Keys that this program does not know are left alone, as other tools add their own; keys that would change
/// the mathematics are rejected. Numbers survive exactly.
/// </summary>
public static class ModelConfigJson
{
    private static readonly JsonWriterOptions Indented = new() { Indented = true, NewLine = "\n" };

    /// <summary>Writes a configuration.</summary>
    /// <param name="config">A valid configuration.</param>
    /// <param name="dataType">Type of the stored weights, for example <c>float32</c>.</param>
    /// <param name="beginToken">Token that begins a text, or null where the tokenizer has none.</param>
    /// <param name="endToken">Token that ends a text, or null where the tokenizer has none.</param>
    /// <returns>Indented UTF-8 JSON that ends with a line feed.</returns>
    public static byte[] Serialize(ModelConfig config, string dataType = "float32", int? beginToken = null, int? endToken = null)
    {
        ArgumentNullException.ThrowIfNull(config);
        ArgumentNullException.ThrowIfNull(dataType);
        using MemoryStream stream = new();
        using (Utf8JsonWriter json = new(stream, Indented))
        {
            json.WriteStartObject();
            json.WriteStartArray("architectures");
            json.WriteStringValue(config.Architecture == Architecture.NGpt ? "NGptForCausalLM" : "GptForCausalLM");
            json.WriteEndArray();
            json.WriteString("model_type", config.Architecture.Name());
            json.WriteNumber("vocab_size", config.VocabularySize);
            json.WriteNumber("hidden_size", config.EmbeddingWidth);
            json.WriteNumber("intermediate_size", config.MlpWidth);
            json.WriteNumber("num_hidden_layers", config.LayerCount);
            json.WriteNumber("num_attention_heads", config.HeadCount);
            json.WriteNumber("head_dim", config.HeadWidth);
            json.WriteNumber("max_position_embeddings", config.ContextLength);
            json.WriteNumber("rope_theta", config.RopeTheta);
            json.WriteNumber("rms_norm_eps", config.RmsNormEpsilon);
            json.WriteBoolean("tie_word_embeddings", false);
            json.WriteString("torch_dtype", dataType);
            WriteToken(json, "bos_token_id", beginToken);
            WriteToken(json, "eos_token_id", endToken);
            if (config.Scales is NGptScales scales)
            {
                NGptScales.Schema.Write(json, scales);
            }

            json.WriteEndObject();
        }

        stream.WriteByte((byte)'\n');
        return stream.ToArray();
    }

    /// <summary>Reads and checks a file.</summary>
    /// <param name="path">The file.</param>
    /// <returns>A valid configuration.</returns>
    /// <exception cref="FileFormatException">The file is missing, damaged, or of another kind of model.</exception>
    public static ModelConfig Load(string path) => Parse(JsonObjectReader.ReadFile(path), path);

    /// <summary>Reads and checks a configuration.</summary>
    /// <param name="json">UTF-8 JSON.</param>
    /// <param name="path">The file to name in messages.</param>
    /// <returns>A valid configuration.</returns>
    /// <exception cref="FileFormatException">The text is damaged, or of another kind of model.</exception>
    public static ModelConfig Parse(ReadOnlyMemory<byte> json, string path) => JsonObjectReader.Read(json, path, reader =>
    {
        string type = reader.Text("model_type");
        if (type.Length > 0 && !ConfigurationNames.Architectures.TryParse(type, out _))
        {
            throw new FileFormatException(
                path,
                $"model_type \"{Shorten(type)}\" is another kind of model",
                $"This program reads models of type {string.Join(" and ", ConfigurationNames.Architectures.Names)}");
        }

        _ = ConfigurationNames.Architectures.TryParse(type, out Architecture architecture);
        ModelConfig config = new()
        {
            Architecture = architecture,
            VocabularySize = reader.Integer("vocab_size"),
            LayerCount = reader.Integer("num_hidden_layers"),
            HeadCount = reader.Integer("num_attention_heads"),
            EmbeddingWidth = reader.Integer("hidden_size"),
            MlpWidth = reader.Integer("intermediate_size"),
            ContextLength = reader.Integer("max_position_embeddings"),
            RopeTheta = reader.Number("rope_theta", 10_000),
            RmsNormEpsilon = reader.Number("rms_norm_eps", 1e-6),
            Scales = architecture == Architecture.NGpt ? NGptScales.Schema.Read(reader) : null,
        };
        RejectUnsupported(reader, config);
        if (reader.Problems.Count == 0)
        {
            reader.Problems.AddRange(config.Validate());
        }

        return config;
    });

    private static void RejectUnsupported(JsonObjectReader reader, ModelConfig config)
    {
        Reject(reader.Flag("tie_word_embeddings", false), "tie_word_embeddings true is not supported: input and output embeddings are two tensors");
        Reject(reader.Flag("attention_bias", false), "attention_bias true is not supported: there are no biases");
        Reject(reader.Flag("mlp_bias", false), "mlp_bias true is not supported: there are no biases");
        Reject(reader.Has("rope_scaling"), "rope_scaling is not supported");
        int groups = reader.Integer("num_key_value_heads", config.HeadCount);
        Reject(groups != config.HeadCount, $"num_key_value_heads {groups} is not num_attention_heads {config.HeadCount}: grouped queries are not supported");
        if (config.HeadCount > 0)
        {
            int width = reader.Integer("head_dim", config.HeadWidth);
            Reject(width != config.HeadWidth, $"head_dim {width} is not hidden_size / num_attention_heads = {config.HeadWidth}");
        }

        void Reject(bool condition, string problem)
        {
            if (condition)
            {
                reader.Problems.Add(problem);
            }
        }
    }

    private static void WriteToken(Utf8JsonWriter json, string key, int? token)
    {
        if (token is int value)
        {
            json.WriteNumber(key, value);
        }
        else
        {
            json.WriteNull(key);
        }
    }

    private static string Shorten(string text) => text.Length <= 40 ? text : string.Concat(text.AsSpan(0, 40), "…");
}
