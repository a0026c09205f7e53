using System.Text;
using System.Text.RegularExpressions;
using CsCheck;
using NGpt.Core.Errors;
using NGpt.Core.Tokenizers;

namespace NGpt.Core.Tests.Tokenizers;

public sealed class SplitPatternTests
{
    // .NET folds no long s to s without regard to case; the engines that the patterns were published for do.
    private static readonly Regex Gpt2 = new(SplitPattern.Gpt2.Expression, RegexOptions.CultureInvariant);
    private static readonly Regex Gpt4 = new(SplitPattern.Gpt4.Expression.Replace("'s|", "'s|'ſ|", StringComparison.Ordinal), RegexOptions.CultureInvariant);
    private static readonly Regex Qwen2 = new(SplitPattern.Qwen2.Expression.Replace("'s|", "'s|'ſ|", StringComparison.Ordinal), RegexOptions.CultureInvariant);

    public static TheoryData<string> Difficult =>
    [
        "", " ", "  ", "a", "'", "''", "'s", "''s", " 's", "'S", "'ſ", "'sS", "'re're", "'RE", "'r", "'l", "'ll'LL'lL", "don't I'M we'D", "it's'", "\u2019s",
        "Hello world", "Hello  world", "Hello   ", "Hello \n world", "a\n\n\nb", "a \n \n b", "a\r\nb", "a\r\n\r\n  b", "\n", "\r", " \n", "\n ", "\n  ", "  \n", "\t\tx", "\tx", "\t 1", " \t1",
        "x.\n\ny", "x!?\r\ny", " !\n", " ! \n", "...a", " ...a", ". a", "(a)", " (a)", "$5", " $5", "a1b22c333d4444e55555", " 12345678", "1,234.5", "½⅓", "Ⅷ٣९",
        "é", "e\u0301e\u0301", "\u0301a", "नमस्ते", "ไทย", "漢字かな交じり文。", "שלום עולם", "مرحبا ١٢٣", "a\u200bb", "a\u00a0b", "\u00a0\u00a0b", "\u3000漢", "\u2028x", "a\u0085b",
        "🙂", "a🙂b", " 🙂 ", "👩‍👩‍👧", "_a_", "a_b", "\0", "a\0b", "{\n\t\"x\": 1\n}", "https://x.y/z?q=1#f", "x\uFFFDy", "ab\u00adcd",
    ];

    [Theory]
    [MemberData(nameof(Difficult))]
    public void Published_patterns_cut_as_their_expressions(string text)
    {
        AssertSame(Gpt2, SplitPattern.Gpt2, text);
        AssertSame(Gpt4, SplitPattern.Gpt4, text);
        AssertSame(Qwen2, SplitPattern.Qwen2, text);
    }

    [Fact]
    public void Published_patterns_cut_any_text_as_their_expressions() => SampleText.Any.Sample(
        text =>
        {
            AssertSame(Gpt2, SplitPattern.Gpt2, text);
            AssertSame(Gpt4, SplitPattern.Gpt4, text);
            AssertSame(Qwen2, SplitPattern.Qwen2, text);
        },
        iter: 2000);

    [Fact]
    public void Foreign_expressions_cut_any_bytes_as_the_published_code() => SampleText.AnyBytes.Sample(
        bytes =>
        {
            // A group around the expression makes it foreign.
            Assert.Equal(SplitPattern.Gpt2.PieceEnds(bytes), SplitPattern.OfExpression($"(?:{Gpt2})").PieceEnds(bytes));
            Assert.Equal(SplitPattern.Gpt4.PieceEnds(bytes), SplitPattern.OfExpression($"(?:{Gpt4})").PieceEnds(bytes));
        },
        iter: 500);

    [Fact]
    public void Characters_beyond_the_basic_plane_are_letters_numbers_and_signs()
    {
        Assert.Equal(["𝒳𝒴", " 𝟗𝟗", " 𠀀a", "🙂", "b"], Pieces(SplitPattern.Gpt2, "𝒳𝒴 𝟗𝟗 𠀀a🙂b"));
        Assert.Equal(["𝒳𝒴", " ", "𝟗𝟗𝟗", "𝟗", " 𠀀a", "🙂b"], Pieces(SplitPattern.Gpt4, "𝒳𝒴 𝟗𝟗𝟗𝟗 𠀀a🙂b"));
    }

    [Fact]
    public void What_lies_between_matches_is_a_piece()
    {
        Assert.Equal(["ab", "12", "c", "3"], Pieces(SplitPattern.OfExpression("[0-9]+"), "ab12c3"));
        Assert.Equal(["a", "b"], Pieces(SplitPattern.OfExpression("(?=b)"), "ab"));
        Assert.Equal(["a b"], Pieces(SplitPattern.None, "a b"));
    }

    [Fact]
    public void Published_expressions_are_recognised()
    {
        foreach (SplitPattern pattern in new[] { SplitPattern.None, SplitPattern.Gpt2, SplitPattern.Gpt4, SplitPattern.Qwen2 })
        {
            Assert.Same(pattern, SplitPattern.OfExpression(pattern.Expression));
        }

        Assert.Same(SplitPattern.Gpt2, SplitPattern.OfExpression(@"'(?:[sdmt]|ll|ve|re)| ?\p{L}++| ?\p{N}++| ?[^\s\p{L}\p{N}]++|\s++$|\s+(?!\S)|\s"));
    }

    [Theory]
    [InlineData("(")]
    [InlineData(@"\p{Script=Han}")]
    [InlineData("a{3}?++*\\k<x>")]
    public void Expressions_that_cannot_run_are_refused(string expression) =>
        Assert.ThrowsAny<ArgumentException>(() => SplitPattern.OfExpression(expression));

    [Fact]
    public void Endless_expressions_end() =>
        Assert.Throws<NGptException>(() => SplitPattern.OfExpression(@"^(?=(a|aa)+$)").PieceEnds(Encoding.UTF8.GetBytes(new string('a', 5000) + "b")));

    private static void AssertSame(Regex expected, SplitPattern actual, string text)
    {
        // The engine knows no characters beyond the basic plane; those are tested on their own.
        string plain = string.Concat(text.Where(character => !char.IsSurrogate(character)));
        Assert.Equal(expected.Matches(plain).Select(match => match.Value), Pieces(actual, plain));
    }

    private static IEnumerable<string> Pieces(SplitPattern pattern, string text)
    {
        byte[] utf8 = Encoding.UTF8.GetBytes(text);
        int start = 0;
        foreach (int end in pattern.PieceEnds(utf8))
        {
            yield return Encoding.UTF8.GetString(utf8[start..end]);
            start = end;
        }

        Assert.Equal(utf8.Length, start);
    }
}
