using NGpt.Core.Numerics.Threads;
using NGpt.Runtime.Benchmarks;

namespace NGpt.Runtime.Tests.Benchmarks;

public sealed class PeakMeterTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void Every_access_pattern_reads_all_of_the_memory_once(int threads)
    {
        using WorkerTeam team = new(threads);
        using PeakMeter meter = new(team);

        // 256 MiB of bytes with the value 1, read as 64-bit numbers.
        long expected = unchecked((256L << 20 >> 3) * 0x0101_0101_0101_0101);
        foreach (int streams in (int[])[1, 2, 4, 8])
        {
            Assert.InRange(meter.ReadBandwidth(streams), 1, double.MaxValue);
            Assert.Equal((streams, expected), (streams, meter.LastSum()));
        }
    }
}
