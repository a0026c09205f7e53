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
        int width = Whole("n_embd");
        bool nGpt = Whole("use_nGPT") == 1;
        return new ModelConfig
        {
            Architecture = nGpt ? Architecture.NGpt : Architecture.Gpt,
            VocabularySize = Whole("vocab_size"),
            LayerCount = Whole("n_layer"),
            HeadCount = Whole("n_head"),
            EmbeddingWidth = width,
            MlpWidth = 4 * width,
            ContextLength = Whole("block_size"),
            RmsNormEpsilon = double.Parse(header["rms_eps"]),
            Scales = nGpt ? NGptScales.Published(width) : null,
        };

        int Whole(string key) => int.Parse(header[key]);
    }
}
