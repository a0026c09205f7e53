namespace NGpt.Core.Data;

/// <summary>
/// The windows on which every evaluation of a run is done: always the same, evenly spaced over the validation data, none
/// sharing a target with another. A window is <c>contextLength + 1</c> neighbouring tokens.
/// </summary>
public sealed class EvaluationWindows
{
    private readonly long[] _starts;

    /// <summary>Chooses the windows.</summary>
    /// <param name="tokenCount">The number of validation tokens N.</param>
    /// <param name="contextLength">The number of inputs of a window C, above 0.</param>
    /// <param name="count">How many windows are wanted, above 0; all (N-1)/C of them where there are fewer.</param>
    /// <exception cref="Errors.UsageException">There are fewer than C + 1 tokens.</exception>
    public EvaluationWindows(long tokenCount, int contextLength, int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(count);
        WindowSamplers.RequireWindow("validation", tokenCount, contextLength);
        ContextLength = contextLength;
        long available = (tokenCount - 1) / contextLength;
        _starts = new long[Math.Min(count, available)];
        for (int i = 0; i < _starts.Length; i++)
        {
            _starts[i] = (long)((Int128)i * available / _starts.Length) * contextLength;
        }
    }

    /// <summary>The number of inputs of a window C.</summary>
    public int ContextLength { get; }

    /// <summary>How many windows there are.</summary>
    public int Count => _starts.Length;

    /// <summary>How many tokens are predicted: Count · C.</summary>
    public long Tokens => (long)Count * ContextLength;

    /// <summary>The place of each window's first token, ascending.</summary>
    public ReadOnlySpan<long> Starts => _starts;
}
