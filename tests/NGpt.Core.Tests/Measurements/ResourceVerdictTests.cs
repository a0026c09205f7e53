using NGpt.Measurements;

namespace NGpt.Core.Tests.Measurements;

public sealed class ResourceVerdictTests
{
    [Fact]
    public void Noise_and_single_peaks_are_flat()
    {
        Random random = new(1);
        ResourceVerdict verdict = new(Samples(i => new ResourceSample(
            i, 5 + random.NextDouble(), 100 + (30 * random.NextDouble()) + (i % 50 == 0 ? 500 : 0), 190 + random.Next(20), 20 + random.Next(5))));
        Assert.Empty(verdict.Problems);
        Assert.EndsWith("flat", verdict.ToString());
    }

    [Fact]
    public void Growth_in_the_first_quarter_only_is_flat() =>
        Assert.Empty(new ResourceVerdict(Samples(i => new ResourceSample(i, Math.Min(i, 49), 2 * Math.Min(i, 49), Math.Min(i, 49), Math.Min(i, 49)))).Problems);

    [Theory]
    [InlineData("managed memory", 0.02, 0, 0, 0)]
    [InlineData("process memory", 0, 0.2, 0, 0)]
    [InlineData("handles", 0, 0, 0.2, 0)]
    [InlineData("threads", 0, 0, 0, 0.1)]
    public void A_leak_is_seen_through_noise(string name, double managed, double process, double handles, double threads)
    {
        Random random = new(1);
        ResourceVerdict verdict = new(Samples(i => new ResourceSample(
            i, 5 + random.NextDouble() + (managed * i), 100 + (10 * random.NextDouble()) + (process * i), 190 + (int)(handles * i), 20 + (int)(threads * i))));
        Assert.StartsWith($"{name} grew by", Assert.Single(verdict.Problems));
        Assert.EndsWith("not flat", verdict.ToString());
    }

    [Fact]
    public void The_slope_is_the_median_of_those_of_all_pairs()
    {
        Assert.Equal(2, Trend.Slope([0, 1, 2, 3, 4], [1, 3, 5, -1000, 9]));
        Assert.Equal(0, Trend.Slope([1], [7]));
        Assert.Equal(8, Trend.Growth([0, 1, 2, 3, 4], [1, 3, 5, 7, 9]));
    }

    [Fact]
    public void A_sample_counts_open_files()
    {
        ResourceSample before = ResourceSample.Take(0);
        string path = Path.GetTempFileName();
        FileStream[] open = [.. Enumerable.Range(0, 50).Select(_ => new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite))];
        ResourceSample after = ResourceSample.Take(1);
        Array.ForEach(open, stream => stream.Dispose());
        File.Delete(path);
        Assert.InRange(after.Handles - before.Handles, 20, 80);
        Assert.True(after.ManagedMegabytes > 0.1 && after.ProcessMegabytes > after.ManagedMegabytes && after.Threads > 0);
    }

    private static ResourceSample[] Samples(Func<int, ResourceSample> take) => [.. Enumerable.Range(0, 200).Select(take)];
}
