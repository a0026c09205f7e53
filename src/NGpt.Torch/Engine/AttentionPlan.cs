namespace NGpt.Torch.Engine;

/// <summary>How attention is cut into pieces.</summary>
/// <param name="BlockRows">Rows of a block of the causal triangle.</param>
/// <param name="GroupHeads">Heads whose scores are worked on together.</param>
/// <param name="KeepsProbabilities">Whether the backward pass finds the probabilities; else it computes them again.</param>
internal sealed record AttentionPlan(int BlockRows, int GroupHeads, bool KeepsProbabilities)
{
    // Scores and their gradients of one group stay within a large last-level cache.
    private const long GroupBytes = 8L << 20;

    // Above this, computing the probabilities again costs less than the memory.
    private const long MaxKeptBytes = 2L << 30;

    /// <summary>Chooses for a size.</summary>
    /// <param name="shape">Sizes.</param>
    /// <param name="threads">Number of threads: a group has work for each.</param>
    /// <param name="recomputes">Whether memory is to be saved.</param>
    public static AttentionPlan For(EngineShape shape, int threads, bool recomputes)
    {
        long heads = (long)shape.B * shape.H;
        long squareBytes = (long)shape.T * shape.T * shape.ElementSize;
        long group = Math.Clamp(Math.Max(threads, GroupBytes / squareBytes), 1, heads);
        bool keeps = !recomputes && squareBytes * heads * shape.L <= MaxKeptBytes;
        return new AttentionPlan(Math.Min(shape.T, shape.T <= 512 ? 128 : 256), (int)group, keeps);
    }
}
