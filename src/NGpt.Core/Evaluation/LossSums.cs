using System.Numerics;

namespace NGpt.Core.Evaluation;

/// <summary>Adds up the losses of a text: all, window by window, and by the number of tokens seen.</summary>
internal sealed class LossSums
{
    // A bucket for every power of two: 1, 2, 3 to 4, 5 to 8, ….
    private readonly double[] _bucketLoss;
    private readonly long[] _bucketTokens;
    private readonly List<WindowLoss> _windows = [];
    private readonly int _length;
    private double _loss;
    private long _bytes;
    private double _windowLoss;
    private int _windowTokens;

    /// <summary>Begins with nothing.</summary>
    public LossSums(int length)
    {
        _length = length;
        _bucketLoss = new double[Bucket(length) + 1];
        _bucketTokens = new long[_bucketLoss.Length];
    }

    /// <summary>Tokens of the windows so far.</summary>
    public long Tokens { get; private set; }

    public void BeginWindow() => (_windowLoss, _windowTokens) = (0, 0);

    /// <summary>Adds a token.</summary>
    public void Add(double loss, int seen, int bytes)
    {
        _windowLoss += loss;
        _windowTokens++;
        _bytes += bytes;
        int bucket = Bucket(seen);
        _bucketLoss[bucket] += loss;
        _bucketTokens[bucket]++;
    }

    public void EndWindow()
    {
        _loss += _windowLoss;
        Tokens += _windowTokens;
        _windows.Add(new WindowLoss(_windowLoss, _windowTokens));
    }

    public PerplexityReport Report(int length, int stride) => new()
    {
        Tokens = Tokens,
        Bytes = _bytes,
        Windows = _windows.Count,
        ContextLength = length,
        Stride = stride,
        Loss = _loss / Tokens,
        StandardError = StandardError(_windows, _loss, Tokens),
        WindowLosses = _windows,
        Positions = [.. Enumerable.Range(0, _bucketLoss.Length).Where(bucket => _bucketTokens[bucket] > 0).Select(Position)],
    };

    private static int Bucket(int seen) => seen <= 1 ? 0 : BitOperations.Log2((uint)seen - 1) + 1;

    private PositionLoss Position(int bucket) => new(
        bucket == 0 ? 1 : (1 << (bucket - 1)) + 1,
        Math.Min(1 << bucket, _length),
        _bucketTokens[bucket],
        _bucketLoss[bucket] / _bucketTokens[bucket]);

    /// <summary>
    /// The standard error of a mean over tokens. Neighbouring tokens are not independent, windows nearly are. The mean is a ratio
    /// of two sums over windows; with windows of one size this is their standard deviation over the root of their number.
    /// </summary>
    public static double? StandardError(IReadOnlyList<WindowLoss> windows, double loss, long tokens)
    {
        if (windows.Count < 2)
        {
            return null;
        }

        double mean = loss / tokens;
        double squares = windows.Sum(window => Math.Pow(window.Loss - (mean * window.Tokens), 2));
        return Math.Sqrt(squares * windows.Count / (windows.Count - 1)) / tokens;
    }
}

/// <summary>The loss of the tokens that counted in one window of a text.</summary>
/// <param name="Loss">Sum of their losses in nats.</param>
/// <param name="Tokens">How many there are.</param>
public readonly record struct WindowLoss(double Loss, int Tokens);

/// <summary>The loss of the tokens that had about as many tokens before them in their window.</summary>
/// <param name="First">The fewest tokens seen.</param>
/// <param name="Last">The most tokens seen.</param>
/// <param name="Tokens">Predicted tokens.</param>
/// <param name="Loss">Their mean loss in nats per token.</param>
public sealed record PositionLoss(int First, int Last, long Tokens, double Loss);

/// <summary>
/// How much worse one model predicts a text than another. Both predict the same tokens, so what is difficult about a window is
/// the same for both and cancels: the difference is known far better than either loss.
/// </summary>
/// <param name="Mean">The second model's loss less the first's, in nats per token.</param>
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
