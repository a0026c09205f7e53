using CsCheck;
using NGpt.Core.Sampling;

namespace NGpt.Core.Tests.Sampling;

public sealed class StopStringMatcherTests
{
    [Fact]
    public void Text_without_stop_strings_passes_at_once()
    {
        StopStringMatcher matcher = new(StopStrings.None);
        Assert.Equal("abc", matcher.Append("abc"));
        Assert.Equal("", matcher.Append(""));
        Assert.Equal("", matcher.Finish());
        Assert.Null(matcher.Matched);
    }

    [Fact]
    public void A_possible_prefix_is_held_back_and_released()
    {
        StopStringMatcher matcher = new(["User:"]);
        Assert.Equal("Hi ", matcher.Append("Hi Us"));
        Assert.Equal("", matcher.Append("er"));
        Assert.Equal("Users ", matcher.Append("s "));
        Assert.Equal("", matcher.Append("Use"));
        Assert.Equal("Use", matcher.Finish());
        Assert.Null(matcher.Matched);
    }

    [Fact]
    public void Completed_stop_string_ends_the_text_before_it()
    {
        StopStringMatcher matcher = new(["User:", "\n\n"]);
        Assert.Equal("Bye", matcher.Append("Bye\n"));
        Assert.Equal("", matcher.Append("\nUser: more"));
        Assert.Equal("\n\n", matcher.Matched);
        Assert.Equal("", matcher.Append("more"));
        Assert.Equal("", matcher.Finish());
    }

    [Fact]
    public void Stop_string_that_overlaps_itself_is_found()
    {
        StopStringMatcher matcher = new(["aab"]);
        Assert.Equal("", matcher.Append("aa"));
        Assert.Equal("a", matcher.Append("a"));
        Assert.Equal("", matcher.Append("b"));
        Assert.Equal("aab", matcher.Matched);
    }

    [Fact]
    public void First_completed_wins_and_then_the_longest()
    {
        StopStringMatcher matcher = new(["abcd", "c", "bc"]);
        Assert.Equal("xa", matcher.Append("xabcd"));
        Assert.Equal("bc", matcher.Matched);
    }

    [Fact]
    public void Comparison_is_by_code_units_not_by_culture()
    {
        StopStringMatcher matcher = new(["é"]);
        Assert.Equal("e\u0301 ", matcher.Append("e\u0301 "));
        Assert.Equal("", matcher.Append("\u00e9"));
        Assert.Equal("é", matcher.Matched);
    }

    [Fact]
    public void Empty_stop_string_is_rejected() => Assert.ThrowsAny<ArgumentException>(() => new StopStringMatcher(["a", ""]));

    [Fact]
    public void The_division_into_pieces_makes_no_difference_and_nothing_is_held_without_need()
    {
        // Two letters make overlaps and repetitions frequent.
        Gen<string> text = Gen.Char['a', 'b'].Array[0, 24].Select(letters => new string(letters));
        Gen<string> stop = Gen.Char['a', 'b'].Array[1, 5].Select(letters => new string(letters));
        Gen.Select(text, stop.Array[0, 3], Gen.Int[0, 5].Array[1, 12]).Sample(
            (whole, stops, cuts) =>
            {
                (string expected, string? matched) = Reference(whole, stops);
                StopStringMatcher matcher = new(StopStrings.Create(stops));
                string shown = "";
                int at = 0;
                for (int i = 0; at < whole.Length; i++)
                {
                    int length = i < cuts.Length ? Math.Min(cuts[i], whole.Length - at) : whole.Length - at;
                    shown += matcher.Append(whole.Substring(at, length));
                    at += length;
                    if (matcher.Matched is null)
                    {
                        Assert.Equal(Safe(whole[..at], stops), shown);
                    }
                }

                Assert.Equal(matched, matcher.Matched);
                Assert.Equal(expected, shown + matcher.Finish());
            },
            iter: 20_000,
            threads: 1);
    }

    // The text without its longest end that could still become a stop string.
    private static string Safe(string text, string[] stops)
    {
        for (int start = 0; start < text.Length; start++)
        {
            if (stops.Any(stop => stop.Length > text.Length - start && stop.StartsWith(text[start..], StringComparison.Ordinal)))
            {
                return text[..start];
            }
        }

        return text;
    }

    private static (string Text, string? Matched) Reference(string text, string[] stops)
    {
        for (int end = 1; end <= text.Length; end++)
        {
            string? stop = stops.Where(s => text[..end].EndsWith(s, StringComparison.Ordinal)).MaxBy(s => s.Length);
            if (stop is not null)
            {
                return (text[..(end - stop.Length)], stop);
            }
        }

        return (text, null);
    }
}
