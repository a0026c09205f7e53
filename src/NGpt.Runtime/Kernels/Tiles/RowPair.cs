namespace NGpt.Runtime.Kernels.Tiles;

/// <summary>Two unpacked rows of weights from one column on; where there is only one, it stands twice.</summary>
internal readonly unsafe struct RowPair
{
    /// <summary>The first row's weights, four in each number.</summary>
    public required int* First { get; init; }

    /// <summary>The second row's weights.</summary>
    public required int* Second { get; init; }

    /// <summary>The first row's scales, one for each group of columns.</summary>
    public required float* FirstScales { get; init; }

    /// <summary>The second row's scales.</summary>
    public required float* SecondScales { get; init; }
}
