namespace NGpt.Core.Tokenizers.SentencePieces;

/// <summary>Bytes that grow.</summary>
internal sealed class ByteBuffer
{
    private byte[] _items = [];

    /// <summary>How many there are.</summary>
    public int Count { get; private set; }

    /// <summary>The bytes, valid until the next call.</summary>
    public ReadOnlySpan<byte> Bytes => _items.AsSpan(0, Count);

    /// <summary>Takes all bytes away, and the memory as well where there is more than asked for.</summary>
    public void Clear(int keep)
    {
        Count = 0;
        _items = _items.Length > keep ? [] : _items;
    }

    /// <summary>Room for at least as many bytes more; <see cref="Advance"/> says how many were written.</summary>
    public Span<byte> Room(int count)
    {
        if (_items.Length - Count < count)
        {
            Array.Resize(ref _items, (int)Math.Min(Array.MaxLength, Math.Max((long)Count + count, 2L * _items.Length)));
        }

        return _items.AsSpan(Count);
    }

    /// <summary>Counts bytes that were written into the room.</summary>
    public void Advance(int count) => Count += count;

    /// <summary>Appends bytes.</summary>
    public void Append(ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(Room(bytes.Length));
        Count += bytes.Length;
    }

    /// <summary>Takes bytes at the end away.</summary>
    public void Shorten(int count) => Count -= count;
}
