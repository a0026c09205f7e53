namespace NGpt.Core.Evaluation;

/// <summary>
/// How much worse one model predicts a text than another. Both predict the same tokens, so what is difficult about a window is
/// the same for both and cancels: the difference is known far better than either loss.
/// </summary>
/// <param name="Mean">The second model's loss less the first's, in nats a token.</param>
/// <param name="StandardError">Standard error of <paramref name="Mean"/>, from the differences of the windows; null for a single window.</param>
public sealed record LossDifference(double Mean, double? StandardError)
{
    /// <summary>Compares two measurements of the same windows.</summary>
    /// <param name="first">The one.</param>
    /// <param name="second">The other.</param>
    /// <exception cref="ArgumentException">They are of different windows.</exception>
    public static LossDifference Between(PerplexityReport first, PerplexityReport second)
    {
        ArgumentNullException.ThrowIfNull(first);
        ArgumentNullException.ThrowIfNull(second);
        if (!first.WindowLosses.Select(window => window.Tokens).SequenceEqual(second.WindowLosses.Select(window => window.Tokens)))
        {
            throw new ArgumentException("The two were measured on different windows.", nameof(second));
        }

        WindowLoss[] differences = [.. first.WindowLosses.Zip(second.WindowLosses, (one, other) => new WindowLoss(other.Loss - one.Loss, one.Tokens))];
        double sum = differences.Sum(window => window.Loss);
        return new LossDifference(sum / first.Tokens, LossSums.StandardError(differences, sum, first.Tokens));
    }
}
