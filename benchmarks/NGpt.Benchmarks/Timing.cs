using System.Diagnostics;

namespace NGpt.Benchmarks;

/// <summary>Times operations in turns, so that what disturbs the machine disturbs all of them.</summary>
internal static class Timing
{
    private const double MinSeconds = 0.02;

    /// <summary>Rates of every operation, one for each round, in 10⁹ bytes or operations a second.</summary>
    /// <param name="operations">What is timed.</param>
    /// <param name="rounds">How often.</param>
    public static double[][] Measure(IReadOnlyList<Operation> operations, int rounds)
    {
        int[] repeats = [.. operations.Select(Repeats)];
        double[][] rates = [.. operations.Select(_ => new double[rounds])];
        for (int round = 0; round < rounds; round++)
        {
            for (int i = 0; i < operations.Count; i++)
            {
                long start = Stopwatch.GetTimestamp();
                for (int repeat = 0; repeat < repeats[i]; repeat++)
                {
                    operations[i].Run();
                }

                double seconds = Stopwatch.GetElapsedTime(start).TotalSeconds / repeats[i];
                rates[i][round] = (operations[i].IsLimitedByMemory ? operations[i].Bytes : operations[i].Calculations) / seconds / 1e9;
            }
        }

        return rates;
    }

    private static int Repeats(Operation operation)
    {
        operation.Run();
        long start = Stopwatch.GetTimestamp();
        operation.Run();
        return Math.Max(1, (int)(MinSeconds / Stopwatch.GetElapsedTime(start).TotalSeconds));
    }
}
