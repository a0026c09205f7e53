using System.IO.MemoryMappedFiles;

namespace NGpt.Core.Files.Native;

/// <summary>
/// A file mapped into memory for reading. The callers work with checked offsets and spans; only weights that are
/// used where they lie are reached by address.
/// </summary>
internal sealed unsafe class MappedFile : IDisposable
{
    private readonly MemoryMappedFile _file;
    private readonly MemoryMappedViewAccessor _view;
    private byte* _start;

    /// <summary>Maps a whole file. The file must not be empty: no platform maps nothing.</summary>
    /// <param name="stream">The file, open for reading; the mapping takes it over, also when this fails.</param>
    public MappedFile(FileStream stream)
    {
        try
        {
            Length = stream.Length;
            _file = MemoryMappedFile.CreateFromFile(stream, mapName: null, capacity: 0, MemoryMappedFileAccess.Read, HandleInheritability.None, leaveOpen: false);
        }
        catch
        {
            stream.Dispose();
            throw;
        }

        try
        {
            _view = _file.CreateViewAccessor(0, Length, MemoryMappedFileAccess.Read);
        }
        catch
        {
            _file.Dispose();
            throw;
        }

        // The pointer holds a reference on the handle: a mapping that somebody forgot to dispose leaks instead of
        // disappearing under a span.
        byte* start = null;
        _view.SafeMemoryMappedViewHandle.AcquirePointer(ref start);
        _start = start + _view.PointerOffset;
    }

    /// <summary>The length of the file in bytes when it was mapped.</summary>
    public long Length { get; }

    /// <summary>A part of the file, valid until <see cref="Dispose"/>.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The part is not inside the file.</exception>
    public ReadOnlySpan<byte> Slice(long offset, int length)
    {
        RequireInside(offset, length);
        return new ReadOnlySpan<byte>(_start + offset, length);
    }

    /// <summary>The address of a part of any length, valid until <see cref="Dispose"/>: for weights that are used where they lie.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The part is not inside the file.</exception>
    public nint Address(long offset, long length)
    {
        RequireInside(offset, length);
        return (nint)(_start + offset);
    }

    /// <summary>Copies a part of any length to unmanaged memory, which the caller guarantees to be long enough.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The part is not inside the file.</exception>
    public void CopyTo(long offset, nint destination, long length)
    {
        RequireInside(offset, length);
        Buffer.MemoryCopy(_start + offset, (void*)destination, length, length);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_start is null)
        {
            return;
        }

        _start = null;
        _view.SafeMemoryMappedViewHandle.ReleasePointer();
        _view.Dispose();
        _file.Dispose();
    }

    private void RequireInside(long offset, long length)
    {
        ObjectDisposedException.ThrowIf(_start is null, this);
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(length, Length - offset);
    }
}
