
namespace NGpt.Runtime.Kernels;

/// <summary>
/// The inputs of products, a row for each token, in native memory. What integer products read is made from them once
/// for all matrices that read them.
/// </summary>
internal sealed unsafe class Activations : IDisposable
{
    /// <summary>Values that are rounded to bytes with one scale.</summary>
    public const int BlockLength = 32;

    /// <summary>Values of a block in the order of halves (<see cref="RoundedRows"/>).</summary>
    public const int HalvesLength = 64;

    /// <summary>Values whose bytes' sum is kept.</summary>
    public const int SumLength = 16;

    /// <summary>Maximum number of tokens that are processed row by row; more are processed in groups.</summary>
    public const int MaxRows = 4;

    // Groups are of 4, 8 or 16 tokens.
    private const int WidestGroup = 16;

    private readonly NativeBuffer<byte>?[] _memory = new NativeBuffer<byte>?[10];
    private bool _isDisposed;

    /// <summary>
    /// Reserves the memory, all zero. <paramref name="maxTokens"/>: rows, at least 1. <paramref name="width"/>: values in a
    /// row, at least 1.
    /// </summary>
    public Activations(int maxTokens, int width)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(maxTokens, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        (MaxTokens, Width) = (maxTokens, width);
        Reserve(0, (long)maxTokens * width * sizeof(float));
        if (width % BlockLength == 0)
        {
            long rows = Math.Min(maxTokens, MaxRows);
            long grouped = maxTokens > MaxRows ? ((long)maxTokens + WidestGroup - 1) / WidestGroup * WidestGroup : 0;
            // Bytes, starts and scales of either order of rows, then bytes, scales and sums of groups.
            Reserve(1, rows * width);
            Reserve(2, rows * (width / BlockLength) * RoundedRows.Lanes * sizeof(int));
            Reserve(3, rows * (width / BlockLength) * sizeof(float));
            Reserve(4, rows * width);
            Reserve(5, rows * (width / HalvesLength) * RoundedRows.Lanes * sizeof(int));
            Reserve(6, rows * (width / HalvesLength) * RoundedRows.Lanes * sizeof(float));
            Reserve(7, grouped * width);
            Reserve(8, grouped * (width / BlockLength) * sizeof(float));
            Reserve(9, grouped * (width / SumLength) * sizeof(int));
        }
    }

    /// <summary>Rows that it can hold.</summary>
    public int MaxTokens { get; }

    /// <summary>Elements of a row.</summary>
    public int Width { get; }

    /// <summary>The first tokens whose bytes exist row by row in the order of the columns.</summary>
    public int PreparedColumns { get; set; }

    /// <summary>The first tokens whose bytes exist row by row in the order of halves.</summary>
    public int PreparedHalves { get; set; }

    /// <summary>The first tokens whose bytes exist in groups.</summary>
    public int PreparedGroups { get; set; }

    /// <summary>How many tokens those groups have.</summary>
    public int GroupLength { get; set; }

    /// <summary>
    /// One row; rows follow each other without gaps. <see cref="Changed"/> must be called after writing.
    /// <paramref name="token"/>: 0..<see cref="MaxTokens"/>-1.
    /// </summary>
    public float* Row(int token)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(token);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(token, MaxTokens);
        return Pointers(1).X + ((long)token * Width);
    }

    /// <summary>Says that rows were written: what was derived from the old ones is invalid.</summary>
    public void Changed() => PreparedColumns = PreparedHalves = PreparedGroups = 0;

    /// <summary>The memory as kernels see it.</summary>
    public ProductInput Pointers(int tokens)
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        return new ProductInput
        {
            X = (float*)Start(0),
            Width = Width,
            Tokens = tokens,
            Columns = new RoundedRows((nint)Start(1), (nint)Start(2), (nint)Start(3)),
            Halves = new RoundedRows((nint)Start(4), (nint)Start(5), (nint)Start(6)),
            GroupBytes = (sbyte*)Start(7),
            GroupScales = (float*)Start(8),
            GroupSums = (int*)Start(9),
        };
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _isDisposed = true;
        foreach (NativeBuffer<byte>? memory in _memory)
        {
            memory?.Dispose();
        }
    }

    private byte* Start(int number) => _memory[number] is NativeBuffer<byte> memory ? memory.Start : null;

    private void Reserve(int number, long bytes) => _memory[number] = new NativeBuffer<byte>(bytes, "inputs of products");
}

/// <summary>The input of a product as the threads see it.</summary>
internal readonly unsafe struct ProductInput
{
    /// <summary>[tokens, width].</summary>
    public float* X { get; init; }

    /// <summary>Elements of a row.</summary>
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
