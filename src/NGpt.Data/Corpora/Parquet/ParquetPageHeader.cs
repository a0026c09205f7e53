namespace NGpt.Data.Corpora.Parquet;

/// <summary>
/// The header of a page. Parquet.Net reads headers without comparing types, so that a damaged one makes it allocate whatever
/// the next bytes say: it gets what was read here, written again.
/// </summary>
/// <param name="Type">The kind of page: 0 data, 2 dictionary, 3 data of version 2.</param>
/// <param name="UncompressedSize">Bytes of the page when decompressed.</param>
/// <param name="CompressedSize">Bytes of the page in the file.</param>
/// <param name="Values">Values in the page, null ones included; entries of a dictionary.</param>
/// <param name="Encoding">The number of the encoding.</param>
internal readonly record struct ParquetPageHeader(long Type, long UncompressedSize, long CompressedSize, long Values, long Encoding)
{
    /// <summary>The most bytes of a header.</summary>
    public const int MaxLength = 1 << 20;

    private const int Data = 0;
    private const int Dictionary = 2;
    private const int DataV2 = 3;

    private long Nulls { get; init; }

    private long Rows { get; init; }

    private long DefinitionLevelsSize { get; init; }

    private long RepetitionLevelsSize { get; init; }

    private bool IsCompressed { get; init; }

    /// <summary>Reads the header at the beginning of some bytes.</summary>
    /// <exception cref="InvalidDataException">The header is damaged.</exception>
    public static ParquetPageHeader Read(ReadOnlySpan<byte> bytes, out int length)
    {
        var reader = new CompactReader(bytes);
        var header = new ParquetPageHeader { Type = -1 };
        long described = -1;
        for (int id = 0; reader.ReadField(ref id, out CompactType type);)
        {
            switch (id)
            {
                case 1:
                    header = header with { Type = reader.ReadInteger(type, CompactType.Int32) };
                    break;
                case 2:
                    header = header with { UncompressedSize = reader.ReadInteger(type, CompactType.Int32) };
                    break;
                case 3:
                    header = header with { CompressedSize = reader.ReadInteger(type, CompactType.Int32) };
                    break;
                case 5 or 7 or 8:
                    CompactReader.Require(type, CompactType.Struct);
                    described = id switch { 5 => Data, 7 => Dictionary, _ => DataV2 };
                    header = header.With(ref reader, described);
                    break;
                default:
                    reader.Skip(type);
                    break;
            }
        }

        length = reader.Position;
        return described >= 0 && header.Type == described
            ? header
            : throw new InvalidDataException($"a page is of the type {header.Type} and described as one of type {described}");
    }

    /// <summary>Throws where the header claims more than its chunk has.</summary>
    /// <exception cref="InvalidDataException">It claims more.</exception>
    public void Check(ParquetChunk chunk)
    {
        // A text in a dictionary takes at least the four bytes of its length.
        long maxValues = Type == Dictionary ? UncompressedSize / 4 : chunk.Values;
        long levels = DefinitionLevelsSize + RepetitionLevelsSize;
        if (UncompressedSize < 0 || UncompressedSize > chunk.UncompressedSize || CompressedSize < 0 || CompressedSize > chunk.CompressedSize
            || (chunk.Codec == 0 && UncompressedSize != CompressedSize) || Values < 0 || Values > maxValues || Nulls < 0 || Nulls > Values
            || DefinitionLevelsSize < 0 || RepetitionLevelsSize < 0 || levels > Math.Min(CompressedSize, UncompressedSize))
        {
            throw new InvalidDataException($"a page claims {CompressedSize:N0} bytes, {UncompressedSize:N0} decompressed, with {Values:N0} values");
        }
    }

    /// <summary>The page as an uncompressed one: its header, without statistics, and its bytes.</summary>
    /// <exception cref="InvalidDataException">The bytes are damaged.</exception>
    public byte[] Decompress(ReadOnlyMemory<byte> bytes, ParquetChunk chunk)
    {
        // In pages of version 2 the levels stand before what is compressed.
        int levels = (int)(DefinitionLevelsSize + RepetitionLevelsSize);
        bool isCompressed = chunk.Codec != 0 && (Type != DataV2 || IsCompressed);
        ReadOnlyMemory<byte> values = isCompressed && bytes.Length > levels
            ? ParquetCompression.Decompress(chunk, bytes[levels..], (int)UncompressedSize - levels)
            : bytes[levels..];
        var writer = new CompactWriter();
        Write(writer, levels + values.Length);
        writer.Append(bytes.Span[..levels]);
        writer.Append(values.Span);
        return writer.ToArray();
    }

    private void Write(CompactWriter writer, int size)
    {
        writer.Begin();
        writer.Integer(1, Type, CompactType.Int32);
        writer.Integer(2, size, CompactType.Int32);
        writer.Integer(3, size, CompactType.Int32);
        writer.Begin(Type switch { Data => 5, Dictionary => 7, _ => 8 });
        writer.Integer(1, Values, CompactType.Int32);
        if (Type == DataV2)
        {
            writer.Integer(2, Nulls, CompactType.Int32);
            writer.Integer(3, Rows, CompactType.Int32);
            writer.Integer(4, Encoding, CompactType.Int32);
            writer.Integer(5, DefinitionLevelsSize, CompactType.Int32);
            writer.Integer(6, RepetitionLevelsSize, CompactType.Int32);
            writer.Boolean(7, false);
        }
        else
        {
            writer.Integer(2, Encoding, CompactType.Int32);
        }

        writer.End();
        writer.End();
    }

    // The numbers of version 2 stand before and behind the two that all pages have.
    private ParquetPageHeader With(ref CompactReader reader, long described)
    {
        ParquetPageHeader header = this with { IsCompressed = true };
        for (int id = 0; reader.ReadField(ref id, out CompactType type);)
        {
            switch (id)
            {
                case 1:
                    header = header with { Values = reader.ReadInteger(type, CompactType.Int32) };
                    break;
                case 2 when described != DataV2:
                case 4 when described == DataV2:
                    header = header with { Encoding = reader.ReadInteger(type, CompactType.Int32) };
                    break;
                case 2:
                    header = header with { Nulls = reader.ReadInteger(type, CompactType.Int32) };
                    break;
                case 3 when described == DataV2:
                    header = header with { Rows = reader.ReadInteger(type, CompactType.Int32) };
                    break;
                case 5 when described == DataV2:
                    header = header with { DefinitionLevelsSize = reader.ReadInteger(type, CompactType.Int32) };
                    break;
                case 6 when described == DataV2:
                    header = header with { RepetitionLevelsSize = reader.ReadInteger(type, CompactType.Int32) };
                    break;
                case 7 when described == DataV2:
                    header = header with { IsCompressed = CompactReader.ReadBoolean(type) };
                    break;
                default:
                    reader.Skip(type);
                    break;
            }
        }

        return header;
    }
}
