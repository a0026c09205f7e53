using System.IO.MemoryMappedFiles;
using NGpt.Core.Errors;

namespace NGpt.Core.Files.Native;

/// <summary>
/// A file mapped into memory for reading. The callers work with checked offsets and spans, or with the address of a part
/// that was checked.
/// </summary>
internal sealed unsafe class MappedFile : IDisposable
{
    // Bytes handed to a stream at a time: small enough for a span's int length.
    private const int PieceLength = 1 << 24;

    private readonly MemoryMappedFile _file;
    private readonly MemoryMappedViewAccessor _view;
    private byte* _start;

    /// <summary>Maps a whole file. The file must not be empty: no platform maps nothing.</summary>
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

    /// <summary>Maps a file of a format and makes something of it, which keeps the mapping and disposes it.</summary>
    public static T Open<T>(string path, string format, int shortest, Func<MappedFile, T> read)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        if (!BitConverter.IsLittleEndian)
        {
            throw new PlatformNotSupportedException($"Files in {format} are little-endian, this processor is not.");
        }

        try
        {
            FileStream stream = new(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, bufferSize: 1);

            // A pipe or device has no length, and nothing that could be mapped.
            long length = stream.CanSeek ? stream.Length : 0;
            if (length < shortest)
            {
                stream.Dispose();
                throw new FileFormatException(path, $"the file has {length} bytes; a {format} file has at least {shortest}", Truncated(format));
            }

            MappedFile map = new(stream);
            try
            {
                return read(map);
            }
            catch
            {
                map.Dispose();
                throw;
            }
        }
        catch (Exception failure) when (StorageFailure.Explain(failure, "reading", path) is { } explained)
        {
            throw explained;
        }
    }

    /// <summary>The remedy for a file that is too short.</summary>
    public static string Truncated(string format) => $"the file is truncated or not {format}: copy or export it again";

    /// <summary>The length of the file in bytes when it was mapped.</summary>
    public long Length { get; }

    /// <summary>A part of the file, valid until <see cref="Dispose"/>.</summary>
    public ReadOnlySpan<byte> Slice(long offset, int length)
    {
        RequireInside(offset, length);
        return new ReadOnlySpan<byte>(_start + offset, length);
    }

    /// <summary>The address of a part of any length, valid until <see cref="Dispose"/>: for weights that are used where they lie.</summary>
    public nint Address(long offset, long length)
    {
        RequireInside(offset, length);
        return (nint)(_start + offset);
    }

    /// <summary>Copies a part of any length to unmanaged memory, which the caller guarantees to be long enough.</summary>
    public void CopyTo(long offset, nint destination, long length)
    {
        RequireInside(offset, length);
        Buffer.MemoryCopy(_start + offset, (void*)destination, length, length);
    }

    /// <summary>Writes a part of any length to a stream.</summary>
    public void CopyTo(long offset, long length, Stream destination)
    {
        RequireInside(offset, length);
        for (long done = 0; done < length;)
        {
            int piece = (int)Math.Min(length - done, PieceLength);
            destination.Write(Slice(offset + done, piece));
            done += piece;
        }
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

/// <summary>Writes memory that a native library owns to a stream.</summary>
internal static unsafe class UnmanagedBytes
{
    // Small enough for any stream's int lengths, large enough that the number of calls does not matter.
    private const int PieceLength = 1 << 24;

    /// <summary>Writes <paramref name="length"/> bytes from an address that the caller guarantees to be readable.</summary>
    public static void Write(nint source, long length, Stream destination)
    {
        byte* start = (byte*)source;
        for (long done = 0; done < length;)
        {
            int piece = (int)Math.Min(length - done, PieceLength);
            destination.Write(new ReadOnlySpan<byte>(start + done, piece));
            done += piece;
        }
    }
}
