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
    /// <param name="length">The most tokens that one has before it.</param>
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
    /// <param name="loss">In nats.</param>
    /// <param name="seen">How many tokens stood before it, from 1.</param>
    /// <param name="bytes">Bytes that it stands for.</param>
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
    /// <param name="windows">The windows, with at least one token.</param>
    /// <param name="loss">The sum of their losses.</param>
    /// <param name="tokens">The sum of their tokens.</param>
    /// <returns>Null for fewer than two windows.</returns>
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
