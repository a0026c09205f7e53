namespace NGpt.Core.Sampling;

/// <summary>
/// Looks for stop strings in text that arrives in pieces, and holds back what may be the beginning of one. How the text
/// is cut into pieces makes no difference: the stop string that is complete first ends the text, and of several complete
/// at the same character the longest.
/// </summary>
public sealed class StopStringMatcher
{
    private readonly StopStrings _stops;
    private readonly int _longest;
    private string _held = string.Empty;

    /// <summary>Makes a matcher for one text.</summary>
    /// <param name="stops">The stop strings, none of them empty; there may be none.</param>
    /// <exception cref="ArgumentException">A stop string is null or empty.</exception>
    public StopStringMatcher(StopStrings stops)
    {
        ArgumentNullException.ThrowIfNull(stops);
        foreach (string stop in stops)
        {
            ArgumentException.ThrowIfNullOrEmpty(stop, nameof(stops));
            _longest = Math.Max(_longest, stop.Length);
        }

        _stops = stops;
    }

    /// <summary>The stop string that ended the text, or null as long as none did.</summary>
    public string? Matched { get; private set; }

    /// <summary>Takes the next piece of text.</summary>
    /// <param name="piece">The piece; it may be empty.</param>
    /// <returns>
    /// The text that can be shown now. When a stop string is completed (see <see cref="Matched"/>) it ends just before
    /// that; after it, it is empty always.
    /// </returns>
    public string Append(string piece)
    {
        ArgumentNullException.ThrowIfNull(piece);
        if (Matched is not null)
        {
            return string.Empty;
        }

        string text = _held + piece;
        for (int end = _held.Length + 1; end <= text.Length; end++)
        {
            if (LongestStopAtEnd(text.AsSpan(0, end)) is { } stop)
            {
                Matched = stop;
                _held = string.Empty;
                return text[..(end - stop.Length)];
            }
        }

        int safe = text.Length - BeginningAtEnd(text);
        _held = text[safe..];
        return text[..safe];
    }

    /// <summary>Ends the text, when generation ends for another reason than a stop string.</summary>
    /// <returns>The text that was held back: it was no stop string after all.</returns>
    public string Finish()
    {
        string rest = _held;
        _held = string.Empty;
        return rest;
    }

    private string? LongestStopAtEnd(ReadOnlySpan<char> text)
    {
        string? longest = null;
        foreach (string stop in _stops)
        {
            if (stop.Length > (longest?.Length ?? 0) && text.EndsWith(stop, StringComparison.Ordinal))
            {
                longest = stop;
            }
        }

        return longest;
    }

    // The length of the longest end of the text with which a stop string begins.
    private int BeginningAtEnd(string text)
    {
        for (int length = Math.Min(_longest - 1, text.Length); length > 0; length--)
        {
            ReadOnlySpan<char> end = text.AsSpan(text.Length - length);
            foreach (string stop in _stops)
            {
                if (stop.Length > length && stop.AsSpan().StartsWith(end, StringComparison.Ordinal))
                {
                    return length;
                }
            }
        }

        return 0;
    }
}
