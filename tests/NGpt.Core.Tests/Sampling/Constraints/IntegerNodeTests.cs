using System.Globalization;
using System.Text;
using NGpt.Core.Sampling.Constraints;

namespace NGpt.Core.Tests.Sampling.Constraints;

public sealed class IntegerNodeTests
{
    private const string Alphabet = "-0123456789";

    [Theory]
    [InlineData(0, 100)]
    [InlineData(7, 7)]
    [InlineData(-7, -7)]
    [InlineData(-120, 35)]
    [InlineData(13, 1305)]
    [InlineData(-1999, -98)]
    [InlineData(0, 0)]
    [InlineData(-1, 0)]
    [InlineData(990, 1009)]
    public void Exactly_the_integers_within_the_bounds_can_be_written(int min, int max)
    {
        JsonGrammar grammar = ConstrainedTexts.Compile($$"""{"type":"integer","minimum":{{min}},"maximum":{{max}}}""");
        HashSet<string> expected = [.. Enumerable.Range(min, max - min + 1).Select(number => number.ToString(CultureInfo.InvariantCulture))];
        HashSet<string> written = [];
        Walk(string.Empty, [grammar.Start]);
        Assert.Equal(expected.Order(StringComparer.Ordinal), written.Order(StringComparer.Ordinal));

        // Every place that can be reached leads to one of them.
        void Walk(string text, Frame[] frames)
        {
            if (text.Length > 0 && frames.Any(frame => frame.Node.CanEnd(frame)))
            {
                written.Add(text);
            }

            foreach (char next in Alphabet)
            {
                FrameSet after = new();
                after.Step(frames, (byte)next);
                if (after.Count > 0)
                {
                    string longer = text + next;
                    Assert.Contains(expected, number => number.StartsWith(longer, StringComparison.Ordinal));
                    Walk(longer, after.Frames.ToArray());
                }
            }
        }
    }

    [Theory]
    [InlineData("\"exclusiveMinimum\":0", "1,17,999999999999999999", "0,-1,1000000000000000000,-")]
    [InlineData("\"minimum\":-9007199254740991,\"maximum\":9007199254740991", "0,-9007199254740991,9007199254740991", "9007199254740992,-9007199254740992,-0,01")]
    [InlineData("\"maximum\":2.5,\"exclusiveMinimum\":-2.5", "2,-2,0", "3,-3")]
    [InlineData("\"exclusiveMaximum\":3,\"minimum\":1.2", "2", "1,3")]
    [InlineData("\"minimum\":-1e300", "-999999999999999999,5", "-1000000000000000000")]
    public void Bounds_may_be_open_large_or_between_integers(string bounds, string possible, string impossible)
    {
        JsonGrammar grammar = ConstrainedTexts.Compile($$"""{"type":"integer",{{bounds}}}""");
        Assert.All(possible.Split(','), text => Assert.True(Accepts(text), text));
        Assert.All(impossible.Split(','), text => Assert.False(Accepts(text), text));

        bool Accepts(string text)
        {
            Frame[] frames = [grammar.Start];
            foreach (byte value in Encoding.ASCII.GetBytes(text))
            {
                FrameSet after = new();
                after.Step(frames, value);
                frames = after.Frames.ToArray();
            }

            return frames.Any(frame => frame.Node.CanEnd(frame));
        }
    }
}
