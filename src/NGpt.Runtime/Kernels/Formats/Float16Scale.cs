using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using NGpt.Core.Numerics.Vectors;

namespace NGpt.Runtime.Kernels.Formats;

/// <summary>Scales of float16.</summary>
internal static unsafe class Float16Scale
{
    // The number twice in 32 bits, moved down from the upper half to where float32 has it.
    private const int Moved = 16 - Float16.DroppedBits;

    /// <summary>A scale in every lane, divided by <see cref="Float16.ExponentShift"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Spread(byte* source) =>
        ((Vector256.Create(*(short*)source).AsInt32() >> Moved) & Vector256.Create(Float16.Places)).AsSingle();
}
