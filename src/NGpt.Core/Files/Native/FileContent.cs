using System.IO.MemoryMappedFiles;
using System.Runtime.InteropServices;
using NGpt.Core.Errors;

namespace NGpt.Core.Files.Native;

/// <summary>
/// The content of a file for reading: mapped into memory or copied. The callers work with checked offsets and spans, or with
/// the address of a part that was checked.
/// </summary>
internal sealed unsafe class FileContent : IDisposable
{
    // Bytes handed to a stream at a time: small enough for a span's int length.
    private const int PieceLength = 1 << 24;

    private const long MaxAutoCopied = 1L << 30;
    private const double MaxAutoShareOfMemory = 0.25;

    // Of a cache line, and of every vector.
    private const int Alignment = 64;

    private readonly MemoryMappedFile? _file;
    private readonly MemoryMappedViewAccessor? _view;
    private byte* _start;

    private FileContent(FileStream stream, bool isCopied)
    {
        Length = stream.Length;
        if (isCopied)
        {
            _start = (byte*)NativeMemory.AlignedAlloc((nuint)Length, Alignment);
            try
            {
                Fill(stream);
            }
            catch
            {
                NativeMemory.AlignedFree(_start);
                throw;
            }

            return;
        }

        _file = MemoryMappedFile.CreateFromFile(stream, mapName: null, capacity: 0, MemoryMappedFileAccess.Read, HandleInheritability.None, leaveOpen: true);
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

    /// <summary>Opens a file of a format and makes something of its content, which keeps the content and disposes it.</summary>
    public static T Open<T>(string path, string format, int shortest, FileLoading loading, Func<FileContent, T> read)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        if (!BitConverter.IsLittleEndian)
        {
            throw new PlatformNotSupportedException($"Files in {format} are little-endian, this processor is not.");
        }

        try
        {
            using FileStream stream = new(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, bufferSize: 1);

            // A pipe or device has no length, and nothing that could be mapped. No platform maps an empty file.
            long length = stream.CanSeek ? stream.Length : 0;
            if (length < shortest)
            {
                throw new FileFormatException(path, $"the file has {length} bytes; a {format} file has at least {shortest}", Truncated(format));
            }

            FileContent content = new(stream, IsCopied(loading, length));
            try
            {
                return read(content);
            }
            catch
            {
                content.Dispose();
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

    /// <summary>The length of the file in bytes when it was opened.</summary>
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

        if (_view is null)
        {
            NativeMemory.AlignedFree(_start);
        }
        else
        {
            _view.SafeMemoryMappedViewHandle.ReleasePointer();
            _view.Dispose();
            _file!.Dispose();
        }

        _start = null;
    }

    private static bool IsCopied(FileLoading loading, long length) => loading switch
    {
        FileLoading.Map => false,
        FileLoading.Copy => true,
        _ => length <= Math.Min(MaxAutoCopied, MaxAutoShareOfMemory * GC.GetGCMemoryInfo().TotalAvailableMemoryBytes),
    };

    private void Fill(FileStream stream)
    {
        for (long done = 0; done < Length;)
        {
            int piece = (int)Math.Min(Length - done, PieceLength);
            stream.ReadExactly(new Span<byte>(_start + done, piece));
            done += piece;
        }
    }

    private void RequireInside(long offset, long length)
    {
        ObjectDisposedException.ThrowIf(_start is null, this);
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(length, Length - offset);
    }
}
