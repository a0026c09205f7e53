using NGpt.Core.Numerics.Threads;

namespace NGpt.Torch.Operators.Reductions;

/// <summary>Sets memory to zero.</summary>
internal readonly unsafe struct Clear : IParallelWork
{
    // A page: threads that share a line would disturb each other.
    private const int Unit = 4096;

    /// <summary>First byte.</summary>
    public required byte* Data { get; init; }

    /// <summary>Number of bytes.</summary>
    public required long Count { get; init; }

    public void Run(int thread, int threads)
    {
        (int first, int end) = ThreadTeam.Share(checked((int)((Count + Unit - 1) / Unit)), thread, threads);
        long from = (long)first * Unit;
        NativeMemoryClear(Data + from, Math.Min(Count, (long)end * Unit) - from);
    }

    private static void NativeMemoryClear(byte* data, long count)
    {
        if (count > 0)
        {
            System.Runtime.InteropServices.NativeMemory.Clear(data, (nuint)count);
        }
    }
}
