namespace NGpt.Runtime.Kernels;

/// <summary>The input of a product as the threads see it.</summary>
internal readonly unsafe struct ProductInput
{
    /// <summary>[tokens, width].</summary>
    public float* X { get; init; }

    /// <summary>Numbers in a row.</summary>
    public int Width { get; init; }

    /// <summary>Tokens of the product.</summary>
    public int Tokens { get; init; }

    /// <summary>The first rows as bytes in the order of the columns, with starts for the offset of Q4_0.</summary>
    public RoundedRows Columns { get; init; }

    /// <summary>The first rows as bytes in the order of halves, with starts for the offset of NVFP4.</summary>
    public RoundedRows Halves { get; init; }

    /// <summary>Tokens of a group, a multiple of the lanes of all vectors that take one.</summary>
    public int GroupLength { get; init; }

    /// <summary>All rows as bytes, a group of tokens after the other: [width / 4, group, 4].</summary>
    public sbyte* GroupBytes { get; init; }

    /// <summary>Their scales, for each group [width / 32, group].</summary>
    public float* GroupScales { get; init; }

    /// <summary>Sums of 16 bytes each, for each group [width / 16, group].</summary>
    public int* GroupSums { get; init; }
}
