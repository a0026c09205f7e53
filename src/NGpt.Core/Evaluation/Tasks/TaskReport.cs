namespace NGpt.Core.Evaluation.Tasks;

/// <summary>How a model did on a task.</summary>
public sealed record TaskReport
{
    /// <summary>Which task.</summary>
    public required string Name { get; init; }

    /// <summary>The file of its questions.</summary>
    public required string Path { get; init; }

    /// <summary>Questions whose right answer got the highest probability, or, for a last word, whose every token was the most likely one.</summary>
    public required Proportion Accuracy { get; init; }

    /// <summary>Questions whose right answer got the highest log-probability a Unicode character; null where answers have no length of their own.</summary>
    public required Proportion? NormalizedAccuracy { get; init; }

    /// <summary>exp of the mean of −ln p(last word); null for other tasks.</summary>
    public required double? Perplexity { get; init; }

    /// <summary>Questions with a context whose beginning did not fit into what the model sees at once.</summary>
    public required int CutContexts { get; init; }

    /// <summary>The records that were left out.</summary>
    public required IReadOnlyList<UnusableRecord> Unusable { get; init; }
}
