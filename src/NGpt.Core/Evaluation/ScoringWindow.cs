namespace NGpt.Core.Evaluation;

/// <summary>A part of a text that is scored at once.</summary>
/// <param name="Start">The place of its first token.</param>
/// <param name="Inputs">How many tokens the model sees; the window has one more, the last that is predicted.</param>
/// <param name="Counted">How many of its last tokens count; those before them are context, and counted in an earlier window.</param>
public readonly record struct ScoringWindow(long Start, int Inputs, int Counted);
