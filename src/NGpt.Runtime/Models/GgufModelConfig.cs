using NGpt.Core.Configuration;
using NGpt.Core.Files.Gguf;

namespace NGpt.Runtime.Models;

/// <summary>A model's shape as the metadata of a GGUF file, with the keys that GGUF has for it, and nGPT's scales beside them.</summary>
internal static class GgufModelConfig
{
    private const string Rope = "rope.freq_base";
    private const string Epsilon = "attention.layer_norm_rms_epsilon";
    private const string QueryKeyNormalizationKey = "qk_norm";

    /// <summary>The keys and values of a shape.</summary>
    /// <param name="config">A valid configuration.</param>
    public static IEnumerable<KeyValuePair<string, GgufValue>> Write(ModelConfig config)
    {
        string prefix = GgufNames.OfArchitecture(config.Architecture);
        yield return Key("context_length", (uint)config.ContextLength);
        yield return Key("embedding_length", (uint)config.EmbeddingWidth);
        yield return Key("block_count", (uint)config.LayerCount);
        yield return Key("feed_forward_length", (uint)config.MlpWidth);
        yield return Key("attention.head_count", (uint)config.HeadCount);
        yield return Key("attention.head_count_kv", (uint)config.HeadCount);
        yield return Key("vocab_size", (uint)config.VocabularySize);
        yield return Key("rope.dimension_count", (uint)config.HeadWidth);
        // llama.cpp takes float32 alone.
        yield return Key(Rope, (float)config.RopeTheta);
        if (config.Scales is not NGptScales scales)
        {
            yield return Key(Epsilon, (float)config.RmsNormEpsilon);
            yield break;
        }

        foreach ((string name, ScaleSetting setting) in scales.All())
        {
            yield return Key($"{name}_init", setting.Initial);
            yield return Key($"{name}_scale", setting.Scale);
            if (setting.Shape != ScaleShape.Vector)
            {
                yield return Key($"{name}_shape", setting.Shape.Name());
            }
        }

        if (scales.QueryKeyNormalization != QueryKeyNormalization.Exact)
        {
            yield return Key(QueryKeyNormalizationKey, scales.QueryKeyNormalization.Name());
        }

        KeyValuePair<string, GgufValue> Key<T>(string name, T value)
            where T : notnull => KeyValuePair.Create($"{prefix}.{name}", GgufValue.Of(value));
    }
}
