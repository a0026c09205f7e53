namespace NGpt.Runtime.Inference;

/// <summary>
/// A model at work on several sequences, whose keys and values are kept in slots. Called from one thread at a time. What
/// is computed for a slot does not depend on the other slots of the call, beyond rounding.
/// </summary>
public interface IInferenceContext : IDisposable
{
    /// <summary>V, the number of tokens.</summary>
    int VocabularySize { get; }

    /// <summary>L, the number of blocks.</summary>
    int LayerCount { get; }

    /// <summary>Tokens that each slot has room for.</summary>
    int ContextLength { get; }

    /// <summary>Number of slots.</summary>
    int SlotCount { get; }

    /// <summary>The most tokens in one call of <see cref="Run"/>.</summary>
    int BatchTokens { get; }

    /// <summary>Tokens that a slot holds.</summary>
    /// <param name="slot">0..<see cref="SlotCount"/>-1.</param>
    int Length(int slot);

    /// <summary>Forgets the tokens of a slot from a place on.</summary>
    /// <param name="slot">0..<see cref="SlotCount"/>-1.</param>
    /// <param name="length">Tokens that stay, 0..<see cref="Length"/>.</param>
    void Truncate(int slot, int length);

    /// <summary>Makes a slot hold the first tokens of another, and nothing else.</summary>
    /// <param name="source">The slot that holds them.</param>
    /// <param name="target">Another slot; what it held is forgotten.</param>
    /// <param name="length">How many tokens, 0..<see cref="Length"/> of the source.</param>
    void CopyPrefix(int source, int target, int length);

    /// <summary>Appends tokens to slots and computes what was asked for.</summary>
    /// <param name="steps">A slot at most once; together at most <see cref="BatchTokens"/> tokens.</param>
    /// <exception cref="ArgumentException">A slot or token does not exist, a slot comes twice or lacks room, or there are too many tokens; nothing has changed then.</exception>
    void Run(ReadOnlySpan<SequenceStep> steps);

    /// <summary>Logits of the next token, from the newest call of <see cref="Run"/>.</summary>
    /// <param name="number">Number of the step in that call.</param>
    /// <param name="row">The token in the step for <see cref="LogitRows.All"/>, else 0.</param>
    /// <returns>[V], valid until the next call.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The step asked for no logits there.</exception>
    ReadOnlySpan<float> Logits(int number, int row = 0);

    /// <summary>How far the hidden state of a step's last token moved, from the newest call of <see cref="Run"/>.</summary>
    /// <param name="number">Number of a step with <see cref="SequenceStep.Trace"/>.</param>
    /// <returns>
    /// Angles in radians [2·L] between the hidden state before and after the attention and the MLP of every block, valid
    /// until the next call.
    /// </returns>
    /// <exception cref="ArgumentOutOfRangeException">The step asked for no trace.</exception>
    ReadOnlySpan<float> Angles(int number);
}
