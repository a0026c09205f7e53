using System.Collections;
using System.Runtime.CompilerServices;

namespace NGpt.Core.Sampling;

/// <summary>
/// The strings that end a generation: an immutable list, equal to another with the same strings in the same order. Written
/// as a collection: <c>StopStrings = ["\n\n", "User:"]</c>.
/// </summary>
[CollectionBuilder(typeof(StopStrings), nameof(Create))]
public sealed class StopStrings : IReadOnlyList<string>, IEquatable<StopStrings>
{
    private readonly string[] _texts;

    private StopStrings(string[] texts) => _texts = texts;

    /// <summary>No stop strings.</summary>
    public static StopStrings None { get; } = new([]);

    /// <inheritdoc/>
    public int Count => _texts.Length;

    /// <inheritdoc/>
    public string this[int index] => _texts[index];

    /// <summary>Creates a list.</summary>
    /// <param name="texts">The strings, which are copied.</param>
    public static StopStrings Create(ReadOnlySpan<string> texts) => texts.IsEmpty ? None : new(texts.ToArray());

    /// <inheritdoc/>
    public bool Equals(StopStrings? other) =>
        other is not null && _texts.AsSpan().SequenceEqual(other._texts, StringComparer.Ordinal);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as StopStrings);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        HashCode hash = default;
        foreach (string text in _texts)
        {
            hash.Add(text, StringComparer.Ordinal);
        }

        return hash.ToHashCode();
    }

    /// <inheritdoc/>
    public override string ToString() => $"[{string.Join(", ", _texts.Select(text => $"\"{text}\""))}]";

    /// <inheritdoc/>
    public IEnumerator<string> GetEnumerator() => _texts.AsEnumerable().GetEnumerator();

    /// <inheritdoc/>
    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}

/// <summary>
/// Finds stop strings in streamed text, and holds back text that may be the start of one. The division into pieces makes
/// no difference: the stop string that is complete first ends the text, and of several complete at the same character the
/// longest.
/// </summary>
public sealed class StopStringMatcher
{
    private readonly StopStrings _stops;
    private readonly int _longest;
    private string _held = string.Empty;

    /// <summary>Creates a matcher for one text.</summary>
    /// <param name="stops">The stop strings, none of them empty; the list may be empty.</param>
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

    /// <summary>The stop string that ended the text; null before that.</summary>
    public string? Matched { get; private set; }

    /// <summary>Adds a piece of text.</summary>
    /// <param name="piece">The piece; it may be empty.</param>
    /// <returns>
    /// The text that can be shown now. When a stop string is complete (see <see cref="Matched"/>) it ends before that;
    /// afterwards it is always empty.
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

        int safe = text.Length - PrefixLengthAtEnd(text);
        _held = text[safe..];
        return text[..safe];
    }

    /// <summary>Ends the text where generation ends for another reason than a stop string.</summary>
    /// <returns>The text that was held back: it was not a stop string.</returns>
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

    // The length of the longest suffix of the text that is a prefix of a stop string.
    private int PrefixLengthAtEnd(string text)
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
