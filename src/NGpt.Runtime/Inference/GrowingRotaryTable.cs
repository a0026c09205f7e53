using NGpt.Core.Numerics;
using NGpt.Runtime.Kernels;

namespace NGpt.Runtime.Inference;

/// <summary>
/// The rotations of a context's positions, computed in float64. Memory for all of them is reserved at once; they are computed
/// block by block when a sequence gets there, so that a long context costs neither a long start nor memory before it is used.
/// </summary>
internal sealed unsafe class GrowingRotaryTable : IDisposable
{
    /// <summary>Positions that are computed together: about half a millisecond for heads of 64.</summary>
    public const int BlockPositions = 256;

    private readonly NativeBuffer<float> _cosines;
    private readonly NativeBuffer<float> _sines;
    private readonly int _contextLength;
    private readonly int _headWidth;
    private readonly double _theta;
    private int _filled;

    /// <summary>Reserves the memory. <paramref name="headWidth"/>: D, even.</summary>
    public GrowingRotaryTable(int contextLength, int headWidth, double theta)
    {
        (_contextLength, _headWidth, _theta) = (contextLength, headWidth, theta);
        _cosines = new NativeBuffer<float>((long)contextLength * headWidth, "rotary positions");
        _sines = new NativeBuffer<float>((long)contextLength * headWidth, "rotary positions");
    }

    /// <summary>[context, D], see <see cref="RotaryTable"/>; filled as far as <see cref="EnsureFilled"/> was requested.</summary>
    public float* Cosines => _cosines.Start;

    /// <summary>[context, D], see <see cref="RotaryTable"/>; filled as far as <see cref="EnsureFilled"/> was requested.</summary>
    public float* Sines => _sines.Start;

    /// <summary>
    /// Computes what is missing of the first positions. Allocates nothing; not while threads read the table.
    /// <paramref name="positions"/>: how many positions are needed, at most the context's length.
    /// </summary>
    public void EnsureFilled(int positions)
    {
        if (positions <= _filled)
        {
            return;
        }

        int end = (int)Math.Min(_contextLength, ((long)positions + BlockPositions - 1) / BlockPositions * BlockPositions);
        RotaryTable.Fill(Cosines, Sines, _filled, end, _headWidth, _theta);
        _filled = end;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _cosines.Dispose();
        _sines.Dispose();
    }
}
