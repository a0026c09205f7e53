using CsCheck;
using NGpt.Core.Configuration;
using NGpt.Core.Data;
using NGpt.Core.Errors;

namespace NGpt.Core.Tests.Data;

public sealed class RandomWindowSamplerTests
{
    private static long[] PinnedStarts => [608, 98, 731, 591, 517, 985, 945, 978];

    [Fact]
    public void A_restored_position_continues_identically_and_batches_do_not_matter() =>
        Gen.Select(Gen.Int[1, 13], Gen.Int[0, 200], Gen.ULong, Gen.Int[0, 500], Gen.Int[1, 9]).Sample((contextLength, more, seed, position, batch) =>
        {
            long tokens = contextLength + 1 + more;
            RandomWindowSampler whole = new(tokens, contextLength, seed);
            Draw(whole, position);
            RandomWindowSampler restored = new(tokens, contextLength, seed) { Position = position };
            Assert.Equal(whole.Position, restored.Position);
            long[] expected = Draw(whole, 6 * batch);
            return expected.SequenceEqual(Enumerable.Range(0, 6).SelectMany(_ => Draw(restored, batch))) && whole.Position == restored.Position;
        });

    [Fact]
    public void Every_place_that_leaves_room_for_a_window_is_as_likely()
    {
        // 20 tokens, windows of 5: they begin at 0 to 15. 64,000 draws give every place 4,000 with a deviation of 61.
        long[] starts = Draw(new RandomWindowSampler(20, 4, 7), 64_000);
        int[] counts = new int[16];
        Array.ForEach(starts, start => counts[start]++);
        Assert.All(counts, count => Assert.InRange(count, 3_700, 4_300));
        // Neighbours in the order know nothing of each other.
        int repeats = starts.Zip(starts.Skip(1)).Count(pair => pair.First == pair.Second);
        Assert.InRange(repeats, 3_700, 4_300);
    }

    [Fact]
    public void Seeds_have_windows_of_their_own() =>
        Assert.NotEqual(Draw(new RandomWindowSampler(1_000_000, 10, 1), 20), Draw(new RandomWindowSampler(1_000_000, 10, 2), 20));

    [Fact]
    public void The_windows_stay_the_same_for_ever() =>
        // Resuming a run with a newer version must see the same data: these numbers may not change.
        Assert.Equal(PinnedStarts, Draw(new RandomWindowSampler(1_000, 10, 42), 8));

    [Theory]
    [InlineData(0)]
    [InlineData(16)]
    public void Too_little_data_is_refused(int tokens) =>
        Assert.Contains($"training data has {tokens} tokens", Assert.Throws<UsageException>(() => new RandomWindowSampler(tokens, 16, 0)).Message, StringComparison.Ordinal);

    [Fact]
    public void A_single_window_is_enough() => Assert.Equal([0L, 0L, 0L], Draw(new RandomWindowSampler(17, 16, 9), 3));

    [Fact]
    public void Wrong_use_is_refused()
    {
        RandomWindowSampler sampler = new(100, 10, 0);
        Assert.Throws<ArgumentOutOfRangeException>(() => sampler.Position = -1);
        Assert.Throws<ArgumentOutOfRangeException>(() => sampler.NextBatch(3, new long[2]));
        Assert.Throws<ArgumentOutOfRangeException>(() => sampler.NextBatch(-1, new long[2]));
    }

    [Fact]
    public void The_kind_asked_for_is_made()
    {
        Assert.IsType<ShuffledWindowSampler>(WindowSamplers.Create(WindowSampling.Shuffled, 100, 10, 0));
        Assert.IsType<RandomWindowSampler>(WindowSamplers.Create(WindowSampling.Random, 100, 10, 0));
    }

    private static long[] Draw(RandomWindowSampler sampler, int count)
    {
        long[] starts = new long[count];
        sampler.NextBatch(count, starts);
        return starts;
    }
}
