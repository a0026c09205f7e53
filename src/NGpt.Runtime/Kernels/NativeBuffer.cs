using System.Runtime.InteropServices;
using NGpt.Core.Errors;

namespace NGpt.Runtime.Kernels;

/// <summary>Memory outside the managed heap, aligned to cache lines and zeroed; pages that are never touched take no memory.</summary>
internal sealed unsafe class NativeBuffer<T> : IDisposable
    where T : unmanaged
{
    private const nuint Alignment = 64;

    private void* _block;

    /// <summary>Allocates the memory.</summary>
    public NativeBuffer(Int128 length, string purpose)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(length, Int128.Zero);
        try
        {
            // Zeroed by the system page by page, which the aligned allocation is not.
            nuint bytes = checked((nuint)length * (nuint)sizeof(T));
            _block = NativeMemory.AllocZeroed(checked(bytes + Alignment));
            Start = (T*)(((nuint)_block + Alignment - 1) / Alignment * Alignment);
            Length = (long)length;
        }
        catch (Exception failure) when (failure is OutOfMemoryException or OverflowException)
        {
            throw new NGptException(
                $"not enough memory for {length} elements of {sizeof(T)} bytes ({purpose})", "use fewer slots or a shorter context", failure);
        }
    }

    ~NativeBuffer() => Free();

    /// <summary>The first element.</summary>
    public T* Start { get; }

    /// <summary>Number of elements.</summary>
    public long Length { get; }

    /// <inheritdoc/>
    public void Dispose()
    {
        Free();
        GC.SuppressFinalize(this);
    }

    private void Free()
    {
        NativeMemory.Free(_block);
        _block = null;
    }
}
