using ICSharpCode.SharpZipLib.GZip;
using NGpt.Core.Errors;
using ZstdSharp;

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
            FileCompression.Zstandard => new DecompressionStream(file, 1 << 16),
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
