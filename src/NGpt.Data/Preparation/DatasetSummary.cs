using NGpt.Data.Corpora;
namespace NGpt.Data.Preparation;

/// <summary>What a dataset holds and where it came from.</summary>
/// <param name="Source">The corpus, for people.</param>
/// <param name="Train">The training split.</param>
/// <param name="Validation">The split held out for validation.</param>
/// <param name="Rejected">What was left out of the corpus, with reasons.</param>
public sealed record DatasetSummary(string Source, SplitSummary Train, SplitSummary Validation, IReadOnlyList<RejectedDocument> Rejected);
