using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace NGpt.Core.Numerics.Vectors;

/// <summary>How a row is divided into vectors and a remainder, and the sum that every norm begins with.</summary>
internal static unsafe class Rows
{
    /// <summary>Elements of a row that fill whole vectors; the remainder goes through <see cref="ScalarLane"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int VectorizedLength<TLanes>(int width)
        where TLanes : unmanaged, ILanes<TLanes> => width - (width % TLanes.Count);

    /// <summary>Σ x².</summary>
    [MethodImpl(KernelCode.Loop)]
    public static float SumOfSquares<TLanes, TElement>(TElement* x, int width)
        where TLanes : unmanaged, ILanes<TLanes>
        where TElement : unmanaged, IElement<TElement>
    {
        int vectorized = VectorizedLength<TLanes>(width);
        float sum = PartialSumOfSquares<TLanes, TElement>(x, 0, vectorized);
        return vectorized < width ? sum + PartialSumOfSquares<ScalarLane, TElement>(x, vectorized, width) : sum;
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

/// <summary>How the loops of kernels are compiled.</summary>
internal static class KernelCode
{
    /// <summary>
    /// Fully optimized at once, and never merged into a caller: a method that has taken in several loops exceeds what
    /// the compiler is willing to inline, and then calls a function for every single addition (three times slower).
    /// </summary>
    public const MethodImplOptions Loop = MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining;
}

/// <summary>The last steps of reductions over lanes.</summary>
internal static class Reduction
{
    /// <summary>Largest of four values; unspecified for NaN.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Largest(Vector128<float> a)
    {
        Vector128<float> pairs = Vector128.MaxNative(a, Vector128.Shuffle(a, Vector128.Create(2, 3, 0, 1)));
        return Vector128.MaxNative(pairs, Vector128.Shuffle(pairs, Vector128.Create(1, 0, 3, 2))).ToScalar();
    }
}
