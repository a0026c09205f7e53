namespace NGpt.Runtime.Inference;

/// <summary>Tokens that are appended to one sequence in a call of <see cref="IInferenceContext.Run"/>.</summary>
/// <param name="Slot">The slot that holds the sequence, 0..<see cref="IInferenceContext.SlotCount"/>-1.</param>
/// <param name="Tokens">The new tokens, at least one, each 0..V-1.</param>
/// <param name="Logits">Where logits are wanted.</param>
/// <param name="Trace">Whether the angles of the hidden state's path are wanted, at the last token.</param>
public readonly record struct SequenceStep(int Slot, ReadOnlyMemory<int> Tokens, LogitRows Logits = LogitRows.Last, bool Trace = false);
