using System.Runtime.InteropServices;
using NGpt.Core.Errors;

namespace NGpt.Runtime.Kernels;

/// <summary>Memory outside the managed heap, aligned to cache lines and zeroed; pages that nobody touches cost nothing.</summary>
/// <typeparam name="T">Type of the elements.</typeparam>
internal sealed unsafe class NativeBuffer<T> : IDisposable
    where T : unmanaged
{
    private const nuint Alignment = 64;

    private void* _block;

    /// <summary>Allocates the memory.</summary>
    /// <param name="length">Number of elements; more than there are addresses is too much memory.</param>
    /// <param name="purpose">What it is for, where there is not enough of it.</param>
    /// <exception cref="NGptException">There is not enough memory.</exception>
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
                $"there is not enough memory for {length} numbers of {sizeof(T)} bytes ({purpose})", "ask for fewer slots or a shorter context", failure);
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
