using NGpt.Core.Numerics.Threads;

namespace NGpt.Runtime.Benchmarks;

/// <summary>What this machine can do at best, measured: what speeds of models are held against.</summary>
public static class MachinePeaks
{
    private const int Rounds = 7;

    /// <summary>How fast memory is read that no cache holds: the median of several runs. Takes about a second and 256 MiB.</summary>
    /// <param name="threads">Threads, at least 1.</param>
    /// <returns>Bytes a second, all threads together.</returns>
    public static double ReadBandwidth(int threads) => Median(threads, meter => meter.ReadBandwidth());

    /// <summary>How fast float32 numbers in registers are multiplied and added: the median of several runs.</summary>
    /// <param name="threads">Threads, at least 1.</param>
    /// <returns>Operations a second, all threads together; a multiply-add is two.</returns>
    public static double MultiplyAddPeak(int threads) => Median(threads, meter => meter.MultiplyAdds());

    private static double Median(int threads, Func<PeakMeter, double> measure)
    {
        using WorkerTeam team = new(threads);
        using PeakMeter meter = new(team);
        double[] values = new double[Rounds];
        measure(meter);
        for (int round = 0; round < Rounds; round++)
        {
            values[round] = measure(meter);
        }

        Array.Sort(values);
        return values[Rounds / 2];
    }
}
