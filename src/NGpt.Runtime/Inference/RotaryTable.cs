using NGpt.Core.Numerics;
using NGpt.Runtime.Kernels;

namespace NGpt.Runtime.Inference;

/// <summary>
/// The turns of a context's positions, computed in float64. Memory for all of them is reserved at once; they are computed
/// block by block when a sequence gets there, so that a long context costs neither a long start nor memory before it is used.
/// </summary>
internal sealed unsafe class RotaryTable : IDisposable
{
    /// <summary>Positions that are computed together: about half a millisecond for heads of 64.</summary>
    public const int BlockPositions = 256;

    private readonly NativeBuffer<float> _cosines;
    private readonly NativeBuffer<float> _sines;
    private readonly int _contextLength;
    private readonly int _headWidth;
    private readonly double _theta;
    private int _filled;

    /// <summary>Reserves the memory.</summary>
    /// <param name="contextLength">Number of positions.</param>
    /// <param name="headWidth">D, even.</param>
    /// <param name="theta">Base of the frequencies.</param>
    public RotaryTable(int contextLength, int headWidth, double theta)
    {
        (_contextLength, _headWidth, _theta) = (contextLength, headWidth, theta);
        _cosines = new NativeBuffer<float>((long)contextLength * headWidth, "rotary positions");
        _sines = new NativeBuffer<float>((long)contextLength * headWidth, "rotary positions");
    }

    /// <summary>[context, D], see <see cref="RotationTable"/>; filled as far as <see cref="Reach"/> was asked for.</summary>
    public float* Cosines => _cosines.Start;

    /// <summary>[context, D], see <see cref="RotationTable"/>; filled as far as <see cref="Reach"/> was asked for.</summary>
    public float* Sines => _sines.Start;

    /// <summary>Computes what is missing of the first positions. Allocates nothing; not while threads read the table.</summary>
    /// <param name="positions">How many positions are needed, at most the context's length.</param>
    public void Reach(int positions)
    {
        if (positions <= _filled)
        {
            return;
        }

        int end = (int)Math.Min(_contextLength, ((long)positions + BlockPositions - 1) / BlockPositions * BlockPositions);
        RotationTable.Fill(Cosines, Sines, _filled, end, _headWidth, _theta);
        _filled = end;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _cosines.Dispose();
        _sines.Dispose();
    }
}
