using System.Runtime.Intrinsics;

namespace NGpt.Runtime.Kernels.Formats;

/// <summary>How blocks of weights of one type are read: in parts of 32 numbers.</summary>
internal unsafe interface IBlockFormat
{
    /// <summary>Bytes of a block.</summary>
    static abstract int Bytes { get; }

    /// <summary>Parts of a block.</summary>
    static abstract int Parts { get; }

    /// <summary>Columns that share one scale, 16 or 32.</summary>
    static abstract int GroupLength { get; }

    /// <summary>What makes the whole numbers not negative when it is added to them; 0 where a byte does not hold the result.</summary>
    static abstract int Offset { get; }

    /// <summary>What whole numbers are multiplied with to give weights, besides the scales in the block.</summary>
    static abstract float Unit { get; }

    /// <summary>The 32 whole numbers of a part, in the order of the columns.</summary>
    static abstract Vector256<sbyte> Load(byte* block, int part);

    /// <summary>The scales of a part: the lower four lanes for its first 16 numbers, the upper four for the others.</summary>
    static abstract Vector256<float> Scales(byte* block, int part);
}
