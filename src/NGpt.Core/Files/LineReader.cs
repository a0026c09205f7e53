namespace NGpt.Core.Files;

/// <summary>Reads lines of bytes; a line that is too long is passed over without being kept.</summary>
/// <param name="stream">The lines; not disposed of.</param>
/// <param name="limit">The most bytes of a line, without its end.</param>
public sealed class LineReader(Stream stream, int limit)
{
    private byte[] _buffer = new byte[Math.Min(1 << 16, limit + 1)];
    private int _start;
    private int _end;
    private bool _isAtEnd;

    /// <summary>Reads the next line.</summary>
    /// <param name="line">The line without its line feed, valid until the next call; empty where there is none.</param>
    /// <returns>What came next.</returns>
    public LineKind Read(out ReadOnlyMemory<byte> line)
    {
        line = default;
        int scanned = 0;
        while (true)
        {
            int feed = _buffer.AsSpan(_start + scanned, _end - _start - scanned).IndexOf((byte)'\n');
            if (feed >= 0)
            {
                return Take(scanned + feed, 1, out line);
            }

            scanned = _end - _start;
            if (scanned > limit)
            {
                Discard();
                return LineKind.TooLong;
            }

            if (!Fill())
            {
                return scanned == 0 ? LineKind.End : Take(scanned, 0, out line);
            }
        }
    }

    /// <summary>Passes over lines without looking into them.</summary>
    /// <param name="lines">How many.</param>
    public void Skip(long lines)
    {
        for (; lines > 0 && Discard(); lines--)
        {
        }
    }

    private LineKind Take(int length, int feed, out ReadOnlyMemory<byte> line)
    {
        line = length > limit ? default : _buffer.AsMemory(_start, length);
        _start += length + feed;
        return length > limit ? LineKind.TooLong : LineKind.Line;
    }

    /// <summary>Passes over everything up to and with the next line feed. False where the stream ends before.</summary>
    private bool Discard()
    {
        while (true)
        {
            int feed = _buffer.AsSpan(_start, _end - _start).IndexOf((byte)'\n');
            if (feed >= 0)
            {
                _start += feed + 1;
                return true;
            }

            _start = _end = 0;
            if (!Fill())
            {
                return false;
            }
        }
    }

    private bool Fill()
    {
        if (_isAtEnd)
        {
            return false;
        }

        if (_start > 0)
        {
            _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
            (_start, _end) = (0, _end - _start);
        }

        if (_end == _buffer.Length)
        {
            Array.Resize(ref _buffer, (int)Math.Min(_buffer.Length * 2L, limit + 1L));
        }

        int read = stream.Read(_buffer.AsSpan(_end));
        _isAtEnd = read == 0;
        _end += read;
        return read > 0;
    }
}

/// <summary>What a <see cref="LineReader"/> came to.</summary>
public enum LineKind
{
    /// <summary>A line.</summary>
    Line,

    /// <summary>A line that is longer than allowed; it was passed over.</summary>
    TooLong,

    /// <summary>The end of the stream.</summary>
    End,
}
