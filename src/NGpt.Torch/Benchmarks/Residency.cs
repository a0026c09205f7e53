namespace NGpt.Torch.Benchmarks;

/// <summary>How long the process of a subject lives.</summary>
internal enum Residency
{
    /// <summary>From the warm-up to the last round.</summary>
    Stays,

    /// <summary>From its turn in a round to the end of that turn, so that others have the memory.</summary>
    StartsEveryRound,

    /// <summary>It cannot run: it needs more memory than there is.</summary>
    DoesNotFit,
}
