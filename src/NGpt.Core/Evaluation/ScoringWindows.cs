namespace NGpt.Core.Evaluation;

/// <summary>
/// Divides a text into windows such that every token but the first is predicted exactly once. Windows begin a stride
/// apart; where the stride is below their length they overlap, and a token counts in the first window that has it, so
/// that all but the first window's tokens have at least length minus stride tokens before them.
/// </summary>
public static class ScoringWindows
{
    /// <summary>The windows in order.</summary>
    /// <param name="tokenCount">N, tokens of the text.</param>
    /// <param name="length">Tokens that the model sees in one context, above 0.</param>
    /// <param name="stride">Tokens from the beginning of a window to that of the next, 1..<paramref name="length"/>.</param>
    /// <returns>Windows whose counted tokens are the places 1..N-1 in order; none where there are fewer than two tokens.</returns>
    public static IEnumerable<ScoringWindow> Of(long tokenCount, int length, int stride)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(tokenCount);
        ArgumentOutOfRangeException.ThrowIfLessThan(length, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(stride, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(stride, length);
        return Windows(tokenCount, length, stride);
    }

    private static IEnumerable<ScoringWindow> Windows(long tokenCount, int length, int stride)
    {
        long predicted = 0;
        for (long start = 0; predicted < tokenCount - 1; start += stride)
        {
            long last = Math.Min(start + length, tokenCount - 1);
            yield return new ScoringWindow(start, (int)(last - start), (int)(last - predicted));
            predicted = last;
        }
    }
}

/// <summary>A part of a text that is scored at once.</summary>
/// <param name="Start">The position of its first token.</param>
/// <param name="Inputs">How many tokens the model sees; the window has one more, the last that is predicted.</param>
/// <param name="Counted">How many of its last tokens count; those before them are context, and counted in an earlier window.</param>
public readonly record struct ScoringWindow(long Start, int Inputs, int Counted);
