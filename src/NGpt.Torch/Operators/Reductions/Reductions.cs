using System.Runtime.CompilerServices;
using NGpt.Core.Numerics.Threads;
using NGpt.Core.Numerics.Vectors;

namespace NGpt.Torch.Operators.Reductions;

/// <summary>sum += addend: weight gradients of several passes or chunks, in float32.</summary>
internal readonly unsafe struct Accumulation<TLanes, TElement> : IParallelWork
    where TLanes : unmanaged, ILanes<TLanes>
    where TElement : unmanaged, IElement<TElement>
{
    /// <summary>Added to.</summary>
    public required float* Sum { get; init; }

    /// <summary>What is added.</summary>
    public required TElement* Addend { get; init; }

    /// <summary>Number of rows.</summary>
    public required int RowCount { get; init; }

    /// <summary>Numbers in a row.</summary>
    public required int Width { get; init; }

    [MethodImpl(KernelCode.Loop)]
    public void Run(int thread, int threads)
    {
        int vectorized = Rows.VectorizedLength<TLanes>(Width);
        (int first, int end) = ThreadTeam.Share(RowCount, thread, threads);
        for (long row = first; row < end; row++)
        {
            Add<TLanes>(row * Width, 0, vectorized);
            Add<ScalarLane>(row * Width, vectorized, Width);
        }
    }

    [MethodImpl(KernelCode.Loop)]
    private void Add<T>(long offset, int from, int end)
        where T : unmanaged, ILanes<T>
    {
        float* sum = Sum + offset;
        TElement* addend = Addend + offset;
        for (int i = from; i < end; i += T.Count)
        {
            T.Store(T.Load(sum + i) + TElement.Load<T>(addend + i), sum + i);
        }
    }
}

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
