using CsCheck;
using NGpt.Core.Data;

namespace NGpt.Core.Tests.Data;

public sealed class MixtureWindowSamplerTests
{
    private const int Length = 10;

    // 70 windows in 701 to 710 tokens, 30 in 301 to 310, 5 in 51 to 60.
    private static readonly (long Tokens, double Weight)[] Sources = [(705, 0.2), (303, 0.7), (58, 0.1)];

    [Fact]
    public void A_restored_position_continues_identically_and_batches_do_not_matter() =>
        Gen.Select(Gen.ULong, Gen.Int[0, 900], Gen.Int[0, 900], Gen.Int[1, 9]).Sample((seed, position, other, batch) =>
        {
            MixtureWindowSampler whole = Create(seed);
            Draw(whole, position);
            // Forwards, then back.
            MixtureWindowSampler restored = Create(seed);
            restored.Position = position + other;
            restored.Position = position;
            Assert.Equal(whole.Position, restored.Position);
            long[] expected = Draw(whole, 6 * batch);
            return expected.SequenceEqual(Enumerable.Range(0, 6).SelectMany(_ => Draw(restored, batch)));
        });

    [Fact]
    public void After_any_number_of_windows_each_source_has_its_share()
    {
        long[] starts = Draw(Create(seed: 3), 10_000);
        long[] counts = new long[Sources.Length];
        for (int drawn = 1; drawn <= starts.Length; drawn++)
        {
            counts[SourceOf(starts[drawn - 1])]++;
            for (int i = 0; i < counts.Length; i++)
            {
                Assert.InRange(counts[i] - (Sources[i].Weight * drawn), -1.5, 1.5);
            }
        }
    }

    [Fact]
    public void A_window_lies_inside_its_source_and_comes_once_an_epoch_of_it()
    {
        long[] starts = Draw(Create(seed: 5), 3_000);
        long offset = 0;
        foreach ((long tokens, _) in Sources)
        {
            long[] own = [.. starts.Where(start => start >= offset && start < offset + tokens)];
            Assert.All(own, start => Assert.InRange(start + Length, offset, offset + tokens - 1));
            long[] epoch = own[..(int)(((tokens - 1) / Length) - 1)];
            Assert.Equal(epoch.Length, epoch.Distinct().Count());
            offset += tokens;
        }
    }

    [Fact]
    public void The_windows_stay_the_same_for_ever() =>
        // Resuming a run with a newer version must see the same data: these numbers may not change.
        Assert.Equal([1, 0, 1, 1, 1, 2, 1, 0, 1, 1, 1, 0, 1, 1, 1, 2, 1, 0, 1, 1], Draw(Create(seed: 1), 20).Select(SourceOf));

    private static MixtureWindowSampler Create(ulong seed)
    {
        long offset = 0;
        List<(IWindowSampler, long, double)> sources = [];
        foreach ((long tokens, double weight) in Sources)
        {
            sources.Add((new ShuffledWindowSampler(tokens, Length, seed + (ulong)sources.Count), offset, weight));
            offset += tokens;
        }

        return new MixtureWindowSampler(sources);
    }

    private static int SourceOf(long start) => start < Sources[0].Tokens ? 0 : start < Sources[0].Tokens + Sources[1].Tokens ? 1 : 2;

    private static long[] Draw(MixtureWindowSampler sampler, int count)
    {
        long[] starts = new long[count];
        sampler.NextBatch(count, starts);
        return starts;
    }
}
