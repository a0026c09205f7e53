using System.Runtime.InteropServices;

namespace NGpt.Runtime.Kernels;

/// <summary>
/// The inputs of products, a row for each token, in native memory. What integer products read is made from them once
/// for all matrices that read them.
/// </summary>
internal sealed unsafe class Activations : IDisposable
{
    private const int Alignment = 64;

    private float* _rows;

    /// <summary>Reserves the memory, all zero.</summary>
    /// <param name="mostTokens">Rows, at least 1.</param>
    /// <param name="width">Numbers in a row, at least 1.</param>
    public Activations(int mostTokens, int width)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(mostTokens, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        (MostTokens, Width) = (mostTokens, width);
        nuint bytes = (nuint)((long)mostTokens * width * sizeof(float));
        _rows = (float*)NativeMemory.AlignedAlloc(bytes, Alignment);
        NativeMemory.Clear(_rows, bytes);
    }

    /// <summary>Rows that there is room for.</summary>
    public int MostTokens { get; }

    /// <summary>Numbers in a row.</summary>
    public int Width { get; }

    /// <summary>The first rows of which copies for integer products exist.</summary>
    public int PreparedTokens { get; set; }

    /// <summary>One row; rows follow each other without gaps. <see cref="Changed"/> must be called after writing.</summary>
    /// <param name="token">0..<see cref="MostTokens"/>-1.</param>
    public float* Row(int token)
    {
        ObjectDisposedException.ThrowIf(_rows is null, this);
        ArgumentOutOfRangeException.ThrowIfNegative(token);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(token, MostTokens);
        return _rows + ((long)token * Width);
    }

    /// <summary>Says that rows were written: what was made from the old ones is forgotten.</summary>
    public void Changed() => PreparedTokens = 0;

    /// <inheritdoc/>
    public void Dispose()
    {
        NativeMemory.AlignedFree(_rows);
        _rows = null;
    }
}
