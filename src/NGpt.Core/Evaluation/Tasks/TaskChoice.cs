namespace NGpt.Core.Evaluation.Tasks;

/// <summary>One possible answer: a text, and how it goes on.</summary>
/// <param name="Context">What the model is given; not empty.</param>
/// <param name="Continuation">What is scored, with the space between the two.</param>
public sealed record TaskChoice(string Context, string Continuation)
{
    /// <summary>Unicode characters by which the score is divided for <c>acc_norm</c>: those of the answer, without the space before it.</summary>
    public int Characters => Continuation.EnumerateRunes().Count() - (Continuation.StartsWith(' ') ? 1 : 0);
}
