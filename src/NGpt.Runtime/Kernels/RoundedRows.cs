using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using NGpt.Runtime.Kernels.Formats;

namespace NGpt.Runtime.Kernels;

/// <summary>Rows of activations that are rounded to bytes, for products with a few tokens.</summary>
/// <param name="Bytes">[rows, width], in one of the <see cref="ActivationOrder"/>s.</param>
/// <param name="Starts">
/// Where a block's eight sums begin: −offset times the sum of the activations that are added up in the lane, which makes
/// up for weights to which the offset was added. [rows, width / 4], or for halves [rows, width / 8].
/// </param>
/// <param name="Scales">
/// [rows, width / 32], or for halves one for each lane, [rows, width / 8]; multiplied with <see cref="ScaleShift"/>, so that
/// products with scales of weights that are divided by as much (<see cref="IBlockFormat.Scales"/>) are usual numbers.
/// </param>
internal readonly unsafe record struct RoundedRows(nint Bytes, nint Starts, nint Scales)
{
    /// <summary>2¹⁰⁰: activations up to 10¹⁰ do not overflow.</summary>
    public const float ScaleShift = 1.2676506002282294e30f;

    /// <summary>Sums of a block.</summary>
    public const int Lanes = 8;

    /// <summary>The row after some others.</summary>
    /// <typeparam name="TFormat">The weights that it is multiplied with.</typeparam>
    /// <param name="row">Number of the row.</param>
    /// <param name="width">Numbers in a row.</param>
    public RoundedRows Row<TFormat>(long row, int width)
        where TFormat : unmanaged, IBlockFormat
    {
        long blocks = row * (width / (Activations.BlockLength * TFormat.Parts));
        long scales = TFormat.Parts == 2 ? blocks * Lanes : blocks;
        return new RoundedRows((nint)(Bytes + (row * width)), (nint)(Starts + (blocks * Lanes * sizeof(int))), (nint)(Scales + (scales * sizeof(float))));
    }

    /// <summary>The activations of a block's first weights.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Vector256<sbyte> First<TFormat>(nint block)
        where TFormat : unmanaged, IBlockFormat => Vector256.Load((sbyte*)Bytes + (block * TFormat.Parts * Activations.BlockLength));

    /// <summary>Those of the others, where there are two parts.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Vector256<sbyte> Second<TFormat>(nint block)
        where TFormat : unmanaged, IBlockFormat => TFormat.Parts == 2
            ? Vector256.Load((sbyte*)Bytes + (block * TFormat.Parts * Activations.BlockLength) + Activations.BlockLength)
            : default;

    /// <summary>Where the block's sums begin; nothing where weights have no offset.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Vector256<int> Start<TFormat>(nint block)
        where TFormat : unmanaged, IBlockFormat => TFormat.Offset == 0 ? default : Vector256.Load((int*)Starts + (block * Lanes));

    /// <summary>The scales of the block's activations.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Vector256<float> Scale<TFormat>(nint block)
        where TFormat : unmanaged, IBlockFormat => TFormat.Parts == 2
            ? Vector256.Load((float*)Scales + (block * Lanes))
            : Vector256.Create(((float*)Scales)[block]);
}
