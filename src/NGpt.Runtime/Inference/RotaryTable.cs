using NGpt.Core.Numerics;
using NGpt.Runtime.Kernels;

namespace NGpt.Runtime.Inference;

/// <summary>The turns of all positions of a context, computed in float64.</summary>
internal sealed unsafe class RotaryTable : IDisposable
{
    private readonly NativeBuffer<float> _cosines;
    private readonly NativeBuffer<float> _sines;

    /// <summary>Computes the table.</summary>
    /// <param name="contextLength">Number of positions.</param>
    /// <param name="headWidth">D, even.</param>
    /// <param name="theta">Base of the frequencies.</param>
    public RotaryTable(int contextLength, int headWidth, double theta)
    {
        _cosines = new NativeBuffer<float>((long)contextLength * headWidth, "rotary positions");
        _sines = new NativeBuffer<float>((long)contextLength * headWidth, "rotary positions");
        RotationTable.Fill(_cosines.Start, _sines.Start, contextLength, headWidth, theta);
    }

    /// <summary>[context, D], see <see cref="RotationTable.Fill"/>.</summary>
    public float* Cosines => _cosines.Start;

    /// <summary>[context, D], see <see cref="RotationTable.Fill"/>.</summary>
    public float* Sines => _sines.Start;

    /// <inheritdoc/>
    public void Dispose()
    {
        _cosines.Dispose();
        _sines.Dispose();
    }
}
