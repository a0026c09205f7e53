using System.Diagnostics;
using System.Runtime.InteropServices;
using NGpt.Core.Numerics.Threads;
using NGpt.Core.Numerics.Vectors;

namespace NGpt.Runtime.Benchmarks;

/// <summary>Measures what a team of threads can do at best, once at a call, so that other measurements can be taken in between.</summary>
internal sealed unsafe class PeakMeter : IDisposable
{
    // Eight times the largest last-level caches of desktops.
    private const int Kilobytes = 256 << 10;
    private const int Turns = 1 << 21;

    private readonly ThreadTeam _team;
    private byte* _memory;
    private byte* _results;

    /// <summary>Reserves the memory that is read.</summary>
    /// <param name="team">The threads; must outlive this object.</param>
    public PeakMeter(ThreadTeam team)
    {
        _team = team;
        _memory = (byte*)NativeMemory.AlignedAlloc((nuint)Kilobytes << 10, 4096);
        _results = (byte*)NativeMemory.AllocZeroed((nuint)team.Threads, sizeof(long));
        // Pages that were never written are all the same one.
        new Span<byte>(_memory, Kilobytes << 10).Fill(1);
    }

    /// <summary>Bytes that are read in a second.</summary>
    public double ReadBandwidth()
    {
        ObjectDisposedException.ThrowIf(_memory is null, this);
        long start = Stopwatch.GetTimestamp();
        _team.Run(new ReadLoop { Memory = (long*)_memory, Kilobytes = Kilobytes, Result = (long*)_results });
        return ((long)Kilobytes << 10) / Stopwatch.GetElapsedTime(start).TotalSeconds;
    }

    /// <summary>Floating-point operations in a second; a multiply-add is two.</summary>
    public double MultiplyAdds()
    {
        ObjectDisposedException.ThrowIf(_memory is null, this);
        return Lanes512.IsFast ? Measure<Lanes512>() : Lanes256.IsFast ? Measure<Lanes256>() : Measure<Lanes128>();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        NativeMemory.AlignedFree(_memory);
        NativeMemory.Free(_results);
        _memory = null;
        _results = null;
    }

    private double Measure<TLanes>()
        where TLanes : unmanaged, ILanes<TLanes>
    {
        long start = Stopwatch.GetTimestamp();
        _team.Run(new MultiplyAddLoop<TLanes> { Turns = Turns, Result = (float*)_results });
        return 2.0 * Turns * MultiplyAddLoop<TLanes>.Sums * TLanes.Count * _team.Threads / Stopwatch.GetElapsedTime(start).TotalSeconds;
    }
}
