using System.Buffers;
using System.Diagnostics;
using System.Text;
using NGpt.Core.Errors;

namespace NGpt.Core.Tokenizers.Splitting;

/// <summary>Finds the places in a text that a step of a tokenizer is about.</summary>
internal interface ITextMatcher
{
    /// <summary>Appends the matches in ascending order; they do not overlap.</summary>
    void Find(ReadOnlySpan<byte> utf8, List<TextMatch> matches, TextBudget budget);
}

/// <summary>A stretch of a text, in bytes.</summary>
/// <param name="Start">Where it begins.</param>
/// <param name="End">Where it ends.</param>
internal readonly record struct TextMatch(int Start, int End);

/// <summary>A string as it is.</summary>
internal sealed class LiteralMatcher(string text) : ITextMatcher
{
    private readonly byte[] _text = Encoding.UTF8.GetBytes(text);

    public void Find(ReadOnlySpan<byte> utf8, List<TextMatch> matches, TextBudget budget)
    {
        for (int start = 0, skip; _text.Length > 0 && (skip = utf8[start..].IndexOf(_text)) >= 0; start += skip + _text.Length)
        {
            matches.Add(new TextMatch(start + skip, start + skip + _text.Length));
        }
    }
}

/// <summary>Every character of a set.</summary>
internal sealed class CharacterMatcher(Func<Rune, bool> isMatch) : ITextMatcher
{
    public void Find(ReadOnlySpan<byte> utf8, List<TextMatch> matches, TextBudget budget)
    {
        for (int start = 0; start < utf8.Length;)
        {
            bool isText = Rune.DecodeFromUtf8(utf8[start..], out Rune character, out int length) == OperationStatus.Done;
            if (isText && isMatch(character))
            {
                matches.Add(new TextMatch(start, start + length));
            }

            start += length;
        }
    }
}

/// <summary>Every piece of a pattern that covers the whole text.</summary>
internal sealed class PatternMatcher(SplitPattern pattern) : ITextMatcher
{
    public void Find(ReadOnlySpan<byte> utf8, List<TextMatch> matches, TextBudget budget)
    {
        Span<int> ends = stackalloc int[256];
        object? state = null;
        for (int start = 0; start < utf8.Length;)
        {
            foreach (int end in ends[..pattern.FindEnds(utf8, start, ends, ref state)])
            {
                matches.Add(new TextMatch(start, end));
                start = end;
            }
        }
    }
}

/// <summary>What the steps of a tokenizer may take for one text: they come from a file, and are as hostile as it.</summary>
internal sealed class TextBudget(int textLength)
{
    private const long MinSize = 1 << 20;
    private const int MaxGrowth = 32;
    private static readonly TimeSpan MinTime = TimeSpan.FromSeconds(10);

    private readonly long _maxSize = MinSize + ((long)MaxGrowth * textLength);
    private readonly TimeSpan _maxTime = MinTime + TimeSpan.FromMicroseconds(10.0 * textLength);
    private TimeSpan _used;

    /// <summary>Adds what an expression took since a time stamp, and ends the call where that is too much.</summary>
    public void Spend(long since, string expression)
    {
        _used += Stopwatch.GetElapsedTime(since);
        if (_used > _maxTime)
        {
            throw TooSlow(expression, null);
        }
    }

    /// <summary>Ends the call where a step makes too long a text.</summary>
    public int RequireSize(long bytes) => bytes <= _maxSize
        ? (int)bytes
        : throw new NGptException($"the tokenizer's normalizer makes a text more than {MaxGrowth} times as long", "use another tokenizer");

    /// <summary>The failure of an expression that takes too long.</summary>
    public static NGptException TooSlow(string expression, Exception? cause) => new(
        $"the tokenizer's regular expression takes too long on this text: {(expression.Length > 60 ? expression[..60] + "…" : expression)}",
        "use another tokenizer",
        cause);
}
