namespace NGpt.Runtime.Inference;

/// <summary>
/// Runs a model on several sequences, whose keys and values are kept in slots. Called from one thread at a time. What
/// is computed for a slot does not depend on the other slots of the call, beyond rounding.
/// </summary>
public interface IInferenceContext : IDisposable
{
    /// <summary>V, the number of tokens.</summary>
    int VocabularySize { get; }

    /// <summary>L, the number of blocks.</summary>
    int LayerCount { get; }

    /// <summary>Tokens that each slot can hold.</summary>
    int ContextLength { get; }

    /// <summary>Number of slots.</summary>
    int SlotCount { get; }

    /// <summary>Maximum number of tokens in one call of <see cref="Run"/>.</summary>
    int BatchTokens { get; }

    /// <summary>Tokens that a slot holds.</summary>
    /// <param name="slot">0..<see cref="SlotCount"/>-1.</param>
    int Length(int slot);

    /// <summary>Discards the tokens of a slot from a position on.</summary>
    /// <param name="slot">0..<see cref="SlotCount"/>-1.</param>
    /// <param name="length">Tokens that stay, 0..<see cref="Length"/>.</param>
    void Truncate(int slot, int length);

    /// <summary>Makes a slot hold the first tokens of another, and nothing else.</summary>
    /// <param name="source">The slot that holds them.</param>
    /// <param name="target">Another slot; its content is discarded.</param>
    /// <param name="length">How many tokens, 0..<see cref="Length"/> of the source.</param>
    void CopyPrefix(int source, int target, int length);

    /// <summary>Appends tokens to slots and computes what was requested.</summary>
    /// <param name="steps">A slot at most once; together at most <see cref="BatchTokens"/> tokens.</param>
    /// <exception cref="ArgumentException">A slot or token does not exist, a slot appears more than once or is full, or there are too many tokens; nothing has changed then.</exception>
    void Run(ReadOnlySpan<SequenceStep> steps);

    /// <summary>Logits of the next token, from the last call of <see cref="Run"/>.</summary>
    /// <param name="number">Number of the step in that call.</param>
    /// <param name="row">The token in the step for <see cref="LogitRows.All"/>, else 0.</param>
    /// <returns>[V], valid until the next call.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The step requested no logits there.</exception>
    ReadOnlySpan<float> Logits(int number, int row = 0);

    /// <summary>How far the hidden state of a step's last token moved, from the last call of <see cref="Run"/>.</summary>
    /// <param name="number">Number of a step with <see cref="SequenceStep.Trace"/>.</param>
    /// <returns>
    /// Angles in radians [2·L] between the hidden state before and after the attention and the MLP of every block, valid
    /// until the next call.
    /// </returns>
    /// <exception cref="ArgumentOutOfRangeException">The step requested no trace.</exception>
    ReadOnlySpan<float> Angles(int number);
}

/// <summary>Tokens that are appended to one sequence in a call of <see cref="IInferenceContext.Run"/>.</summary>
/// <param name="Slot">The slot that holds the sequence, 0..<see cref="IInferenceContext.SlotCount"/>-1.</param>
/// <param name="Tokens">The new tokens, at least one, each 0..V-1.</param>
/// <param name="Logits">Where logits are requested.</param>
/// <param name="Trace">Whether the angles of the hidden state's path are requested, at the last token.</param>
public readonly record struct SequenceStep(int Slot, ReadOnlyMemory<int> Tokens, LogitRows Logits = LogitRows.Last, bool Trace = false);

/// <summary>At which of a step's tokens the logits of the next token are computed.</summary>
public enum LogitRows
{
    /// <summary>At none: the tokens are prefilled.</summary>
    None,

    /// <summary>At the last.</summary>
    Last,

    /// <summary>At every token.</summary>
    All,
}
