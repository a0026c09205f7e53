using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using NGpt.Core.Numerics.Threads;
using NGpt.Core.Numerics.Vectors;
using NGpt.Runtime.Kernels;

namespace NGpt.Runtime.Benchmarks;

/// <summary>What this machine can do at best, measured: what speeds of models are compared with.</summary>
public static class MachinePeaks
{
    private const int Rounds = 7;

    /// <summary>
    /// How fast memory is read that no cache holds: the median of several runs, each with the best of several access patterns.
    /// Takes some seconds and 256 MiB.
    /// </summary>
    /// <param name="threads">Threads, at least 1.</param>
    /// <returns>Bytes a second, all threads together.</returns>
    public static double ReadBandwidth(int threads) => Median(threads, meter => meter.ReadBandwidth());

    /// <summary>How fast float32 values in registers are multiplied and added: the median of several runs.</summary>
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

/// <summary>Measures what a team of threads can do at best, once at a call, so that other measurements can be taken in between.</summary>
internal sealed unsafe class PeakMeter : IDisposable
{
    // Several times what the last-level caches of desktops hold.
    private const int Kilobytes = 256 << 10;
    private const int Iterations = 1 << 21;

    // So that a measurement is not over before other users of the memory have been measured too.
    private const int Passes = 2;

    // Streams that a thread reads side by side. Which number is best depends on the processor's own prefetching.
    private static readonly int[] Patterns = [1, 2, 4, 8];

    private readonly ThreadTeam _team;
    private readonly NativeBuffer<byte> _memory;
    private readonly NativeBuffer<long> _results;
    private bool _isDisposed;

    /// <summary>Reserves the memory that is read. <paramref name="team"/>: the threads; must outlive this object.</summary>
    public PeakMeter(ThreadTeam team)
    {
        _team = team;
        _memory = new NativeBuffer<byte>(Kilobytes << 10, "measuring how fast it is read");
        _results = new NativeBuffer<long>(team.Threads, "results of measurements");
        // Pages that were never written are all the same one.
        new Span<byte>(_memory.Start, Kilobytes << 10).Fill(1);
    }

    /// <summary>Bytes that are read in a second with the best access pattern.</summary>
    public double ReadBandwidth() => Patterns.Max(ReadBandwidth);

    /// <summary>Bytes that are read in a second in streams side by side. <paramref name="streams"/>: how many each thread has, 1 to 8.</summary>
    public double ReadBandwidth(int streams)
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        long start = Stopwatch.GetTimestamp();
        for (int pass = 0; pass < Passes; pass++)
        {
            _team.Run(new ReadLoop { Memory = (long*)_memory.Start, Kilobytes = Kilobytes, Streams = streams, Result = _results.Start });
        }

        return ((long)Kilobytes << 10) * Passes / Stopwatch.GetElapsedTime(start).TotalSeconds;
    }

    /// <summary>The sum of the 64-bit numbers that were read last.</summary>
    internal long LastSum() => new Span<long>(_results.Start, _team.Threads).ToArray().Aggregate(0L, static (sum, value) => unchecked(sum + value));

    /// <summary>Floating-point operations in a second; a multiply-add is two.</summary>
    public double MultiplyAdds()
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        return Lanes512.IsFast ? Measure<Lanes512>() : Lanes256.IsFast ? Measure<Lanes256>() : Measure<Lanes128>();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _isDisposed = true;
        _memory.Dispose();
        _results.Dispose();
    }

    private double Measure<TLanes>()
        where TLanes : unmanaged, ILanes<TLanes>
    {
        long start = Stopwatch.GetTimestamp();
        _team.Run(new MultiplyAddLoop<TLanes> { Iterations = Iterations, Result = (float*)_results.Start });
        return 2.0 * Iterations * MultiplyAddLoop<TLanes>.Sums * TLanes.Count * _team.Threads / Stopwatch.GetElapsedTime(start).TotalSeconds;
    }
}

/// <summary>Reads memory in streams side by side, every thread its part: the least that a product with weights must do.</summary>
internal readonly unsafe struct ReadLoop : IParallelWork
{
    // Of each stream in turn: four cache lines.
    private const int PieceLength = 256 / sizeof(long);

    /// <summary>Memory that is read.</summary>
    public required long* Memory { get; init; }

    /// <summary>Kibibytes of it.</summary>
    public required int Kilobytes { get; init; }

    /// <summary>Streams of each thread.</summary>
    public required int Streams { get; init; }

    /// <summary>A number for each thread, so that nothing is left out.</summary>
    public required long* Result { get; init; }

    [MethodImpl(KernelCode.Loop)]
    public void Run(int thread, int threads)
    {
        (int first, int end) = ThreadTeam.Share(Kilobytes, thread, threads, Streams);
        long* start = Memory + ((long)first << 10 >> 3);
        long length = (long)(end - first) / Streams << 10 >> 3;
        Vector256<long> a = default;
        Vector256<long> b = default;
        Vector256<long> c = default;
        Vector256<long> d = default;
        for (long offset = 0; offset < length; offset += PieceLength)
        {
            for (int stream = 0; stream < Streams; stream++)
            {
                long* place = start + (stream * length) + offset;
                a += Vector256.Load(place) + Vector256.Load(place + 16);
                b += Vector256.Load(place + 4) + Vector256.Load(place + 20);
                c += Vector256.Load(place + 8) + Vector256.Load(place + 24);
                d += Vector256.Load(place + 12) + Vector256.Load(place + 28);
            }
        }

        long sum = Vector256.Sum(a + b + c + d);
        for (long* place = start + (Streams * length); place < Memory + ((long)end << 10 >> 3); place++)
        {
            sum += *place;
        }

        Result[thread] = sum;
    }
}
