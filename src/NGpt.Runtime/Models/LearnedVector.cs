using NGpt.Runtime.Kernels;

namespace NGpt.Runtime.Models;

/// <summary>A vector of the model as kernels read it.</summary>
internal sealed unsafe class LearnedVector : IDisposable
{
    private readonly NativeBuffer<float> _memory;

    /// <summary>Copies the numbers.</summary>
    public LearnedVector(ReadOnlySpan<float> values)
    {
        _memory = new NativeBuffer<float>(values.Length, "scales");
        values.CopyTo(new Span<float>(_memory.Start, values.Length));
    }

    /// <summary>The first number.</summary>
    public float* Start => _memory.Start;

    /// <inheritdoc/>
    public void Dispose() => _memory.Dispose();
}
