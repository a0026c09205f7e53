namespace NGpt.Core.Evaluation;

/// <summary>Checks the arguments of <see cref="ITokenScorer.Score"/>, for its implementations.</summary>
public static class ScoringRequests
{
    /// <summary>Throws where a request is not valid.</summary>
    /// <param name="sequences">The sequences.</param>
    /// <param name="scores">Where the scores of their last tokens go.</param>
    /// <param name="vocabularySize">V.</param>
    /// <exception cref="ArgumentException">A sequence is too short for its scores, or a token is not in the vocabulary.</exception>
    public static void ThrowIfInvalid(IReadOnlyList<ReadOnlyMemory<int>> sequences, IReadOnlyList<Memory<TokenScore>> scores, int vocabularySize)
    {
        ArgumentNullException.ThrowIfNull(sequences);
        ArgumentNullException.ThrowIfNull(scores);
        if (sequences.Count != scores.Count)
        {
            throw new ArgumentException($"{sequences.Count} sequences, but {scores.Count} score buffers", nameof(scores));
        }

        for (int i = 0; i < sequences.Count; i++)
        {
            if (sequences[i].Length < 2 || scores[i].Length >= sequences[i].Length)
            {
                throw new ArgumentException($"sequence {i} of {sequences[i].Length} tokens has no {scores[i].Length} to score", nameof(sequences));
            }

            foreach (int token in sequences[i].Span)
            {
                if ((uint)token >= (uint)vocabularySize)
                {
                    throw new ArgumentException($"token {token} of sequence {i} is not in the vocabulary of {vocabularySize}", nameof(sequences));
                }
            }
        }
    }
}
