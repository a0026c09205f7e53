namespace NGpt.Core.Evaluation.Tasks;

/// <summary>A question as the model reads it.</summary>
/// <param name="Choices">The possible answers.</param>
/// <param name="Answer">Which one is right, from 0.</param>
public sealed record EncodedQuestion(IReadOnlyList<EncodedChoice> Choices, int Answer);
