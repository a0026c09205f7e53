using NGpt.Core.Configuration;

namespace NGpt.Torch.Engine;

/// <summary>The sizes of one engine, by the letters of docs/method.md, section 1.</summary>
internal sealed record EngineShape
{
    // Logits of a chunk of rows: large enough for efficient products, small enough never to matter beside the rest.
    private const long LogitBytes = 64L << 20;

    /// <summary>Takes the sizes of a model and a batch.</summary>
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

/// <summary>How an engine is to work.</summary>
/// <param name="BatchSize">B, the most sequences in one pass.</param>
/// <param name="SumsGradients">Whether several passes add up to one step.</param>
/// <param name="Recomputes">Whether the backward pass computes activations of each layer again instead of keeping them.</param>
internal sealed record EngineOptions(int BatchSize, bool SumsGradients, bool Recomputes);
