using System.IO.Compression;
using System.Text;
using System.Text.Json;
using Parquet;
using Parquet.Schema;

namespace NGpt.Data.Tests;

/// <summary>Makes the content of files of every format and compression.</summary>
internal static class CorpusFiles
{
    public static byte[] Gzip(byte[] bytes)
    {
        var result = new MemoryStream();
        using (var stream = new GZipStream(result, CompressionLevel.Fastest, leaveOpen: true))
        {
            stream.Write(bytes);
        }

        return result.ToArray();
    }

    public static byte[] Zstandard(byte[] bytes)
    {
        using var compressor = new ZstdSharp.Compressor(1);
        return compressor.Wrap(bytes).ToArray();
    }

    /// <summary>A frame of one raw block that claims a window of 2^log bytes.</summary>
    public static byte[] ZstandardFrame(ReadOnlySpan<byte> bytes, int log)
    {
        const int LastBlock = 1;
        int header = (bytes.Length << 3) | LastBlock;
        return [0x28, 0xB5, 0x2F, 0xFD, 0, (byte)((log - 10) << 3), (byte)header, (byte)(header >> 8), (byte)(header >> 16), .. bytes];
    }

    public static byte[] JsonLines(IEnumerable<string> texts, string field = "text") =>
        Encoding.UTF8.GetBytes(string.Concat(texts.Select(text => $"{{\"id\":[1,{{\"{field}\":0}}],\"{field}\":{JsonSerializer.Serialize(text)},\"url\":null}}\n")));

    public static byte[] Parquet(IReadOnlyList<string?> texts, int rowGroup = 1000, string column = "text", bool isNullable = true, CompressionMethod compression = CompressionMethod.Snappy)
    {
        var text = new DataField<string>(column, isNullable);
        return Parquet(text, texts.Chunk(rowGroup), (group, rows) => group.WriteAsync(text, rows!), compression);
    }

    /// <summary>Columns <c>title</c> and <c>text</c>.</summary>
    public static byte[] ParquetOfTwo(IReadOnlyList<string?> titles, IReadOnlyList<string?> texts)
    {
        DataField<string>[] fields = [new("title"), new("text")];
        return Parquet(new ParquetSchema(fields), async group =>
        {
            await group.WriteAsync(fields[0], titles!);
            await group.WriteAsync(fields[1], texts!);
        });
    }

    /// <summary>A column <c>text</c> in a group <c>meta</c>.</summary>
    public static byte[] ParquetWithGroup()
    {
        ParquetSchema schema = new(new StructField("meta", new DataField<string>("text", nullable: false)));
        return Parquet(schema, group => group.WriteAsync(schema.DataFields[0], (IReadOnlyList<string>)["x"]));
    }

    private static byte[] Parquet(ParquetSchema schema, Func<ParquetRowGroupWriter, Task> write)
    {
        var result = new MemoryStream();
        ParquetWriter writer = ParquetWriter.CreateAsync(schema, result).GetAwaiter().GetResult();
        using (ParquetRowGroupWriter group = writer.CreateRowGroup())
        {
            write(group).GetAwaiter().GetResult();
        }

        writer.DisposeAsync().AsTask().GetAwaiter().GetResult();
        return result.ToArray();
    }

    public static byte[] ParquetBytes(IReadOnlyList<byte[]> texts)
    {
        var text = new DataField<byte[]>("text", nullable: false);
        return Parquet(text, [texts], (group, rows) => group.WriteAsync(text, rows), CompressionMethod.None);
    }

    private static byte[] Parquet<T>(DataField text, IEnumerable<IReadOnlyList<T>> groups, Func<ParquetRowGroupWriter, IReadOnlyList<T>, Task> write, CompressionMethod compression)
    {
        var number = new DataField<int>("number");
        var result = new MemoryStream();
        ParquetWriter writer = ParquetWriter.CreateAsync(new ParquetSchema(number, text), result, new ParquetOptions { CompressionMethod = compression }).GetAwaiter().GetResult();
        foreach (IReadOnlyList<T> rows in groups)
        {
            using ParquetRowGroupWriter group = writer.CreateRowGroup();
            group.WriteAsync<int>(number, Enumerable.Range(0, rows.Count).ToArray()).GetAwaiter().GetResult();
            write(group, rows).GetAwaiter().GetResult();
        }

        writer.DisposeAsync().AsTask().GetAwaiter().GetResult();
        return result.ToArray();
    }
}
