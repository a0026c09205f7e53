using System.Buffers;
using System.Buffers.Binary;
using System.IO.Compression;
using K4os.Compression.LZ4;
using ZstdSharp;

namespace NGpt.Data.Corpora.Parquet;

/// <summary>
/// Decompresses pages. Parquet.Net does it too, but allocates what the bytes claim, and takes what was in memory for the
/// rest of a page that is shorter than it claims.
/// </summary>
internal static class ParquetCompression
{
    // The most bytes that one compressed byte can stand for.
    private const int MaxSnappyRatio = 64;
    private const int MaxLz4Ratio = 256;
    private const int Lz4FrameHeader = 8;

    /// <summary>Decompresses a page.</summary>
    /// <param name="chunk">The chunk, which says how; its codec must be one of those that are read.</param>
    /// <param name="compressed">The bytes in the file.</param>
    /// <param name="claimed">Bytes when decompressed, as the page's header says; some writers say a wrong number.</param>
    /// <exception cref="InvalidDataException">The bytes are damaged, or compressed with something else than the chunk says.</exception>
    public static ReadOnlyMemory<byte> Decompress(ParquetChunk chunk, ReadOnlyMemory<byte> compressed, int claimed)
    {
        long max = chunk.UncompressedSize;
        try
        {
            return chunk.Codec switch
            {
                0 => compressed,
                1 => Snappy(compressed.Span, max),
                2 => ReadAll(new GZipStream(AsStream(compressed), CompressionMode.Decompress), max),
                4 => ReadAll(new BrotliStream(AsStream(compressed), CompressionMode.Decompress), max),
                5 => HadoopLz4(compressed.Span, max) ?? Lz4(compressed.Span, claimed),
                6 => ReadAll(new DecompressionStream(AsStream(compressed)), max),
                7 => Lz4(compressed.Span, claimed),
                _ => throw new ArgumentOutOfRangeException(nameof(chunk), chunk.CodecName, "no such compression"),
            };
        }
        catch (Exception error) when (error is not InvalidDataException)
        {
            throw new InvalidDataException($"a page is not compressed with {chunk.CodecName}, or damaged: {error.Message}", error);
        }
    }

    private static byte[] Snappy(ReadOnlySpan<byte> compressed, long max)
    {
        byte[] bytes = Allocate(Snappier.Snappy.GetUncompressedLength(compressed), Math.Min(max, (long)MaxSnappyRatio * compressed.Length));
        int length = Snappier.Snappy.Decompress(compressed, bytes);
        return length == bytes.Length ? bytes : throw Short(length, bytes.Length);
    }

    private static byte[] Lz4(ReadOnlySpan<byte> compressed, int claimed)
    {
        byte[] bytes = Allocate(claimed, (long)MaxLz4Ratio * compressed.Length);
        int length = LZ4Codec.Decode(compressed, bytes);
        return length == bytes.Length ? bytes : throw Short(length, bytes.Length);
    }

    // Hadoop writes blocks, each behind two big-endian lengths; other writers called a bare block by the same number.
    private static ReadOnlyMemory<byte>? HadoopLz4(ReadOnlySpan<byte> compressed, long max)
    {
        var bytes = new ArrayBufferWriter<byte>();
        while (compressed.Length > Lz4FrameHeader)
        {
            long plain = BinaryPrimitives.ReadUInt32BigEndian(compressed);
            long length = BinaryPrimitives.ReadUInt32BigEndian(compressed[4..]);
            compressed = compressed[Lz4FrameHeader..];
            if (length > compressed.Length || plain > MaxLz4Ratio * length || bytes.WrittenCount + plain > max
                || LZ4Codec.Decode(compressed[..(int)length], bytes.GetSpan((int)plain)[..(int)plain]) != plain)
            {
                return null;
            }

            bytes.Advance((int)plain);
            compressed = compressed[(int)length..];
        }

        return compressed.IsEmpty ? bytes.WrittenMemory : null;
    }

    private static ReadOnlyMemory<byte> ReadAll(Stream stream, long max)
    {
        using (stream)
        {
            var bytes = new ArrayBufferWriter<byte>();
            for (int read; (read = stream.Read(bytes.GetSpan(1 << 12))) > 0;)
            {
                bytes.Advance(read);
                if (bytes.WrittenCount > max)
                {
                    throw new InvalidDataException($"a page is longer than the {max:N0} bytes of its row group");
                }
            }

            return bytes.WrittenMemory;
        }
    }

    private static byte[] Allocate(long length, long max) => length <= max
        ? new byte[length]
        : throw new InvalidDataException($"a page claims {length:N0} bytes, of which it can have {max:N0}");

    private static InvalidDataException Short(int length, int claimed) => new($"a page has {length:N0} bytes instead of {claimed:N0}");

    private static MemoryStream AsStream(ReadOnlyMemory<byte> bytes) => new(bytes.ToArray(), writable: false);
}
