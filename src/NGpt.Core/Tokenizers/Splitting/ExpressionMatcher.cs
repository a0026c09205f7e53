using System.Buffers;
using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace NGpt.Core.Tokenizers.Splitting;

/// <summary>
/// A regular expression of a file in .NET's engine. The engine sees one UTF-16 unit a character: a character beyond the basic
/// plane is shown to it as one of the basic plane of the same general category, so that <c>\p{L}</c> means what it says.
/// </summary>
internal sealed class ExpressionMatcher : ITextMatcher
{
    private const int MaxExpressionLength = 2000;
    private const int MatchesBetweenChecks = 512;
    // The last Chinese character of the basic plane, for those beyond it.
    private const char ChineseStandIn = '\uFAD9';
    private static readonly TimeSpan MatchTimeout = TimeSpan.FromSeconds(2);
    private static readonly char[] StandIns = BuildStandIns();

    private readonly Regex _regex;
    private readonly string _expression;

    /// <summary>Compiles an expression.</summary>
    /// <exception cref="ArgumentException">It is too long, or cannot be run as it is meant.</exception>
    public ExpressionMatcher(string expression)
    {
        if (expression.Length > MaxExpressionLength)
        {
            throw new ArgumentException($"The expression has {expression.Length:N0} characters, more than {MaxExpressionLength:N0}.", nameof(expression));
        }

        _expression = expression;
        _regex = Compile(OnigurumaSyntax.Translate(expression));
    }

    /// <inheritdoc/>
    public void Find(ReadOnlySpan<byte> utf8, List<TextMatch> matches, TextBudget budget)
    {
        char[] rented = ArrayPool<char>.Shared.Rent(Math.Max(1, utf8.Length));
        try
        {
            Span<char> characters = rented.AsSpan(0, Show(utf8, rented));
            long since = Stopwatch.GetTimestamp();
            int first = matches.Count;
            int before = -1;
            foreach (ValueMatch match in _regex.EnumerateMatches(characters))
            {
                // Nothing matched right behind a match is no match.
                if (match.Length > 0 || match.Index != before)
                {
                    before = match.Index + match.Length;
                    matches.Add(new TextMatch(match.Index, before));
                    if (matches.Count % MatchesBetweenChecks == 0)
                    {
                        budget.Spend(since, _expression);
                        since = Stopwatch.GetTimestamp();
                    }
                }
            }

            budget.Spend(since, _expression);
            if (characters.Length != utf8.Length)
            {
                ToBytes(utf8, matches, first);
            }
        }
        catch (RegexMatchTimeoutException failure)
        {
            throw TextBudget.TooSlow(_expression, failure);
        }
        finally
        {
            ArrayPool<char>.Shared.Return(rented);
        }
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

    private static int Show(ReadOnlySpan<byte> utf8, Span<char> characters)
    {
        int count = 0;
        while (!utf8.IsEmpty)
        {
            int ascii = utf8.IndexOfAnyInRange((byte)0x80, (byte)0xFF);
            ascii = ascii < 0 ? utf8.Length : ascii;
            if (ascii > 0)
            {
                count += Encoding.Latin1.GetChars(utf8[..ascii], characters[count..]);
                utf8 = utf8[ascii..];
                continue;
            }

            Rune.DecodeFromUtf8(utf8, out Rune character, out int length);
            characters[count++] = character.IsBmp ? (char)character.Value : StandIn(character);
            utf8 = utf8[length..];
        }

        return count;
    }

    private static char StandIn(Rune character)
    {
        UnicodeCategory category = Rune.GetUnicodeCategory(character);
        return character.Plane is 2 or 3 && category == UnicodeCategory.OtherLetter ? ChineseStandIn : StandIns[(int)category];
    }

    /// <summary>Turns numbers of characters into numbers of bytes.</summary>
    private static void ToBytes(ReadOnlySpan<byte> utf8, List<TextMatch> matches, int first)
    {
        int characters = 0;
        int bytes = 0;
        for (int i = first; i < matches.Count; i++)
        {
            int start = BytesAt(utf8, matches[i].Start, ref characters, ref bytes);
            matches[i] = new TextMatch(start, BytesAt(utf8, matches[i].End, ref characters, ref bytes));
        }
    }

    private static int BytesAt(ReadOnlySpan<byte> utf8, int place, ref int characters, ref int bytes)
    {
        for (; characters < place; characters++)
        {
            if (utf8[bytes] < 0x80)
            {
                bytes++;
                continue;
            }

            Rune.DecodeFromUtf8(utf8[bytes..], out _, out int length);
            bytes += length;
        }

        return bytes;
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
}
