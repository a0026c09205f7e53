using NGpt.Core.Errors;
using NGpt.Core.Numerics;

namespace NGpt.Server.Scheduling;

/// <summary>A token and the probability that the model gave it.</summary>
/// <param name="Token">The id.</param>
/// <param name="LogProbability">Natural logarithm of its probability, before temperature and penalties.</param>
internal readonly record struct TokenProbability(int Token, double LogProbability);

/// <summary>
/// A token of a sequence with its probability and the most probable alternatives. The same token has bit for bit the same
/// number in <see cref="Chosen"/> and in <see cref="Top"/>: clients decide by equality whether a token was the most
/// probable one.
/// </summary>
/// <param name="Chosen">The token; NaN for the first of a prompt, which nothing predicts.</param>
/// <param name="Top">The most probable tokens in descending order; of equal ones the lowest id first.</param>
internal sealed record ScoredToken(TokenProbability Chosen, IReadOnlyList<TokenProbability> Top)
{
    /// <summary>Angles in radians between the hidden state before and after each half of each block; null where not requested.</summary>
    public float[]? Angles { get; init; }

    /// <summary>The first token of a prompt.</summary>
    public static ScoredToken First(int token) => new(new TokenProbability(token, double.NaN), []);

    /// <summary>Scores a token by the logits [V] that predict it.</summary>
    public static ScoredToken Of(ReadOnlySpan<float> logits, int token, int alternatives)
    {
        double normalizer = LogSumExp.Of(logits);
        if (!double.IsFinite(normalizer) || !float.IsFinite(logits[token]))
        {
            throw new NGptException("the model gave logits that are not finite", "the weights are damaged or training diverged: use an earlier checkpoint");
        }

        var top = new TokenProbability[Math.Min(alternatives, logits.Length)];
        int count = 0;
        for (int id = 0; id < logits.Length && top.Length > 0; id++)
        {
            double value = logits[id] - normalizer;
            if (count == top.Length && value <= top[^1].LogProbability)
            {
                continue;
            }

            int position = count < top.Length ? count++ : count - 1;
            for (; position > 0 && top[position - 1].LogProbability < value; position--)
            {
                top[position] = top[position - 1];
            }

            top[position] = new TokenProbability(id, value);
        }

        return new ScoredToken(new TokenProbability(token, logits[token] - normalizer), top);
    }
}
