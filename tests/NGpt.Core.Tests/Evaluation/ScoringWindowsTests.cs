using CsCheck;
using NGpt.Core.Evaluation;

namespace NGpt.Core.Tests.Evaluation;

public sealed class ScoringWindowsTests
{
    private static readonly Gen<(int Tokens, int Length, int Stride)> Cases =
        from length in Gen.Int[1, 40]
        from stride in Gen.Int[1, length]
        from tokens in Gen.Int[0, 200]
        select (tokens, length, stride);

    [Fact]
    public void Every_token_but_the_first_counts_once_and_in_order() => Cases.Sample(one =>
    {
        List<long> counted = [];
        foreach (ScoringWindow window in ScoringWindows.Of(one.Tokens, one.Length, one.Stride))
        {
            long last = window.Start + window.Inputs;
            Assert.True(last < one.Tokens, "a window ends inside the text");
            Assert.InRange(window.Inputs, 1, one.Length);
            Assert.InRange(window.Counted, 1, window.Inputs);
            counted.AddRange(Enumerable.Range(0, window.Counted).Select(i => last - window.Counted + 1 + i));
        }

        Assert.Equal(Enumerable.Range(1, Math.Max(0, one.Tokens - 1)).Select(place => (long)place), counted);
    });

    [Fact]
    public void Every_window_but_the_first_gives_its_tokens_the_length_less_the_stride_as_context() => Cases.Sample(one =>
    {
        ScoringWindow[] windows = [.. ScoringWindows.Of(one.Tokens, one.Length, one.Stride)];
        Assert.All(windows.Select((window, i) => (window, i)), pair =>
        {
            Assert.Equal((long)pair.i * one.Stride, pair.window.Start);
            Assert.Equal(pair.i == 0 ? 0 : one.Length - one.Stride, pair.window.Inputs - pair.window.Counted);
        });
        Assert.All(windows.SkipLast(1), window => Assert.Equal(one.Length, window.Inputs));
    });

    [Theory]
    [InlineData(-1, 1, 1)]
    [InlineData(9, 0, 1)]
    [InlineData(9, 3, 0)]
    [InlineData(9, 3, 4)]
    public void Impossible_sizes_are_refused(int tokens, int length, int stride) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => ScoringWindows.Of(tokens, length, stride));
}
