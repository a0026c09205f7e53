using System.Runtime.CompilerServices;

namespace NGpt.Core.Numerics.Vectors;

/// <summary>How a row is cut into whole vectors and a rest, and the sum that every norm begins with.</summary>
internal static unsafe class Rows
{
    /// <summary>Numbers of a row that fill whole vectors; the rest goes through <see cref="ScalarLane"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int VectorizedLength<TLanes>(int width)
        where TLanes : unmanaged, ILanes<TLanes> => width - (width % TLanes.Count);

    /// <summary>Σ x².</summary>
    [MethodImpl(KernelCode.Loop)]
    public static float SumOfSquares<TLanes, TElement>(TElement* x, int width)
        where TLanes : unmanaged, ILanes<TLanes>
        where TElement : unmanaged, IElement<TElement>
    {
        int whole = VectorizedLength<TLanes>(width);
        float sum = PartialSumOfSquares<TLanes, TElement>(x, 0, whole);
        return whole < width ? sum + PartialSumOfSquares<ScalarLane, TElement>(x, whole, width) : sum;
    }

    [MethodImpl(KernelCode.Loop)]
    private static float PartialSumOfSquares<TLanes, TElement>(TElement* x, int from, int end)
        where TLanes : unmanaged, ILanes<TLanes>
        where TElement : unmanaged, IElement<TElement>
    {
        TLanes sum = TLanes.Zero;
        for (int i = from; i < end; i += TLanes.Count)
        {
            TLanes value = TElement.Load<TLanes>(x + i);
            sum = TLanes.MultiplyAdd(value, value, sum);
        }

        return TLanes.Sum(sum);
    }
}
