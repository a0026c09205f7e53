using System.Buffers;
using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.RegularExpressions;
using NGpt.Core.Errors;

namespace NGpt.Core.Tokenizers.Splitting;

/// <summary>
/// A foreign pattern in .NET's engine. The engine sees one UTF-16 unit a character: a character beyond the basic plane is
/// shown to it as one of the basic plane of the same general category, so that <c>\p{L}</c> means what it says.
/// </summary>
internal sealed class RegexPattern : SplitPattern
{
    private const int MaxExpressionLength = 2000;
    private static readonly TimeSpan MatchTimeout = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan MaxTextLength = TimeSpan.FromSeconds(10);
    private static readonly char[] StandIns = BuildStandIns();

    private readonly Regex _regex;

    /// <summary>Compiles a pattern.</summary>
    public RegexPattern(string expression)
        : base("regex", expression)
    {
        if (expression.Length > MaxExpressionLength)
        {
            throw new ArgumentException($"The expression has {expression.Length:N0} characters, more than {MaxExpressionLength:N0}.", nameof(expression));
        }

        _regex = Compile(expression);
    }

    internal override bool CoversEverything => false;

    internal override int FindEnds(ReadOnlySpan<byte> utf8, int start, Span<int> ends, ref object? state)
    {
        state ??= FindAll(utf8);
        var all = (FoundEnds)state;
        int count = Math.Min(ends.Length, all.Ends.Count - all.Next);
        CollectionsMarshal.AsSpan(all.Ends).Slice(all.Next, count).CopyTo(ends);
        all.Next += count;
        return count;
    }

    private static Regex Compile(string expression)
    {
        const RegexOptions Options = RegexOptions.CultureInvariant;
        try
        {
            // Linear in the text whatever the expression; look-around is beyond it.
            return new Regex(expression, Options | RegexOptions.NonBacktracking, MatchTimeout);
        }
        catch (NotSupportedException)
        {
            return new Regex(expression, Options | RegexOptions.Compiled, MatchTimeout);
        }
    }

    private FoundEnds FindAll(ReadOnlySpan<byte> utf8)
    {
        char[] rented = ArrayPool<char>.Shared.Rent(utf8.Length);
        try
        {
            Span<char> characters = rented.AsSpan(0, Show(utf8, rented));
            var ends = new List<int>();
            long began = Stopwatch.GetTimestamp();
            foreach (ValueMatch match in _regex.EnumerateMatches(characters))
            {
                Add(ends, match.Index);
                Add(ends, match.Index + match.Length);
                if ((ends.Count & 1023) < 2 && Stopwatch.GetElapsedTime(began) > MaxTextLength + TimeSpan.FromMicroseconds(10.0 * utf8.Length))
                {
                    throw TooSlow(null);
                }
            }

            Add(ends, characters.Length);
            ToBytes(utf8, ends);
            return new FoundEnds(ends);
        }
        catch (RegexMatchTimeoutException failure)
        {
            throw TooSlow(failure);
        }
        finally
        {
            ArrayPool<char>.Shared.Return(rented);
        }
    }

    private NGptException TooSlow(Exception? cause) => new(
        $"the tokenizer's split pattern takes too long on this text: {(Expression.Length > 60 ? Expression[..60] + "…" : Expression)}",
        "use another tokenizer",
        cause);

    private static void Add(List<int> ends, int end)
    {
        if (end > (ends.Count == 0 ? 0 : ends[^1]))
        {
            ends.Add(end);
        }
    }

    private static int Show(ReadOnlySpan<byte> utf8, Span<char> characters)
    {
        int count = 0;
        while (!utf8.IsEmpty)
        {
            Rune.DecodeFromUtf8(utf8, out Rune character, out int length);
            characters[count++] = character.IsBmp ? (char)character.Value : StandIns[(int)Rune.GetUnicodeCategory(character)];
            utf8 = utf8[length..];
        }

        return count;
    }

    /// <summary>Turns numbers of characters into numbers of bytes.</summary>
    private static void ToBytes(ReadOnlySpan<byte> utf8, List<int> ends)
    {
        int characters = 0;
        int bytes = 0;
        for (int i = 0; i < ends.Count; i++)
        {
            for (; characters < ends[i]; characters++)
            {
                Rune.DecodeFromUtf8(utf8[bytes..], out _, out int length);
                bytes += length;
            }

            ends[i] = bytes;
        }
    }

    // The last of each category: characters that no pattern names.
    private static char[] BuildStandIns()
    {
        var standIns = new char[(int)UnicodeCategory.OtherNotAssigned + 1];
        for (int value = 0; value <= char.MaxValue; value++)
        {
            standIns[(int)CharUnicodeInfo.GetUnicodeCategory((char)value)] = (char)value;
        }

        return standIns;
    }

    private sealed class FoundEnds(List<int> ends)
    {
        public List<int> Ends { get; } = ends;

        public int Next { get; set; }
    }
}
