using ICSharpCode.SharpZipLib.GZip;
using NGpt.Core.Errors;
using ZstdSharp;
using ZstdSharp.Unsafe;

namespace NGpt.Data.Corpora.Files;

/// <summary>
/// The content of a file, decompressed while it is read. Compressed data that is cut off or damaged is an error wherever
/// that is found: its beginning must not pass for the whole.
/// </summary>
internal sealed class SourceStream : Stream
{
    private readonly SourceFile _source;
    private readonly FileStream _file;
    private readonly Stream _content;
    private long _read;

    private SourceStream(SourceFile source, FileStream file)
    {
        _source = source;
        _file = file;
        _content = source.Compression switch
        {
            FileCompression.Gzip => new GZipInputStream(file, 1 << 16),
            FileCompression.Zstandard => Zstandard(file),
            _ => file,
        };
    }

    /// <summary>Opens a file.</summary>
    public static SourceStream Open(SourceFile source) =>
        new(source, new FileStream(source.Path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0));

    /// <summary>Bytes of the file, as it lies on the disk, that were read so far.</summary>
    public long FilePosition => Math.Min(_file.Position, _source.Length);

    public override bool CanRead => true;

    public override bool CanSeek => _content == _file;

    public override bool CanWrite => false;

    public override long Length => CanSeek ? _file.Length : throw new NotSupportedException();

    public override long Position
    {
        get => _read;
        set => Seek(value, SeekOrigin.Begin);
    }

    public override int Read(Span<byte> buffer)
    {
        try
        {
            int read = _content.Read(buffer);
            if (read == 0 && !buffer.IsEmpty && _file.Position < _file.Length)
            {
                throw new InvalidDataException("what follows is not compressed data");
            }

            _read += read;
            return read;
        }
        catch (ZstdException error) when (error.Code == ZSTD_ErrorCode.ZSTD_error_frameParameter_windowTooLarge)
        {
            // No damage: never left out of a folder, which would depend on the machine.
            throw new NGptException(
                $"{_source.Label}: the zstd data needs a window of {NeededWindow()}, and this machine has memory for one of {WindowSize(ZstandardWindow.MaxLog)}",
                "compress it again on another machine: zstd -d -M2048MB -c FILE | zstd -o SMALLER.zst",
                error);
        }
        catch (Exception error) when (_content != _file && error is not OutOfMemoryException)
        {
            // The libraries throw exceptions of many types for damaged data.
            string method = _source.Compression == FileCompression.Gzip ? "gzip" : "zstd";
            throw new FileFormatException(
                _source.Label,
                $"the {method} data is cut off or damaged, found at byte {_file.Position:N0} of {_file.Length:N0} after {_read:N0} decompressed bytes ({error.Message.TrimEnd('.')})",
                "copy or download the file again, or leave it out",
                error);
        }
        catch (IOException error)
        {
            throw new NGptException($"{_source.Label}: the file cannot be read: {error.Message}", "check the disk and the connection to it", error);
        }
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override long Seek(long offset, SeekOrigin origin) =>
        CanSeek ? _read = _file.Seek(offset, origin) : throw new NotSupportedException();

    public override void Flush()
    {
    }

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    private static DecompressionStream Zstandard(FileStream file)
    {
        DecompressionStream content = new(file, 1 << 16);
        content.SetParameter(ZSTD_dParameter.ZSTD_d_windowLogMax, ZstandardWindow.MaxLog);
        return content;
    }

    private string NeededWindow()
    {
        Span<byte> start = stackalloc byte[6];
        _file.Position = 0;
        int read = _file.ReadAtLeast(start, start.Length, throwOnEndOfStream: false);
        // A later frame can be the one that needs it.
        return ZstandardWindow.LogOf(start[..read]) is int log && log > ZstandardWindow.MaxLog ? WindowSize(log) : $"more than {WindowSize(ZstandardWindow.MaxLog)}";
    }

    private static string WindowSize(int log) => $"{1L << (log - 20):N0} MiB";

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _content.Dispose();
            _file.Dispose();
        }

        base.Dispose(disposing);
    }
}

/// <summary>
/// The window of a Zstandard frame: how much of the decompressed data has to be kept. The memory is taken as it fills, so it
/// is no more than the data.
/// </summary>
internal static class ZstandardWindow
{
    // What zstd itself reads unless it is told to take more, and the most that it can write.
    private const int DefaultLog = 27;
    private const int LargestLog = 31;

    /// <summary>The largest window that is read here, as a power of two: at most a quarter of the memory of the machine.</summary>
    public static int MaxLog { get; } = MaxLogFor(GC.GetGCMemoryInfo().TotalAvailableMemoryBytes);

    /// <summary>The same for a machine with that much memory.</summary>
    public static int MaxLogFor(long memory) => Math.Clamp((int)long.Log2(Math.Max(1, memory / 4)), DefaultLog, LargestLog);

    /// <summary>The window that the first bytes of a frame claim, rounded up to a power of two; null where they do not say it.</summary>
    public static int? LogOf(ReadOnlySpan<byte> frame)
    {
        const int Descriptor = 4;
        const int Window = 5;
        const byte SingleSegment = 1 << 5;
        return frame.Length > Window && (frame[Descriptor] & SingleSegment) == 0
            ? 10 + (frame[Window] >> 3) + ((frame[Window] & 7) == 0 ? 0 : 1)
            : null;
    }
}
