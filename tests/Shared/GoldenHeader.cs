using NGpt.Core.Configuration;

namespace NGpt.Tests;

/// <summary>What the header of a recording of the published model says about the model.</summary>
internal static class GoldenHeader
{
    /// <summary>The recording of an architecture, copied beside the tests.</summary>
    public static string PathOf(Architecture architecture) =>
        Path.Combine(AppContext.BaseDirectory, "TestData", architecture == Architecture.NGpt ? "ngpt-small.safetensors" : "gpt-small.safetensors");

    /// <summary>The model's shape.</summary>
    public static ModelConfig Model(IReadOnlyDictionary<string, string> header)
    {
        int width = Integer("n_embd");
        bool nGpt = Integer("use_nGPT") == 1;
        return new ModelConfig
        {
            Architecture = nGpt ? Architecture.NGpt : Architecture.Gpt,
            VocabularySize = Integer("vocab_size"),
            LayerCount = Integer("n_layer"),
            HeadCount = Integer("n_head"),
            EmbeddingWidth = width,
            MlpWidth = 4 * width,
            ContextLength = Integer("block_size"),
            RmsNormEpsilon = double.Parse(header["rms_eps"]),
            Scales = nGpt ? NGptScales.Published(width) : null,
        };

        int Integer(string key) => int.Parse(header[key]);
    }
}
