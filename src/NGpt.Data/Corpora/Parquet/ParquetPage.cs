namespace NGpt.Data.Corpora.Parquet;

/// <summary>Checks the header of a page before Parquet.Net reads it: what it allocates follows from these numbers.</summary>
internal static class ParquetPage
{
    /// <summary>The most bytes of a header that are looked at.</summary>
    public const int MaxHeaderLength = 1 << 20;

    /// <summary>Checks a header.</summary>
    /// <param name="bytes">What begins with the header.</param>
    /// <param name="chunk">The chunk that the page is of.</param>
    /// <exception cref="InvalidDataException">A number in it cannot be.</exception>
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
