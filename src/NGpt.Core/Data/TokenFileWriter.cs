using System.Buffers.Binary;
using NGpt.Core.Errors;

namespace NGpt.Core.Data;

/// <summary>
/// Writes a token file in llm.c's form with 16- or 32-bit tokens. The file is whole after <see cref="Complete"/>; without
/// it the header declares -1 tokens and no reader accepts the file, but <see cref="Continue"/> can resume it.
/// </summary>
public sealed class TokenFileWriter : IDisposable
{
    /// <summary>The most tokens that one file can hold: its header counts with an int32.</summary>
    public const long MaxCount = int.MaxValue;

    private readonly FileStream _stream;
    private readonly byte[] _buffer = new byte[1 << 16];
    private readonly int _tokenSize;
    private int _buffered;
    private bool _complete;

    private TokenFileWriter(FileStream stream, int tokenSize, long count)
    {
        (_stream, _tokenSize, Count) = (stream, tokenSize, count);
        _stream.Position = TokenFileFormat.HeaderBytes + (count * tokenSize);
    }

    /// <summary>The number of tokens written so far.</summary>
    public long Count { get; private set; }

    /// <summary>Creates a file; the caller disposes of the writer.</summary>
    /// <param name="path">The file; must not exist.</param>
    /// <param name="vocabularySize">The number of tokens V; above 65,536 they take 32 bits each.</param>
    /// <returns>The writer, at the beginning.</returns>
    public static TokenFileWriter Create(string path, int vocabularySize)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        var stream = new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.None, bufferSize: 0);
        try
        {
            int tokenSize = TokenSize(vocabularySize);
            stream.Write(new byte[TokenFileFormat.HeaderBytes]);
            WriteHeader(stream, tokenSize, count: -1);
            return new TokenFileWriter(stream, tokenSize, 0);
        }
        catch
        {
            stream.Dispose();
            throw;
        }
    }

    /// <summary>Resumes a file that was not completed; the caller disposes of the writer.</summary>
    /// <param name="path">The file.</param>
    /// <param name="vocabularySize">The number of tokens V, as when it was created.</param>
    /// <param name="count">Tokens to keep; what lies behind them is cut off.</param>
    /// <returns>The writer, behind those tokens.</returns>
    /// <exception cref="FileFormatException">The file has fewer tokens.</exception>
    public static TokenFileWriter Continue(string path, int vocabularySize, long count)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        var stream = new FileStream(path, FileMode.Open, FileAccess.Write, FileShare.None, bufferSize: 0);
        try
        {
            int tokenSize = TokenSize(vocabularySize);
            long length = TokenFileFormat.HeaderBytes + (count * tokenSize);
            if (stream.Length < length)
            {
                throw new FileFormatException(path, $"the file has {stream.Length:N0} bytes, {length:N0} were written to it", "prepare the data again");
            }

            WriteHeader(stream, tokenSize, count: -1);
            stream.SetLength(length);
            return new TokenFileWriter(stream, tokenSize, count);
        }
        catch
        {
            stream.Dispose();
            throw;
        }
    }

    /// <summary>Appends tokens.</summary>
    /// <param name="tokens">Token ids, each 0..V-1.</param>
    /// <exception cref="ArgumentOutOfRangeException">An id is negative, or does not fit.</exception>
    /// <exception cref="InvalidOperationException">The file would hold more than <see cref="MaxCount"/> tokens.</exception>
    public void Write(ReadOnlySpan<int> tokens)
    {
        ObjectDisposedException.ThrowIf(_complete, this);
        if (Count + tokens.Length > MaxCount)
        {
            throw new InvalidOperationException($"A token file holds at most {MaxCount:N0} tokens.");
        }

        uint max = _tokenSize == sizeof(ushort) ? ushort.MaxValue : (uint)int.MaxValue;
        foreach (int token in tokens)
        {
            if ((uint)token > max)
            {
                throw new ArgumentOutOfRangeException(nameof(tokens), token, $"The token id does not fit {8 * _tokenSize} bits.");
            }

            if (_buffered == _buffer.Length)
            {
                WriteBuffer();
            }

            if (_tokenSize == sizeof(ushort))
            {
                BinaryPrimitives.WriteUInt16LittleEndian(_buffer.AsSpan(_buffered), (ushort)token);
            }
            else
            {
                BinaryPrimitives.WriteInt32LittleEndian(_buffer.AsSpan(_buffered), token);
            }

            _buffered += _tokenSize;
        }

        Count += tokens.Length;
    }

    /// <summary>Appends one token several times.</summary>
    /// <param name="token">Token id, 0..V-1.</param>
    /// <param name="count">How many times.</param>
    public void WriteMany(int token, int count)
    {
        Span<int> same = stackalloc int[Math.Min(count, 256)];
        same.Fill(token);
        for (int left = count; left > 0; left -= same.Length)
        {
            Write(same[..Math.Min(left, same.Length)]);
        }
    }

    /// <summary>Brings all tokens so far to the disk: <see cref="Continue"/> finds them there whatever happens next.</summary>
    public void Flush()
    {
        WriteBuffer();
        _stream.Flush(flushToDisk: true);
    }

    /// <summary>Writes the header and flushes everything to the disk.</summary>
    public void Complete()
    {
        ObjectDisposedException.ThrowIf(_complete, this);

        // The count comes last and after the tokens are on the disk: a header that declares them is correct.
        Flush();
        WriteHeader(_stream, _tokenSize, (int)Count);
        _stream.Flush(flushToDisk: true);
        _complete = true;
    }

    /// <inheritdoc/>
    public void Dispose() => _stream.Dispose();

    private static int TokenSize(int vocabularySize) => vocabularySize > ushort.MaxValue + 1 ? sizeof(uint) : sizeof(ushort);

    private static void WriteHeader(FileStream stream, int tokenSize, int count)
    {
        bool isNarrow = tokenSize == sizeof(ushort);
        Span<byte> header = stackalloc byte[3 * sizeof(int)];
        BinaryPrimitives.WriteInt32LittleEndian(header, isNarrow ? TokenFileFormat.Magic16 : TokenFileFormat.Magic32);
        BinaryPrimitives.WriteInt32LittleEndian(header[4..], isNarrow ? TokenFileFormat.Version16 : TokenFileFormat.Version32);
        BinaryPrimitives.WriteInt32LittleEndian(header[8..], count);
        stream.Position = 0;
        stream.Write(header);
    }

    private void WriteBuffer()
    {
        _stream.Write(_buffer.AsSpan(0, _buffered));
        _buffered = 0;
    }
}
