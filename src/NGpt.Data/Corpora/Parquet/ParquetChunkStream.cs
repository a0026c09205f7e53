using System.Buffers.Binary;

namespace NGpt.Data.Corpora.Parquet;

/// <summary>
/// One chunk of a Parquet file as a Parquet file of its own: the file's bytes up to the end of the chunk, then a footer
/// that knows nothing else. Its pages are decompressed, behind headers that were checked and written again. Parquet.Net
/// reads this instead of the file, so that it never sees metadata that was not checked. It reads page by page, and reading
/// outside of a page is an error: Parquet.Net takes the end of the file for a byte, over and over.
/// </summary>
internal sealed class ParquetChunkStream : Stream
{
    // What nearly every header of a page fits into; statistics can make one longer, rarely.
    private const int HeaderBlock = 4096;

    private readonly Stream _file;
    private readonly ParquetChunk _chunk;
    private readonly long _end;
    private readonly byte[] _tail;
    private long _position;
    private ReadOnlyMemory<byte> _page;
    private long _pageStart = -1;
    private long _nextPage;
    private long _bytesOfPages;

    /// <summary>Places a footer behind the bytes of a file.</summary>
    public ParquetChunkStream(Stream file, ParquetChunk chunk, long end, ReadOnlySpan<byte> footer)
    {
        _file = file;
        _chunk = chunk;
        _end = end;
        _tail = new byte[footer.Length + 8];
        footer.CopyTo(_tail);
        BinaryPrimitives.WriteInt32LittleEndian(_tail.AsSpan(footer.Length), footer.Length);
        "PAR1"u8.CopyTo(_tail.AsSpan(footer.Length + 4));
    }

    public override bool CanRead => true;

    public override bool CanSeek => true;

    public override bool CanWrite => false;

    public override long Length => _end + _tail.Length;

    public override long Position
    {
        get => _position;
        // Inside a page.
        set => _position = value;
    }

    /// <summary>From here on pages are read, each of which begins with a call of <see cref="Seek"/>.</summary>
    public void BeginPages()
    {
        _pageStart = _nextPage = _chunk.Start;
        _page = default;
    }

    public override int Read(Span<byte> buffer)
    {
        if (_pageStart >= 0)
        {
            return ReadPage(buffer);
        }

        if (_position >= _end)
        {
            ReadOnlySpan<byte> rest = _tail.AsSpan((int)Math.Min(_position - _end, _tail.Length));
            int length = Math.Min(rest.Length, buffer.Length);
            rest[..length].CopyTo(buffer);
            _position += length;
            return length;
        }

        _file.Position = _position;
        int read = _file.Read(buffer[..(int)Math.Min(buffer.Length, _end - _position)]);
        _position += read;
        return read;
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    // The inherited ones would hand the work to another thread, and allocate for it.
    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => new(Read(buffer.Span));

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) => Task.FromResult(Read(buffer.AsSpan(offset, count)));

    public override int ReadByte()
    {
        byte value = 0;
        return Read(new Span<byte>(ref value)) == 0 ? -1 : value;
    }

    public override long Seek(long offset, SeekOrigin origin)
    {
        _position = origin switch
        {
            SeekOrigin.Begin => offset,
            SeekOrigin.Current => _position + offset,
            _ => Length + offset,
        };
        if (_pageStart >= 0 && origin == SeekOrigin.Begin)
        {
            EnterPage();
        }

        return _position;
    }

    public override void Flush()
    {
    }

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    // Positions count what Parquet.Net sees: the next page begins where the one before ends.
    private void EnterPage()
    {
        if (_position != _pageStart + _page.Length || _nextPage >= _end)
        {
            throw new InvalidDataException("its pages lead out of their place");
        }

        ParquetPageHeader header = ReadHeader(out int length);
        header.Check(_chunk);
        byte[] bytes = new byte[(int)Math.Min(header.CompressedSize, _end - _nextPage - length)];
        _file.Position = _nextPage + length;
        if (_file.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false) < header.CompressedSize)
        {
            throw new InvalidDataException("a page is cut off");
        }

        _nextPage += length + header.CompressedSize;
        _pageStart = _position;
        _page = header.Decompress(bytes, _chunk);
        _bytesOfPages += _page.Length;
        if (_bytesOfPages > ParquetTexts.MaxBytes)
        {
            throw new InvalidDataException($"a row group has more than {ParquetTexts.MaxBytes:N0} bytes of text: write it with smaller row groups");
        }
    }

    private ParquetPageHeader ReadHeader(out int length)
    {
        long left = _end - _nextPage;
        byte[] bytes = new byte[(int)Math.Min(HeaderBlock, left)];
        int read = Peek(bytes);
        try
        {
            return ParquetPageHeader.Read(bytes.AsSpan(0, read), out length);
        }
        catch (InvalidDataException) when (read == HeaderBlock)
        {
            bytes = new byte[(int)Math.Min(ParquetPageHeader.MaxLength, left)];
            return ParquetPageHeader.Read(bytes.AsSpan(0, Peek(bytes)), out length);
        }
    }

    private int Peek(Span<byte> buffer)
    {
        _file.Position = _nextPage;
        return _file.ReadAtLeast(buffer, buffer.Length, throwOnEndOfStream: false);
    }

    private int ReadPage(Span<byte> buffer)
    {
        if (buffer.IsEmpty)
        {
            return 0;
        }

        long offset = _position - _pageStart;
        if (offset < 0 || offset >= _page.Length)
        {
            throw new InvalidDataException("its pages lead out of their place");
        }

        ReadOnlySpan<byte> rest = _page.Span[(int)offset..];
        int length = Math.Min(rest.Length, buffer.Length);
        rest[..length].CopyTo(buffer);
        _position += length;
        return length;
    }
}
