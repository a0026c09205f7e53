using System.Buffers.Binary;

namespace NGpt.Data.Corpora.Parquet;

/// <summary>
/// One chunk of a Parquet file as a Parquet file of its own: the file's bytes up to the end of the chunk, then a footer
/// that knows nothing else. Parquet.Net reads this instead of the file, so that it never sees metadata that was not
/// checked. Reading goes forward, page by page, and reading outside the chunk is an error: Parquet.Net takes the end of
/// the file for a byte, over and over.
/// </summary>
internal sealed class ParquetChunkStream : Stream
{
    // A header of a page is read byte by byte, everything else in blocks.
    private const int MaxSingleBytes = 4096;

    private readonly Stream _file;
    private readonly ParquetChunk _chunk;
    private readonly long _end;
    private readonly byte[] _tail;
    private long _position;
    private long _page = -1;
    private int _singleBytes;

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
    public void BeginPages() => _page = 0;

    public override int Read(Span<byte> buffer)
    {
        _singleBytes = 0;
        if (_page >= 0)
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

        return ReadFile(buffer, _end - _position);
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    // The inherited ones would hand the work to another thread, and allocate for it.
    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => new(Read(buffer.Span));

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) => Task.FromResult(Read(buffer.AsSpan(offset, count)));

    public override int ReadByte()
    {
        int count = _singleBytes + 1;
        byte value = 0;
        int read = Read(new Span<byte>(ref value));
        _singleBytes = count;
        return count > MaxSingleBytes ? throw new InvalidDataException("a page has a header that is too long") : read == 0 ? -1 : value;
    }

    public override long Seek(long offset, SeekOrigin origin)
    {
        _position = origin switch
        {
            SeekOrigin.Begin => offset,
            SeekOrigin.Current => _position + offset,
            _ => Length + offset,
        };
        if (_page >= 0 && origin == SeekOrigin.Begin)
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

    private void EnterPage()
    {
        if (_position <= _page)
        {
            throw new InvalidDataException("its pages lead back");
        }

        _page = _position;
        RequireInside();
        byte[] header = new byte[(int)Math.Min(ParquetPage.MaxHeaderLength, Math.Min(_end - _position, 4096))];
        int read = Peek(header);
        try
        {
            ParquetPage.Check(header.AsSpan(0, read), _chunk);
        }
        catch (InvalidDataException) when (read == 4096)
        {
            // Statistics can make a header long, rarely.
            header = new byte[(int)Math.Min(ParquetPage.MaxHeaderLength, _end - _position)];
            ParquetPage.Check(header.AsSpan(0, Peek(header)), _chunk);
        }
    }

    private int Peek(Span<byte> buffer)
    {
        _file.Position = _position;
        return _file.ReadAtLeast(buffer, buffer.Length, throwOnEndOfStream: false);
    }

    private int ReadPage(Span<byte> buffer)
    {
        if (buffer.IsEmpty)
        {
            return 0;
        }

        RequireInside();
        return ReadFile(buffer, _end - _position);
    }

    private int ReadFile(Span<byte> buffer, long max)
    {
        if (_file.Position != _position)
        {
            _file.Position = _position;
        }

        int read = _file.Read(buffer[..(int)Math.Min(buffer.Length, max)]);
        _position += read;
        return read;
    }

    private void RequireInside()
    {
        if (_position < _chunk.Start || _position >= _end)
        {
            throw new InvalidDataException("its pages lead out of their place");
        }
    }
}

/// <summary>Checks the header of a page before Parquet.Net reads it: what it allocates follows from these numbers.</summary>
internal static class ParquetPage
{
    /// <summary>The most bytes of a header that are looked at.</summary>
    public const int MaxHeaderLength = 1 << 20;

    /// <summary>Checks a header.</summary>
    public static void Check(ReadOnlySpan<byte> bytes, ParquetChunk chunk)
    {
        var reader = new CompactReader(bytes);
        (long plain, long compressed, long values, long entries) = (0, 0, 0, 0);
        for (int id = 0; reader.ReadField(ref id, out CompactType type);)
        {
            switch (id)
            {
                case 2:
                    plain = reader.ReadInteger(type, CompactType.Int32);
                    break;
                case 3:
                    compressed = reader.ReadInteger(type, CompactType.Int32);
                    break;
                case 5 or 8:
                    CompactReader.Require(type, CompactType.Struct);
                    values = FirstInteger(ref reader);
                    break;
                case 7:
                    CompactReader.Require(type, CompactType.Struct);
                    entries = FirstInteger(ref reader);
                    break;
                default:
                    reader.Skip(type);
                    break;
            }
        }

        // A text in a dictionary takes at least the four bytes of its length.
        if (plain < 0 || plain > chunk.UncompressedSize || compressed < 0 || compressed > chunk.CompressedSize
            || (chunk.Codec == 0 && plain != compressed) || values < 0 || values > chunk.Values || entries < 0 || entries > plain / 4)
        {
            throw new InvalidDataException($"a page claims {compressed:N0} bytes, {plain:N0} decompressed, with {Math.Max(values, entries):N0} values");
        }
    }

    private static long FirstInteger(ref CompactReader reader)
    {
        long first = 0;
        for (int id = 0; reader.ReadField(ref id, out CompactType type);)
        {
            if (id == 1)
            {
                first = reader.ReadInteger(type, CompactType.Int32);
            }
            else
            {
                reader.Skip(type);
            }
        }

        return first;
    }
}
