using NGpt.Core.Errors;

namespace NGpt.Core.Tokenizers.SentencePieces;

/// <summary>Bytes of a text that grows, up to <see cref="MaxLength"/>.</summary>
internal sealed class ByteBuffer
{
    /// <summary>The most bytes.</summary>
    public const int MaxLength = 1 << 30;

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

    /// <summary>Appends bytes.</summary>
    /// <exception cref="UsageException">The text would be too long.</exception>
    public void Append(ReadOnlySpan<byte> bytes)
    {
        if (_items.Length - Count < bytes.Length)
        {
            if (bytes.Length > MaxLength - Count)
            {
                throw new UsageException($"normalized, the text is longer than {MaxLength >> 20:N0} MiB", "give a part of it");
            }

            Array.Resize(ref _items, (int)Math.Max(Math.Min(MaxLength, 2L * _items.Length), Count + bytes.Length));
        }

        bytes.CopyTo(_items.AsSpan(Count));
        Count += bytes.Length;
    }

    /// <summary>Takes bytes at the end away.</summary>
    public void Shorten(int count) => Count -= count;
}
