using NGpt.Core.Errors;
using NGpt.Core.Numerics;

namespace NGpt.Server.Scheduling;

/// <summary>
/// A token of a text, how likely it was, and what else was likely. The same token has bit for bit the same number in
/// <see cref="Chosen"/> and in <see cref="Top"/>: clients decide by equality whether a token was the likeliest.
/// </summary>
/// <param name="Chosen">The token; NaN for the first of a prompt, which nothing predicts.</param>
/// <param name="Top">The likeliest tokens, the likeliest first; of equally likely ones the lowest id first.</param>
internal sealed record TokenScore(TokenChoice Chosen, IReadOnlyList<TokenChoice> Top)
{
    /// <summary>Radians that the hidden state travelled in each half of each block; null where it was not asked for.</summary>
    public float[]? Angles { get; init; }

    /// <summary>The first token of a prompt.</summary>
    public static TokenScore First(int token) => new(new TokenChoice(token, double.NaN), []);

    /// <summary>Scores a token.</summary>
    /// <param name="logits">The model's logits where the token stands [V].</param>
    /// <param name="token">The token, 0..V-1.</param>
    /// <param name="top">How many of the likeliest to list.</param>
    /// <exception cref="NGptException">The logits are not finite.</exception>
    public static TokenScore Of(ReadOnlySpan<float> logits, int token, int top)
    {
        double normalizer = LogSumExp.Of(logits);
        if (!double.IsFinite(normalizer) || !float.IsFinite(logits[token]))
        {
            throw new NGptException("the model gave logits that are not finite", "the weights are damaged or training diverged: use an earlier checkpoint");
        }

        var likeliest = new TokenChoice[Math.Min(top, logits.Length)];
        int count = 0;
        for (int id = 0; id < logits.Length && likeliest.Length > 0; id++)
        {
            double value = logits[id] - normalizer;
            if (count == likeliest.Length && value <= likeliest[^1].LogProbability)
            {
                continue;
            }

            int place = count < likeliest.Length ? count++ : count - 1;
            for (; place > 0 && likeliest[place - 1].LogProbability < value; place--)
            {
                likeliest[place] = likeliest[place - 1];
            }

            likeliest[place] = new TokenChoice(id, value);
        }

        return new TokenScore(new TokenChoice(token, logits[token] - normalizer), likeliest);
    }
}
