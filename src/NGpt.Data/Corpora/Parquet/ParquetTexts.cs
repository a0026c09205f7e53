using Parquet;
using Parquet.Schema;

namespace NGpt.Data.Corpora.Parquet;

/// <summary>Reads the texts of one column of a row group with Parquet.Net, after the sizes were checked.</summary>
internal static class ParquetTexts
{
    /// <summary>The most rows of a row group.</summary>
    public const int MaxRows = 1 << 24;

    /// <summary>The most bytes of the texts of a row group.</summary>
    public const long MaxBytes = 2L << 30;

    // Runs of the same value take no space: more rows than this must take at least a bit of the file each.
    private const int MaxRowsWithoutBytes = 1 << 20;

    // An early writer left the header of the dictionary out of the size of a chunk.
    private const int Slack = 100;

    /// <summary>Reads the texts, in the order of the rows; null for rows without one.</summary>
    public static IEnumerable<ReadOnlyMemory<byte>?> Read(Stream file, ParquetFooter footer, ParquetRowGroup group, int place, ParquetColumn column, CancellationToken cancellationToken)
    {
        ParquetChunk chunk = group.Chunks[place] ?? throw new InvalidDataException("a row group does not say where its texts are: the column is encrypted or in another file");
        Check(chunk, group.Rows, footer.Start);
        long end = Math.Min(footer.Start, chunk.Start + chunk.CompressedSize + Slack);
        using var stream = new ParquetChunkStream(file, chunk, end, FooterOf(chunk, column));
        ParquetReader reader = Wait(ParquetReader.CreateAsync(stream, cancellationToken: cancellationToken));
        stream.BeginPages();
        DataField field = reader.Schema.DataFields[0];
        var values = new ReadOnlyMemory<byte>[group.Rows];
        int[]? levels = column.IsOptional ? new int[group.Rows] : null;
        Memory<int>? levelMemory = levels is null ? default(Memory<int>?) : levels.AsMemory();
        Wait(reader.RowGroups[0].ReadRawAsync(field, values.AsMemory(), levelMemory, null, cancellationToken).AsTask());
        return Texts(values, levels);
    }

    // The values of optional columns stand without gaps. What was handed out is let go.
    private static IEnumerable<ReadOnlyMemory<byte>?> Texts(ReadOnlyMemory<byte>[] values, int[]? levels)
    {
        for (int row = 0, value = 0; row < values.Length; row++)
        {
            if (levels is null || levels[row] > 0)
            {
                yield return values[value];
                values[value++] = default;
            }
            else
            {
                yield return null;
            }
        }
    }

    private static void Check(ParquetChunk chunk, long rows, long dataEnd)
    {
        if (rows > MaxRows || chunk.UncompressedSize > MaxBytes)
        {
            throw new InvalidDataException($"a row group has {rows:N0} rows with {chunk.UncompressedSize:N0} bytes of text, allowed are {MaxRows:N0} rows with {MaxBytes:N0} bytes: write it with smaller row groups");
        }

        if (chunk.Values != rows || rows > MaxRowsWithoutBytes + (8 * chunk.CompressedSize) || chunk.Start < 4 || chunk.UncompressedSize < 0 || chunk.CompressedSize <= 0 || chunk.CompressedSize > dataEnd - chunk.Start)
        {
            throw new InvalidDataException($"a row group of {rows:N0} rows claims {chunk.Values:N0} texts in {chunk.CompressedSize:N0} bytes at {chunk.Start:N0}");
        }
    }

    /// <summary>A footer that knows the one chunk. The column has no type beyond bytes, so that the bytes come unchanged.</summary>
    private static byte[] FooterOf(ParquetChunk chunk, ParquetColumn column)
    {
        var writer = new CompactWriter();
        writer.Begin();
        writer.Integer(1, 1, CompactType.Int32);
        writer.List(2, 2, CompactType.Struct);
        writer.Begin();
        writer.Bytes(4, "schema"u8);
        writer.Integer(5, 1, CompactType.Int32);
        writer.End();
        writer.Begin();
        writer.Integer(1, 6, CompactType.Int32);
        writer.Integer(3, column.IsOptional ? 1 : 0, CompactType.Int32);
        writer.Bytes(4, "text"u8);
        writer.End();
        writer.Integer(3, chunk.Values);
        writer.List(4, 1, CompactType.Struct);
        writer.Begin();
        writer.List(1, 1, CompactType.Struct);
        writer.Begin();
        writer.Integer(2, chunk.Start);
        writer.Begin(3);
        writer.Integer(1, 6, CompactType.Int32);
        writer.List(2, 0, CompactType.Int32);
        writer.List(3, 1, CompactType.Binary);
        writer.Element("text"u8);
        writer.Integer(4, 0, CompactType.Int32);
        writer.Integer(5, chunk.Values);
        writer.Integer(6, chunk.UncompressedSize);
        writer.Integer(7, chunk.CompressedSize);
        writer.Integer(9, chunk.Start);
        writer.End();
        writer.End();
        writer.Integer(2, chunk.UncompressedSize);
        writer.Integer(3, chunk.Values);
        writer.End();
        writer.End();
        return writer.ToArray();
    }

    // The stream answers at once, so nothing waits here.
    private static T Wait<T>(Task<T> task) => task.GetAwaiter().GetResult();

    private static void Wait(Task task) => task.GetAwaiter().GetResult();
}
