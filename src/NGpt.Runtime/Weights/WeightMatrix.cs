using System.Runtime.InteropServices;
using NGpt.Core.Quantization;

namespace NGpt.Runtime.Weights;

/// <summary>A matrix of weights as it is stored in a file or in memory of its own; rows follow each other without gaps.</summary>
internal sealed unsafe class WeightMatrix : IDisposable
{
    private readonly IDisposable? _owner;
    private byte* _data;
    private float* _rowScale;

    private WeightMatrix(WeightType type, int rows, int columns, nint data, IDisposable? owner, float tensorScale, float[]? rowScale)
    {
        (Type, Rows, Columns, TensorScale, RowScale) = (type, rows, columns, tensorScale, rowScale);
        RowBytes = type.RowBytes(columns);
        _data = (byte*)data;
        _owner = owner;
        if (rowScale is not null)
        {
            _rowScale = (float*)NativeMemory.Alloc((nuint)rows, sizeof(float));
            rowScale.CopyTo(new Span<float>(_rowScale, rows));
        }
    }

    /// <summary>How the values are stored.</summary>
    public WeightType Type { get; }

    /// <summary>Rows: elements of a product's result.</summary>
    public int Rows { get; }

    /// <summary>Columns: elements of a product's input.</summary>
    public int Columns { get; }

    /// <summary>Bytes of one row.</summary>
    public long RowBytes { get; }

    /// <summary>Bytes of all rows: what a product reads.</summary>
    public long ByteLength => RowBytes * Rows;

    /// <summary>The scale of the whole tensor, 1 but for NVFP4.</summary>
    public float TensorScale { get; }

    /// <summary>What products multiply each row's result with, [<see cref="Rows"/>]; null for 1.</summary>
    public float[]? RowScale { get; }

    /// <summary>First byte.</summary>
    public byte* Data
    {
        get
        {
            ObjectDisposedException.ThrowIf(_data is null, this);
            return _data;
        }
    }

    /// <summary>The row scales as kernels read them, or null.</summary>
    public float* RowScales => _rowScale;

    /// <summary>
    /// A matrix over memory that exists. <paramref name="rows"/>: rows, at least 1. <paramref name="columns"/>: columns, at
    /// least 1, a multiple of the block length. <paramref name="owner"/>: disposed of with the matrix; null where the memory
    /// is owned elsewhere. <paramref name="rowScale"/>: [<paramref name="rows"/>], or null; copied. Returns the matrix;
    /// the caller disposes of it.
    /// </summary>
    public static WeightMatrix Create(
        WeightType type, int rows, int columns, nint data, IDisposable? owner, float tensorScale = 1, float[]? rowScale = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(rows, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(columns, 1);
        ArgumentOutOfRangeException.ThrowIfZero(data);
        if (rowScale is not null && rowScale.Length != rows)
        {
            throw new ArgumentException($"{rowScale.Length} scales for {rows} rows", nameof(rowScale));
        }

        return new WeightMatrix(type, rows, columns, data, owner, tensorScale, rowScale);
    }

    /// <summary>
    /// The values of one row, without its row scale. <paramref name="row"/>: 0..<see cref="Rows"/>-1.
    /// <paramref name="target"/>: [<see cref="Columns"/>].
    /// </summary>
    public void DecodeRow(int row, Span<float> target)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(row);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(row, Rows);
        if (target.Length != Columns)
        {
            throw new ArgumentException($"a target of {target.Length} elements for a row of {Columns}", nameof(target));
        }

        WeightCodec.Decode(Type, new ReadOnlySpan<byte>(Data + (row * RowBytes), (int)RowBytes), target, TensorScale);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        NativeMemory.Free(_rowScale);
        _data = null;
        _rowScale = null;
        _owner?.Dispose();
    }
}
