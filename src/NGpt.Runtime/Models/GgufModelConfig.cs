using NGpt.Core.Configuration;
using NGpt.Core.Errors;
using NGpt.Core.Files;
using NGpt.Core.Files.Gguf;

namespace NGpt.Runtime.Models;

/// <summary>A model's shape as the metadata of a GGUF file, with the keys that GGUF has for it, and nGPT's scales beside them.</summary>
internal static class GgufModelConfig
{
    private const string KeyValueHeads = "attention.head_count_kv";
    private const string Vocabulary = "vocab_size";
    private const string Rope = "rope.freq_base";
    private const string Epsilon = "attention.layer_norm_rms_epsilon";

    /// <summary>What to do about a file that cannot be run.</summary>
    public const string Remedy = "use a file that ngpt quantize wrote, or one of a Llama model without what is named here";

    /// <summary>The keys and values of a shape.</summary>
    public static IEnumerable<KeyValuePair<string, GgufValue>> Write(ModelConfig config)
    {
        string prefix = GgufNames.OfArchitecture(config.Architecture);
        yield return Key("context_length", (uint)config.ContextLength);
        yield return Key("embedding_length", (uint)config.EmbeddingWidth);
        yield return Key("block_count", (uint)config.LayerCount);
        yield return Key("feed_forward_length", (uint)config.MlpWidth);
        yield return Key("attention.head_count", (uint)config.HeadCount);
        yield return Key(KeyValueHeads, (uint)(config.KeyValueHeadCount ?? config.HeadCount));
        yield return Key(Vocabulary, (uint)config.VocabularySize);
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
            yield return Key("qk_norm", scales.QueryKeyNormalization.Name());
        }

        KeyValuePair<string, GgufValue> Key<T>(string name, T value)
            where T : notnull => KeyValuePair.Create($"{prefix}.{name}", GgufValue.Of(value));
    }

    /// <summary>Reads a shape. Returns a configuration whose validation found nothing.</summary>
    public static ModelConfig Read(GgufFile file)
    {
        Architecture architecture = file.Text(GgufNames.Architecture) switch
        {
            "ngpt" => Architecture.NGpt,
            "llama" => Architecture.Gpt,
            string other => throw new FileFormatException(
                file.Path, $"is a model of the kind {Quoted.Name(other)}; those of the kinds ngpt and llama are read", Remedy),
        };
        GgufShapeReader reader = new(file, GgufNames.OfArchitecture(architecture));
        int heads = reader.Integer("attention.head_count");
        int shared = reader.Has(KeyValueHeads) ? reader.Integer(KeyValueHeads) : heads;
        ModelConfig config = new()
        {
            Architecture = architecture,
            VocabularySize = reader.Has(Vocabulary) ? reader.Integer(Vocabulary) : reader.TokenCount(),
            LayerCount = reader.Integer("block_count"),
            HeadCount = heads,
            KeyValueHeadCount = shared == heads ? null : shared,
            HasTiedEmbeddings = architecture == Architecture.Gpt && !file.Tensors.ContainsKey(GgufNames.OfTensor(ParameterCatalog.OutputEmbedding)),
            EmbeddingWidth = reader.Integer("embedding_length"),
            MlpWidth = reader.Integer("feed_forward_length"),
            ContextLength = reader.Integer("context_length"),
            RopeTheta = reader.Number(Rope, 10_000),
            RmsNormEpsilon = architecture == Architecture.Gpt ? reader.Number(Epsilon) : 1e-6,
            Scales = architecture == Architecture.NGpt ? reader.Scales() : null,
        };
        List<string> problems = [.. config.Validate()];
        if (problems.Count == 0)
        {
            reader.RejectUnsupported(config, problems);
        }

        return problems.Count == 0 ? config : throw new FileFormatException(file.Path, string.Join("; ", problems), Remedy);
    }
}
