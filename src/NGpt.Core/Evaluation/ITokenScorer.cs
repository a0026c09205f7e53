namespace NGpt.Core.Evaluation;

/// <summary>
/// A model that says how probable the tokens of a text are: all that evaluation needs of one, whatever computes it.
/// Calls come from one thread at a time.
/// </summary>
public interface ITokenScorer
{
    /// <summary>T, the tokens that the model was trained to see in one context. Longer sequences are scored too.</summary>
    int ContextLength { get; }

    /// <summary>V, the number of tokens that the model knows.</summary>
    int VocabularySize { get; }

    /// <summary>Tokens that are computed at a time: calls with a few times as many keep the machine busy.</summary>
    int BatchTokens { get; }

    /// <summary>
    /// Scores the last tokens of sequences, each given all tokens before it in its sequence. What is computed for a
    /// sequence does not depend on the others of the call, nor on their order, beyond rounding.
    /// </summary>
    /// <param name="sequences">Sequences of at least two tokens, each token 0..V-1.</param>
    /// <param name="scores">
    /// Receives the scores of the last tokens of each sequence, as many as it has elements: at most one less than it has tokens, for
    /// the first one has none before it.
    /// </param>
    /// <param name="documentStart">
    /// The token that begins a document, where a token is to see none before its own document; null where it sees all
    /// earlier tokens. Positions run on through the sequence either way, as in training: nGPT's scales of queries and keys
    /// make its attention depend on them, and not on distances alone.
    /// </param>
    /// <param name="cancellationToken">Ends it early with <see cref="OperationCanceledException"/>.</param>
    /// <exception cref="ArgumentException">A sequence is too short for its scores, or a token is not in the vocabulary.</exception>
    void Score(
        IReadOnlyList<ReadOnlyMemory<int>> sequences,
        IReadOnlyList<Memory<TokenScore>> scores,
        int? documentStart = null,
        CancellationToken cancellationToken = default);
}

/// <summary>How a model expected a token.</summary>
/// <param name="LogProbability">Natural logarithm of its probability given the tokens before it.</param>
/// <param name="IsMostLikely">Whether no token had a larger probability there.</param>
public readonly record struct TokenScore(float LogProbability, bool IsMostLikely);
