using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace NGpt.Runtime.Kernels.Formats;

/// <summary>Numbers of four bits, two in a byte.</summary>
internal static unsafe class Nibbles
{
    /// <summary>Sixteen bytes: their lower halves in the lower half of the result, their upper halves in the upper.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<byte> Load(byte* source)
    {
        Vector256<byte> mask = Vector256.Create((byte)0xF);
        if (Avx2.IsSupported)
        {
            Vector256<uint> twice = Avx2.BroadcastVector128ToVector256((uint*)source);
            return Avx2.ShiftRightLogicalVariable(twice, Vector256.Create(0u, 0, 0, 0, 4, 4, 4, 4)).AsByte() & mask;
        }

        Vector128<byte> pairs = Vector128.Load(source);
        return Vector256.Create(pairs & mask.GetLower(), pairs >>> 4);
    }
}
