using System.Runtime.InteropServices;

namespace NGpt.Runtime.Tests.Kernels;

/// <summary>Results in native memory, with marks on both sides and between the rows that show when a kernel writes elsewhere.</summary>
internal sealed unsafe class GuardedFloats : IDisposable
{
    private const int Guard = 32;
    private const float Mark = -987654;

    private readonly float* _memory;
    private readonly int _rows;
    private readonly int _width;

    public GuardedFloats(int rows, int width, int gap)
    {
        (_rows, _width, Stride) = (rows, width, width + gap);
        _memory = (float*)NativeMemory.AlignedAlloc((nuint)(Length * sizeof(float)), 64);
        new Span<float>(_memory, Length).Fill(Mark);
    }

    public int Stride { get; }

    public float* Data => _memory + Guard;

    private int Length => (_rows * Stride) + (2 * Guard);

    public float this[int row, int column] => Data[(row * Stride) + column];

    public void CheckMarks()
    {
        for (int i = 0; i < Length; i++)
        {
            int place = i - Guard;
            bool inside = place >= 0 && place < _rows * Stride && place % Stride < _width;
            Assert.True(inside || _memory[i] == Mark, $"written at {place} of {_rows} rows of {_width}, {Stride} apart");
        }
    }

    public void Dispose() => NativeMemory.AlignedFree(_memory);
}
