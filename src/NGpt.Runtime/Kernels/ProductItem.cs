using NGpt.Core.Quantization;
using NGpt.Runtime.Kernels.Formats;

namespace NGpt.Runtime.Kernels;

/// <summary>One matrix of a product as the threads see it: pointers and sizes.</summary>
internal readonly unsafe struct ProductItem
{
    /// <summary>How the weights are stored.</summary>
    public WeightType Type { get; init; }

    /// <summary>First byte of the weights.</summary>
    public byte* Weights { get; init; }

    /// <summary>Bytes of a row.</summary>
    public long RowBytes { get; init; }

    /// <summary>Rows of the matrix.</summary>
    public int Rows { get; init; }

    /// <summary>Columns of the matrix.</summary>
    public int Columns { get; init; }

    /// <summary>The scale of the whole tensor.</summary>
    public float TensorScale { get; init; }

    /// <summary>A scale for each row, or null.</summary>
    public float* RowScales { get; init; }

    /// <summary>First result.</summary>
    public float* Y { get; init; }

    /// <summary>Numbers from one token's results to the next one's.</summary>
    public long YStride { get; init; }

    /// <summary>The scale of one row's results.</summary>
    public float RowScale(int row) => RowScales is null ? 1 : RowScales[row];

    /// <summary>What a row's sum of whole numbers times scales is multiplied with.</summary>
    public float Scale<TFormat>(int row)
        where TFormat : unmanaged, IBlockFormat => TFormat.Unit * TensorScale * RowScale(row);
}
