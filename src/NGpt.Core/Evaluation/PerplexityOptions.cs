using NGpt.Core.Configuration;

namespace NGpt.Core.Evaluation;

/// <summary>How a text is measured.</summary>
public sealed record PerplexityOptions
{
    /// <summary>Tokens that the model sees at once; null for the length it was trained with.</summary>
    public int? ContextLength { get; init; }

    /// <summary>Tokens from the beginning of a window to that of the next; null for the length of a window.</summary>
    public int? Stride { get; init; }

    /// <summary>Only the first tokens of the text are predicted, this many; null for all.</summary>
    public long? MaxTokens { get; init; }

    /// <summary>What tokens of a window see of each other.</summary>
    public WindowPacking Packing { get; init; } = WindowPacking.Stream;

    /// <summary>Gathers everything that is wrong with these options.</summary>
    /// <param name="contextLength">T, what the model was trained with; null where that is not known yet.</param>
    /// <returns>One line a problem, by the names of the command line; empty when the options are sound.</returns>
    public IReadOnlyList<string> Validate(int? contextLength)
    {
        const int MaxContextLength = 1 << 20;
        List<string> problems = [];
        if (ContextLength is < 1 or > MaxContextLength)
        {
            problems.Add($"--context-length {ContextLength} is outside 1 to {MaxContextLength}");
        }

        if (Stride is < 1)
        {
            problems.Add($"--stride {Stride} is below 1");
        }
        else if (Stride > (ContextLength ?? contextLength))
        {
            problems.Add($"--stride {Stride} is above the context length {ContextLength ?? contextLength}: tokens between two windows would be left out");
        }

        if (MaxTokens is < 1)
        {
            problems.Add($"--max-tokens {MaxTokens} is below 1");
        }

        return problems;
    }
}
