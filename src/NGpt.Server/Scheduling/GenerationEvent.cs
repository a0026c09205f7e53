namespace NGpt.Server.Scheduling;

/// <summary>What is new in one text of a request.</summary>
/// <param name="Index">The text's <see cref="SequenceOrder.Index"/>.</param>
/// <param name="Text">Text that can be shown now; often empty.</param>
internal sealed record GenerationEvent(int Index, string Text)
{
    /// <summary>Scored tokens: of the prompt first, then the newest one. Empty where none were asked for.</summary>
    public IReadOnlyList<TokenScore> Scores { get; init; } = [];

    /// <summary>The end; nothing comes after it.</summary>
    public SequenceEnd? End { get; init; }
}
