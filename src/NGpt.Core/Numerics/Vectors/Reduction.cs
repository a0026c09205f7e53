using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace NGpt.Core.Numerics.Vectors;

/// <summary>The last steps of reductions over lanes.</summary>
internal static class Reduction
{
    /// <summary>Largest of four numbers; unspecified for NaN.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Largest(Vector128<float> a)
    {
        Vector128<float> pairs = Vector128.MaxNative(a, Vector128.Shuffle(a, Vector128.Create(2, 3, 0, 1)));
        return Vector128.MaxNative(pairs, Vector128.Shuffle(pairs, Vector128.Create(1, 0, 3, 2))).ToScalar();
    }
}
