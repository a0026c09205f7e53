using CsCheck;
using NGpt.Core.Data;
using NGpt.Core.Errors;

namespace NGpt.Core.Tests.Data;

public sealed class ShuffledWindowSamplerTests
{
    private static long[] Draw(ShuffledWindowSampler sampler, int count)
    {
        var starts = new long[count];
        sampler.NextBatch(count, starts);
        return starts;
    }

    [Fact]
    public void Each_window_comes_exactly_once_an_epoch() =>
        Gen.Select(Gen.Int[1, 17], Gen.Int[0, 300], Gen.ULong).Sample((contextLength, more, seed) =>
        {
            long tokens = contextLength + 1 + more;
            var sampler = new ShuffledWindowSampler(tokens, contextLength, seed);
            for (int epoch = 0; epoch < 4; epoch++)
            {
                long[] starts = Draw(sampler, (int)sampler.WindowsPerEpoch);
                Array.Sort(starts);
                Assert.InRange(starts[0], 0, contextLength - 1);
                for (int i = 1; i < starts.Length; i++)
                {
                    Assert.Equal(starts[i - 1] + contextLength, starts[i]);
                }

                // No room is left for another window, and the last one fits.
                Assert.InRange(starts[^1] + contextLength + 1, tokens - contextLength + 1, tokens);
            }
        });

    [Fact]
    public void A_restored_position_continues_identically() =>
        Gen.Select(Gen.Int[1, 13], Gen.Int[0, 200], Gen.ULong, Gen.Int[0, 500]).Sample((contextLength, more, seed, position) =>
        {
            var whole = new ShuffledWindowSampler(contextLength + 1 + more, contextLength, seed);
            Draw(whole, position);
            var restored = new ShuffledWindowSampler(contextLength + 1 + more, contextLength, seed) { Position = position };
            Assert.Equal(whole.WindowsPerEpoch, restored.WindowsPerEpoch);
            return Draw(whole, 57).SequenceEqual(Draw(restored, 57)) && whole.Position == restored.Position;
        });

    [Fact]
    public void The_batch_size_does_not_change_the_order()
    {
        var ones = new ShuffledWindowSampler(997, 7, 3);
        var elevens = new ShuffledWindowSampler(997, 7, 3);
        long[] expected = [.. Enumerable.Range(0, 330).SelectMany(_ => Draw(ones, 1))];
        Assert.Equal(expected, Enumerable.Range(0, 30).SelectMany(_ => Draw(elevens, 11)));
    }

    [Fact]
    public void Seeds_and_epochs_have_orders_of_their_own()
    {
        var first = new ShuffledWindowSampler(100_003, 11, 1);
        var second = new ShuffledWindowSampler(100_003, 11, 2);
        int count = (int)first.WindowsPerEpoch;
        long[] one = Draw(first, count);
        Assert.NotEqual(one, Draw(second, count));
        Assert.NotEqual(one.Take(100), Draw(first, count).Take(100));
        Assert.NotEqual(one.Order(), one);

        // Far from sorted: neighbours in the order are apart on average by about a third of the data.
        Assert.InRange(one.Zip(one.Skip(1), (left, right) => Math.Abs(left - right)).Average(), 30_000, 36_700);
    }

    [Fact]
    public void The_order_stays_the_same_for_ever()
    {
        // Resuming a run with a newer version must see the same data: these numbers may not change.
        Assert.Equal(PinnedOrder, Draw(new ShuffledWindowSampler(1_000, 10, 42), 8));
    }

    private static long[] PinnedOrder => [375, 25, 645, 985, 895, 455, 945, 725];

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(16)]
    public void Too_little_data_is_refused_with_counts(int tokens)
    {
        UsageException error = Assert.Throws<UsageException>(() => new ShuffledWindowSampler(tokens, 16, 0));
        Assert.Contains($"training data has {tokens} tokens", error.Message, StringComparison.Ordinal);
        Assert.Contains("17", error.Message, StringComparison.Ordinal);
        Assert.Contains("validation", Assert.Throws<UsageException>(() => new EvaluationWindows(tokens, 16, 1)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_single_window_is_enough()
    {
        Assert.Equal([0L, 0L, 0L], Draw(new ShuffledWindowSampler(17, 16, 9), 3));

        // With one window an epoch a distant position is reached without counting the epochs up to it.
        ShuffledWindowSampler distant = new(17, 16, 9) { Position = 1_000_000_000_000 };
        Assert.Equal([0L, 0L, 0L], Draw(distant, 3));
        Assert.Equal(1_000_000_000_003, distant.Position);
    }

    [Fact]
    public void Evaluation_windows_are_even_and_share_no_target() =>
        Gen.Select(Gen.Int[1, 13], Gen.Int[0, 500], Gen.Int[1, 60]).Sample((contextLength, more, count) =>
        {
            long tokens = contextLength + 1 + more;
            var windows = new EvaluationWindows(tokens, contextLength, count);
            long[] starts = windows.Starts.ToArray();
            Assert.Equal(Math.Min(count, (tokens - 1) / contextLength), windows.Count);
            Assert.True(starts[^1] + contextLength + 1 <= tokens);
            long[] gaps = [.. starts.Zip(starts.Skip(1), (left, right) => right - left)];
            Assert.All(gaps, gap => Assert.True(gap >= contextLength));
            Assert.True(gaps.Length == 0 || gaps.Max() - gaps.Min() <= contextLength);
        });
}
