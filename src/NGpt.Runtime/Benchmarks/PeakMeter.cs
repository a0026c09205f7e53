using System.Diagnostics;
using NGpt.Core.Numerics.Threads;
using NGpt.Core.Numerics.Vectors;
using NGpt.Runtime.Kernels;

namespace NGpt.Runtime.Benchmarks;

/// <summary>Measures what a team of threads can do at best, once at a call, so that other measurements can be taken in between.</summary>
internal sealed unsafe class PeakMeter : IDisposable
{
    // Several times what the last-level caches of desktops hold.
    private const int Kilobytes = 256 << 10;
    private const int Turns = 1 << 21;

    // So that a measurement is not over before what else uses the memory has had its turn.
    private const int Passes = 4;

    private readonly ThreadTeam _team;
    private readonly NativeBuffer<byte> _memory;
    private readonly NativeBuffer<long> _results;
    private bool _isDisposed;

    /// <summary>Reserves the memory that is read.</summary>
    /// <param name="team">The threads; must outlive this object.</param>
    public PeakMeter(ThreadTeam team)
    {
        _team = team;
        _memory = new NativeBuffer<byte>(Kilobytes << 10, "measuring how fast it is read");
        _results = new NativeBuffer<long>(team.Threads, "results of measurements");
        // Pages that were never written are all the same one.
        new Span<byte>(_memory.Start, Kilobytes << 10).Fill(1);
    }

    /// <summary>Bytes that are read in a second.</summary>
    public double ReadBandwidth()
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        long start = Stopwatch.GetTimestamp();
        for (int pass = 0; pass < Passes; pass++)
        {
            _team.Run(new ReadLoop { Memory = (long*)_memory.Start, Kilobytes = Kilobytes, Result = _results.Start });
        }

        return ((long)Kilobytes << 10) * Passes / Stopwatch.GetElapsedTime(start).TotalSeconds;
    }

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
        _team.Run(new MultiplyAddLoop<TLanes> { Turns = Turns, Result = (float*)_results.Start });
        return 2.0 * Turns * MultiplyAddLoop<TLanes>.Sums * TLanes.Count * _team.Threads / Stopwatch.GetElapsedTime(start).TotalSeconds;
    }
}
