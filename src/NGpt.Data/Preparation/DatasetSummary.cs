using NGpt.Data.Corpora;

namespace NGpt.Data.Preparation;

/// <summary>What a dataset holds and where it came from.</summary>
/// <param name="Source">The corpus, for people.</param>
/// <param name="Train">The training split.</param>
/// <param name="Validation">The split held out for validation.</param>
/// <param name="Rejected">The first of what was left out of the corpus, with reasons: at most <see cref="MaxRejected"/>.</param>
public sealed record DatasetSummary(string Source, SplitSummary Train, SplitSummary Validation, IReadOnlyList<RejectedDocument> Rejected)
{
    /// <summary>How many rejections are kept by name.</summary>
    public const int MaxRejected = 100;

    /// <summary>How many entries were left out in all.</summary>
    public long RejectedCount { get; init; } = Rejected.Count;

    /// <summary>Documents left out because an earlier one has the same text.</summary>
    public long Duplicates { get; init; }

    /// <summary>Documents in which bytes that were not UTF-8 were replaced.</summary>
    public long Repaired { get; init; }
}
