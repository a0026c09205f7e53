using System.Runtime.InteropServices;
using NGpt.Torch.Native;

namespace NGpt.Torch.Engine;

/// <summary>One block of native memory that an engine works in. Nothing else is allocated in a step.</summary>
internal sealed unsafe class Arena : IDisposable
{
    private const int LargePage = 2 << 20;

    private void* _memory;

    /// <summary>Allocates the block, filled with zeros.</summary>
    /// <param name="bytes">Its size.</param>
    /// <exception cref="OutOfMemoryException">The system refuses it.</exception>
    public Arena(long bytes)
    {
        _memory = NativeMemory.AlignedAlloc((nuint)bytes, LargePage);
        // Large pages save most of the address translations of a step; where they cannot be had nothing changes.
        CLibrary.AdviseLargePages(_memory, bytes);
        NativeMemory.Clear(_memory, (nuint)bytes);
    }

    /// <summary>First byte.</summary>
    public nint Address => (nint)_memory;

    /// <inheritdoc/>
    public void Dispose()
    {
        NativeMemory.AlignedFree(_memory);
        _memory = null;
    }
}
