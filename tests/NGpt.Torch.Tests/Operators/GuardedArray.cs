using System.Runtime.InteropServices;
using NGpt.Core.Numerics.Vectors;

namespace NGpt.Torch.Tests.Operators;

/// <summary>Native memory for a kernel, with a guard on both sides that shows when the kernel writes outside.</summary>
internal sealed unsafe class GuardedArray<T> : IDisposable
    where T : unmanaged, IElement<T>
{
    private const int Guard = 64;
    private const float Mark = 1234;

    private readonly T* _memory;

    public GuardedArray(int count)
    {
        Count = count;
        _memory = (T*)NativeMemory.AlignedAlloc((nuint)((count + (2 * Guard)) * sizeof(T)), 64);
        new Span<T>(_memory, count + (2 * Guard)).Fill(T.From(Mark));
    }

    public GuardedArray(ReadOnlySpan<double> values)
        : this(values.Length)
    {
        for (int i = 0; i < values.Length; i++)
        {
            Data[i] = T.From((float)values[i]);
        }
    }

    public int Count { get; }

    public T* Data => _memory + Guard;

    /// <summary>The numbers as they are stored, after rounding.</summary>
    public double[] Values
    {
        get
        {
            Assert.All(Enumerable.Range(0, Guard), i =>
            {
                Assert.Equal(Mark, T.Value(_memory[i]), 8.0);
                Assert.Equal(Mark, T.Value(_memory[Guard + Count + i]), 8.0);
            });
            return [.. Enumerable.Range(0, Count).Select(i => (double)T.Value(Data[i]))];
        }
    }

    public GuardedArray<T> Cleared()
    {
        new Span<T>(Data, Count).Clear();
        return this;
    }

    public void Dispose() => NativeMemory.AlignedFree(_memory);
}
