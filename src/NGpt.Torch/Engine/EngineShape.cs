using NGpt.Core.Configuration;

namespace NGpt.Torch.Engine;

/// <summary>The sizes of one engine, by the letters of the specification.</summary>
internal sealed record EngineShape
{
    // Logits of a chunk of rows: large enough for efficient products, small enough never to matter beside the rest.
    private const long LogitBytes = 64L << 20;

    /// <summary>Takes the sizes of a model and a batch.</summary>
    /// <param name="model">The model's shape.</param>
    /// <param name="batch">B.</param>
    /// <param name="elementSize">Bytes of an activation.</param>
    public EngineShape(ModelConfig model, int batch, int elementSize)
    {
        (B, T, C, H, D) = (batch, model.ContextLength, model.EmbeddingWidth, model.HeadCount, model.HeadWidth);
        (F, V, L) = (model.MlpWidth, model.VocabularySize, model.LayerCount);
        N = checked(B * T);
        ElementSize = elementSize;
        long rows = Math.Max(1, LogitBytes / elementSize / V);
        LogitChunks = (int)((N + rows - 1) / rows);
        LogitRows = (N + LogitChunks - 1) / LogitChunks;
    }

    /// <summary>Sequences.</summary>
    public int B { get; }

    /// <summary>Positions of a sequence.</summary>
    public int T { get; }

    /// <summary>Tokens of a batch, B·T.</summary>
    public int N { get; }

    /// <summary>Width of the embedding.</summary>
    public int C { get; }

    /// <summary>Heads.</summary>
    public int H { get; }

    /// <summary>Width of a head.</summary>
    public int D { get; }

    /// <summary>Width of the MLP's hidden state.</summary>
    public int F { get; }

    /// <summary>Vocabulary.</summary>
    public int V { get; }

    /// <summary>Layers.</summary>
    public int L { get; }

    /// <summary>Bytes of an activation.</summary>
    public int ElementSize { get; }

    /// <summary>Chunks of rows into which the logits are cut.</summary>
    public int LogitChunks { get; }

    /// <summary>Rows of a chunk; the last may have fewer.</summary>
    public int LogitRows { get; }
}
