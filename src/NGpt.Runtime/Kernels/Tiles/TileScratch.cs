namespace NGpt.Runtime.Kernels.Tiles;

/// <summary>A thread's room for products with many tokens: unpacked rows, their scales, and results before they are put where they belong.</summary>
/// <param name="memory">First byte.</param>
/// <param name="width">Columns of the widest matrix, a multiple of 32.</param>
internal readonly unsafe struct TileScratch(byte* memory, int width)
{
    /// <summary>Rows that are unpacked together; even.</summary>
    public const int Rows = 32;

    private const int MaxPlanes = 2;
    private const int MinGroup = 16;
    private const int MaxTokens = 32;

    /// <summary>Results, [rows / 2, 2, 2 groups of tokens].</summary>
    public float* Totals => (float*)memory;

    /// <summary>Bytes of a thread's room.</summary>
    public static long Bytes(int width) =>
        (Rows * MaxTokens * sizeof(float)) + (Rows * (long)width * MaxPlanes) + (Rows * ((long)width / MinGroup) * sizeof(float));

    /// <summary>An unpacked row's weights.</summary>
    public sbyte* Weights(int row) => (sbyte*)(Totals + (Rows * MaxTokens)) + ((long)row * width * MaxPlanes);

    /// <summary>An unpacked row's scales.</summary>
    public float* Scales(int row) => (float*)Weights(Rows) + ((long)row * (width / MinGroup));
}
