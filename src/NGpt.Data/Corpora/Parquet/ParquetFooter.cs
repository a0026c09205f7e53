using System.Buffers.Binary;
using System.Text;

namespace NGpt.Data.Corpora.Parquet;

/// <summary>What the end of a Parquet file says about its columns, and about some of them in every row group.</summary>
internal sealed class ParquetFooter
{
    private const int MaxFooterLength = 256 << 20;
    private const int ShortestFile = 12;

    private static readonly string[] PhysicalTypes = ["boolean", "int32", "int64", "int96", "float", "double", "bytes", "fixed bytes"];

    private ParquetFooter(List<ParquetColumn> columns, List<ParquetRowGroup> groups, long start)
    {
        Columns = columns;
        Groups = groups;
        Start = start;
    }

    /// <summary>The columns at the top of the schema.</summary>
    public IReadOnlyList<ParquetColumn> Columns { get; }

    /// <summary>The row groups.</summary>
    public IReadOnlyList<ParquetRowGroup> Groups { get; }

    /// <summary>Where the footer begins in the file, and the data ends.</summary>
    public long Start { get; }

    /// <summary>Reads the footer.</summary>
    public static ParquetFooter Read(Stream file, IReadOnlyList<string> columns)
    {
        Span<byte> head = stackalloc byte[4];
        Span<byte> tail = stackalloc byte[8];
        file.Position = 0;
        if (file.Length < ShortestFile || file.ReadAtLeast(head, 4, throwOnEndOfStream: false) < 4 || !head.SequenceEqual("PAR1"u8))
        {
            throw new InvalidDataException("it does not begin as one does");
        }

        file.Position = file.Length - tail.Length;
        file.ReadExactly(tail);
        uint length = BinaryPrimitives.ReadUInt32LittleEndian(tail);
        if (tail.EndsWith("PARE"u8))
        {
            throw new InvalidDataException("it is encrypted");
        }

        if (!tail.EndsWith("PAR1"u8))
        {
            throw new InvalidDataException("it does not end as one does: it is cut off");
        }

        if (length > file.Length - ShortestFile || length > MaxFooterLength)
        {
            throw new InvalidDataException($"its footer claims {length:N0} bytes");
        }

        byte[] bytes = new byte[length];
        long start = file.Length - tail.Length - length;
        file.Position = start;
        file.ReadExactly(bytes);
        return Parse(bytes, columns, start);
    }

    private static ParquetFooter Parse(ReadOnlySpan<byte> bytes, IReadOnlyList<string> wanted, long start)
    {
        var reader = new CompactReader(bytes);
        List<ParquetColumn> columns = [];
        List<ParquetRowGroup> groups = [];
        byte[][] names = [.. wanted.Select(Encoding.UTF8.GetBytes)];
        for (int id = 0; reader.ReadField(ref id, out CompactType type);)
        {
            switch (id)
            {
                case 2:
                    columns = ReadSchema(ref reader, type);
                    break;
                case 4:
                    for (int left = reader.ReadList(type, CompactType.Struct); left > 0; left--)
                    {
                        groups.Add(ReadGroup(ref reader, names));
                    }

                    break;
                default:
                    reader.Skip(type);
                    break;
            }
        }

        return new ParquetFooter(columns, groups, start);
    }

    private static List<ParquetColumn> ReadSchema(ref CompactReader reader, CompactType type)
    {
        var columns = new List<ParquetColumn>();

        // The schema is a tree, written in the order in which it is walked; the first element is its root.
        long belowColumn = 0;
        for (int left = reader.ReadList(type, CompactType.Struct), index = 0; left > 0; left--, index++)
        {
            (ParquetColumn element, long children) = ReadElement(ref reader);
            if (index == 0)
            {
                continue;
            }

            if (belowColumn == 0)
            {
                columns.Add(element);
                belowColumn = children;
            }
            else
            {
                belowColumn += children - 1;
            }
        }

        return columns;
    }

    private static (ParquetColumn Element, long Children) ReadElement(ref CompactReader reader)
    {
        (long physical, long repetition, long children, long converted) = (-1, 0, 0, -1);
        (string name, bool isString) = (string.Empty, false);
        for (int id = 0; reader.ReadField(ref id, out CompactType type);)
        {
            switch (id)
            {
                case 1:
                    physical = reader.ReadInteger(type, CompactType.Int32);
                    break;
                case 3:
                    repetition = reader.ReadInteger(type, CompactType.Int32);
                    break;
                case 4:
                    name = Encoding.UTF8.GetString(reader.ReadBytes(type));
                    break;
                case 5:
                    children = Math.Max(0, reader.ReadInteger(type, CompactType.Int32));
                    break;
                case 6:
                    converted = reader.ReadInteger(type, CompactType.Int32);
                    break;
                default:
                    reader.Skip(type);
                    break;
            }
        }

        // Converted types: 0 is UTF-8, 4 a name of an enumeration, 19 JSON. Bytes without one are often text of old writers.
        isString = converted is 0 or 4 or 19;
        bool isLeaf = children == 0 && physical >= 0;
        string kind = !isLeaf ? "group"
            : isString ? "string"
            : physical < PhysicalTypes.Length ? PhysicalTypes[physical]
            : "unknown";
        bool isText = isLeaf && physical == 6 && repetition != 2 && (isString || converted == -1);
        return (new ParquetColumn(name, repetition == 2 ? $"list of {kind}" : kind, isText, repetition == 1), children);
    }

    private static ParquetRowGroup ReadGroup(ref CompactReader reader, byte[][] columns)
    {
        long rows = 0;
        var chunks = new ParquetChunk?[columns.Length];
        for (int id = 0; reader.ReadField(ref id, out CompactType type);)
        {
            switch (id)
            {
                case 1:
                    for (int left = reader.ReadList(type, CompactType.Struct); left > 0; left--)
                    {
                        if (ReadChunk(ref reader, columns) is (int column, ParquetChunk chunk))
                        {
                            chunks[column] = chunk;
                        }
                    }

                    break;
                case 3:
                    rows = reader.ReadInteger(type, CompactType.Int64);
                    break;
                default:
                    reader.Skip(type);
                    break;
            }
        }

        return rows >= 0 ? new ParquetRowGroup(rows, chunks) : throw new InvalidDataException($"a row group claims {rows} rows");
    }

    private static (int Column, ParquetChunk Chunk)? ReadChunk(ref CompactReader reader, byte[][] columns)
    {
        (int, ParquetChunk)? chunk = null;
        bool isElsewhere = false;
        for (int id = 0; reader.ReadField(ref id, out CompactType type);)
        {
            switch (id)
            {
                case 1:
                    isElsewhere = reader.ReadBytes(type).Length > 0;
                    break;
                case 3:
                    CompactReader.Require(type, CompactType.Struct);
                    chunk = ReadMetadata(ref reader, columns);
                    break;
                default:
                    reader.Skip(type);
                    break;
            }
        }

        return isElsewhere ? null : chunk;
    }

    private static (int Column, ParquetChunk Chunk)? ReadMetadata(ref CompactReader reader, byte[][] columns)
    {
        int column = -1;
        var chunk = new ParquetChunk();
        for (int id = 0; reader.ReadField(ref id, out CompactType type);)
        {
            switch (id)
            {
                case 3:
                    int names = reader.ReadList(type, CompactType.Binary);
                    bool isAtTop = names == 1;
                    for (; names > 0; names--)
                    {
                        ReadOnlySpan<byte> name = reader.ReadBytes(CompactType.Binary);
                        column = isAtTop ? IndexOf(columns, name) : -1;
                    }

                    break;
                case 4:
                    chunk = chunk with { Codec = reader.ReadInteger(type, CompactType.Int32) };
                    break;
                case 5:
                    chunk = chunk with { Values = reader.ReadInteger(type, CompactType.Int64) };
                    break;
                case 6:
                    chunk = chunk with { UncompressedSize = reader.ReadInteger(type, CompactType.Int64) };
                    break;
                case 7:
                    chunk = chunk with { CompressedSize = reader.ReadInteger(type, CompactType.Int64) };
                    break;
                case 9:
                    chunk = chunk with { DataOffset = reader.ReadInteger(type, CompactType.Int64) };
                    break;
                case 11:
                    chunk = chunk with { DictionaryOffset = reader.ReadInteger(type, CompactType.Int64) };
                    break;
                default:
                    reader.Skip(type);
                    break;
            }
        }

        return column >= 0 ? (column, chunk) : null;
    }

    private static int IndexOf(byte[][] columns, ReadOnlySpan<byte> name)
    {
        for (int i = 0; i < columns.Length; i++)
        {
            if (name.SequenceEqual(columns[i]))
            {
                return i;
            }
        }

        return -1;
    }
}

/// <summary>A column at the top of a Parquet file's schema.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Type">Its type, human-readable.</param>
/// <param name="IsText">Whether its values are strings, or bytes that can be.</param>
/// <param name="IsOptional">Whether values can be null.</param>
internal sealed record ParquetColumn(string Name, string Type, bool IsText, bool IsOptional);

/// <summary>A group of rows of a Parquet file.</summary>
/// <param name="Rows">The number of rows.</param>
/// <param name="Chunks">The texts of the rows in each wanted column; null where the group does not have the column, or the file does not say where.</param>
internal readonly record struct ParquetRowGroup(long Rows, IReadOnlyList<ParquetChunk?> Chunks);

/// <summary>The values of a column of texts in one row group.</summary>
/// <param name="Codec">The number of the compression.</param>
/// <param name="Values">Values, null ones included.</param>
/// <param name="UncompressedSize">Bytes when decompressed.</param>
/// <param name="CompressedSize">Bytes in the file.</param>
/// <param name="DataOffset">Where the first page of values begins.</param>
/// <param name="DictionaryOffset">Where the dictionary begins; 0 where there is none.</param>
internal readonly record struct ParquetChunk(long Codec, long Values, long UncompressedSize, long CompressedSize, long DataOffset, long DictionaryOffset)
{
    private static readonly string[] CodecNames = ["none", "snappy", "gzip", "lzo", "brotli", "lz4", "zstd", "lz4_raw"];

    /// <summary>The compression by its name in Parquet's specification.</summary>
    public string CodecName => Codec >= 0 && Codec < CodecNames.Length ? CodecNames[Codec] : $"codec {Codec}";

    /// <summary>Where its first byte is.</summary>
    public long Start => DictionaryOffset > 0 && DictionaryOffset < DataOffset ? DictionaryOffset : DataOffset;
}
