namespace NGpt.Core.Evaluation.Tasks;

/// <summary>A question with its possible answers.</summary>
/// <param name="Line">Line of its file, from 1.</param>
/// <param name="Choices">The answers: at least two, or the one of a last-word task.</param>
/// <param name="Answer">Which one is right, from 0.</param>
public sealed record TaskQuestion(long Line, IReadOnlyList<TaskChoice> Choices, int Answer);
