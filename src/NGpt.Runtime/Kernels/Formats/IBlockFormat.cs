using System.Runtime.Intrinsics;

namespace NGpt.Runtime.Kernels.Formats;

/// <summary>
/// How blocks of weights of one type are read: whole, as they lie, for products with a few tokens; in parts of 32 numbers
/// in the order of the columns, to be unpacked for many tokens.
/// </summary>
internal unsafe interface IBlockFormat
{
    /// <summary>Bytes of a block.</summary>
    static abstract int Bytes { get; }

    /// <summary>Parts of a block: 1, or 2 where whole blocks come as <see cref="ActivationOrder.Halves"/>.</summary>
    static abstract int Parts { get; }

    /// <summary>Columns that share one scale, 16 or 32.</summary>
    static abstract int GroupLength { get; }

    /// <summary>What makes the whole numbers not negative when it is added to them; 0 where a byte does not hold the result.</summary>
    static abstract int Offset { get; }

    /// <summary>What whole numbers are multiplied with to give weights, besides the scales in the block.</summary>
    static abstract float Unit { get; }

    /// <summary>The first 32 whole numbers of a block, <see cref="Offset"/> added, in the order of the activations that they meet.</summary>
    static abstract Vector256<byte> First(byte* block);

    /// <summary>The other 32, where there are two parts.</summary>
    static abstract Vector256<byte> Second(byte* block);

    /// <summary>
    /// The scales of a block: each lane's is that of the four or eight numbers that were added up in it, divided by
    /// <see cref="ScaleShift"/>, so that a stored scale's bits need only be moved to where float32 has them.
    /// </summary>
    static abstract Vector256<float> Scales(byte* block);

    /// <summary>A power of two.</summary>
    static abstract float ScaleShift { get; }

    /// <summary>The 32 whole numbers of a part with their signs, in the order of the columns.</summary>
    static abstract Vector256<sbyte> Part(byte* block, int part);

    /// <summary>The scale of each of a part's groups.</summary>
    static abstract float GroupScale(byte* block, int part, int group);
}
