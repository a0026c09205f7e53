using System.Runtime.InteropServices;

namespace NGpt.Core.Numerics.Products.Managed;

/// <summary>The memory into which threads pack their panels, one buffer a thread.</summary>
internal sealed unsafe class PackingBuffers : IDisposable
{
    // A page: no two threads ever share one.
    private const int Alignment = 4096;

    private readonly long _length;
    private float* _memory;

    /// <summary>Reserves the memory.</summary>
    /// <param name="threads">Number of threads.</param>
    /// <param name="length">Float32 numbers that each of them needs.</param>
    public PackingBuffers(int threads, int length)
    {
        const int pageLength = Alignment / sizeof(float);
        _length = ((long)length + pageLength - 1) / pageLength * pageLength;
        _memory = (float*)NativeMemory.AlignedAlloc((nuint)(threads * _length * sizeof(float)), Alignment);
    }

    /// <summary>The buffer of one thread.</summary>
    public float* this[int thread]
    {
        get
        {
            ObjectDisposedException.ThrowIf(_memory is null, this);
            return _memory + (thread * _length);
        }
    }

    /// <summary>Float32 numbers from one thread's buffer to the next one's.</summary>
    public long Length => _length;

    /// <inheritdoc/>
    public void Dispose()
    {
        NativeMemory.AlignedFree(_memory);
        _memory = null;
    }
}
