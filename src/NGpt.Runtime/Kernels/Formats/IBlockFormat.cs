using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace NGpt.Runtime.Kernels.Formats;

/// <summary>
/// How blocks of weights of one type are read: whole, as they are stored, for products with a few tokens; in parts of 32 values
/// in the order of the columns, to be unpacked for many tokens.
/// </summary>
internal unsafe interface IBlockFormat
{
    /// <summary>Bytes of a block.</summary>
    static abstract int Bytes { get; }

    /// <summary>Parts of a block: 1, or 2 where whole blocks come as the order of halves (<see cref="RoundedRows"/>).</summary>
    static abstract int Parts { get; }

    /// <summary>Columns that share one scale, 16 or 32.</summary>
    static abstract int GroupLength { get; }

    /// <summary>What makes the integers not negative when it is added to them; 0 where a byte does not hold the result.</summary>
    static abstract int Offset { get; }

    /// <summary>What integers are multiplied with to give weights, besides the scales in the block.</summary>
    static abstract float Unit { get; }

    /// <summary>The first 32 integers of a block, <see cref="Offset"/> added, in the order of the activations that they meet.</summary>
    static abstract Vector256<byte> First(byte* block);

    /// <summary>The other 32, where there are two parts.</summary>
    static abstract Vector256<byte> Second(byte* block);

    /// <summary>
    /// The scales of a block: each lane's is that of the four or eight values that were added up in it, divided by
    /// <see cref="ScaleShift"/>, so that a stored scale's bits need only be moved to where float32 has them.
    /// </summary>
    static abstract Vector256<float> Scales(byte* block);

    /// <summary>A power of two.</summary>
    static abstract float ScaleShift { get; }

    /// <summary>The 32 integers of a part with their signs, in the order of the columns.</summary>
    static abstract Vector256<sbyte> Part(byte* block, int part);

    /// <summary>The scale of each of a part's groups.</summary>
    static abstract float GroupScale(byte* block, int part, int group);
}

/// <summary>Values of four bits, two in a byte.</summary>
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
