using System.Buffers.Binary;
using NGpt.Core.Errors;

namespace NGpt.Core.Data;

/// <summary>
/// Writes a token file in llm.c's form with 16-bit tokens. The file is whole after <see cref="Complete"/>; without it the
/// header promises -1 tokens and no reader accepts the file.
/// </summary>
public sealed class TokenFileWriter : IDisposable
{
    /// <summary>The most tokens that one file can hold: its header counts with an int32.</summary>
    public const long MaximumCount = int.MaxValue;

    private readonly FileStream _stream;
    private readonly byte[] _buffer = new byte[1 << 16];
    private int _buffered;
    private bool _complete;

    /// <summary>Creates the file.</summary>
    /// <param name="path">The file; must not exist.</param>
    public TokenFileWriter(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        _stream = new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.None, bufferSize: 0);
        _stream.Write(new byte[TokenFileFormat.HeaderBytes]);
        WriteHeader(count: -1);
        _stream.Position = TokenFileFormat.HeaderBytes;
    }

    /// <summary>The number of tokens written so far.</summary>
    public long Count { get; private set; }

    /// <summary>Appends tokens.</summary>
    /// <param name="tokens">Token ids, each 0..65,535.</param>
    /// <exception cref="ArgumentOutOfRangeException">An id does not fit 16 bits.</exception>
    /// <exception cref="NGptException">The file would hold more than <see cref="MaximumCount"/> tokens.</exception>
    public void Write(ReadOnlySpan<int> tokens)
    {
        ObjectDisposedException.ThrowIf(_complete, this);
        if (Count + tokens.Length > MaximumCount)
        {
            throw new NGptException($"a token file holds at most {MaximumCount:N0} tokens, the data has more", "prepare less data: this version writes one file a split");
        }

        foreach (int token in tokens)
        {
            if ((uint)token > ushort.MaxValue)
            {
                throw new ArgumentOutOfRangeException(nameof(tokens), token, "The token id does not fit 16 bits.");
            }

            if (_buffered == _buffer.Length)
            {
                WriteBuffer();
            }

            BinaryPrimitives.WriteUInt16LittleEndian(_buffer.AsSpan(_buffered), (ushort)token);
            _buffered += sizeof(ushort);
        }

        Count += tokens.Length;
    }

    /// <summary>Writes the header and flushes everything to the disk.</summary>
    public void Complete()
    {
        ObjectDisposedException.ThrowIf(_complete, this);
        WriteBuffer();

        // The count comes last and after the tokens are on the disk: a header that promises them is true.
        _stream.Flush(flushToDisk: true);
        WriteHeader((int)Count);
        _stream.Flush(flushToDisk: true);
        _complete = true;
    }

    /// <inheritdoc/>
    public void Dispose() => _stream.Dispose();

    private void WriteHeader(int count)
    {
        Span<byte> header = stackalloc byte[3 * sizeof(int)];
        BinaryPrimitives.WriteInt32LittleEndian(header, TokenFileFormat.Magic16);
        BinaryPrimitives.WriteInt32LittleEndian(header[4..], TokenFileFormat.Version16);
        BinaryPrimitives.WriteInt32LittleEndian(header[8..], count);
        _stream.Position = 0;
        _stream.Write(header);
    }

    private void WriteBuffer()
    {
        _stream.Write(_buffer.AsSpan(0, _buffered));
        _buffered = 0;
    }
}
