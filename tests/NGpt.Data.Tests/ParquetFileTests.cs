using System.Buffers.Binary;
using System.Text;
using NGpt.Core.Errors;
using NGpt.Data.Corpora;
using NGpt.Data.Corpora.Parquet;
using Parquet;

namespace NGpt.Data.Tests;

public sealed class ParquetFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    private static string[] Texts(FileCorpus corpus) => [.. corpus.Documents().Select(document => Encoding.UTF8.GetString(document.Utf8.Span))];

    private string[] Rejected(string name, byte[] content, FileCorpusOptions? options = null) =>
        [.. new FileCorpus([_folder.Write(name, content)], options).Rejected().Select(document => $"{document.Name}: {document.Reason}")];

    [Theory]
    [InlineData(CompressionMethod.None)]
    [InlineData(CompressionMethod.Snappy)]
    [InlineData(CompressionMethod.Gzip)]
    [InlineData(CompressionMethod.Brotli)]
    [InlineData(CompressionMethod.Zstd)]
    [InlineData(CompressionMethod.LZ4)]
    [InlineData(CompressionMethod.Lz4Raw)]
    public void Parquet_compressions_and_columns_without_nulls_are_read(CompressionMethod compression)
    {
        string[] texts = [.. Enumerable.Range(0, 5_000).Select(i => $"text {i % 7} {new string('x', i % 50)}")];
        Assert.Equal(texts, Texts(new FileCorpus([_folder.Write("a.parquet", CorpusFiles.Parquet(texts, 1_700, isNullable: false, compression: compression))])));
        Assert.Equal(texts, Texts(new FileCorpus([_folder.Write("b.parquet", CorpusFiles.Parquet(texts, 1_700, compression: compression))])));
    }

    [Fact]
    public void Null_and_empty_rows_of_a_Parquet_file_are_left_out()
    {
        byte[] content = CorpusFiles.Parquet(["a", null, "", "b"], 2);
        Assert.Equal(["a.parquet:2: the text is null", "a.parquet:3: the document is empty"], Rejected("a.parquet", content));
        Assert.Equal(["a", "b"], Texts(new FileCorpus([_folder.File("a.parquet")])));
    }

    [Fact]
    public void Row_groups_that_were_read_are_not_read_again()
    {
        byte[] content = CorpusFiles.Parquet(["a", "b", "c", "d"], 2, compression: CompressionMethod.None);
        int first = content.AsSpan().IndexOf("a\u0001\0\0\0b"u8);
        content[first + 1] = 0xFF;
        var corpus = new FileCorpus([_folder.Write("a.parquet", content)]);
        Assert.Throws<FileFormatException>(() => Texts(corpus));
        Assert.Equal(["a.parquet:3", "a.parquet:4"], corpus.Read(new CorpusPosition(0, 2), TestContext.Current.CancellationToken).Select(entry => entry.Document!.Name));
    }

    [Fact]
    public void A_Parquet_file_without_the_column_is_an_error_that_lists_the_columns()
    {
        string path = _folder.Write("a.parquet", CorpusFiles.Parquet(["x"], column: "body"));
        FileFormatException error = Assert.Throws<FileFormatException>(() => Texts(new FileCorpus([path])));
        Assert.Contains("no column \"text\"; it has number (int32), body (string)", error.Message, StringComparison.Ordinal);
        error = Assert.Throws<FileFormatException>(() => Texts(new FileCorpus([path], new FileCorpusOptions { TextFields = ["number"] })));
        Assert.Contains("\"number\" of the Parquet file is int32", error.Message, StringComparison.Ordinal);
        Assert.Contains("--text-field", error.Remedy, StringComparison.Ordinal);
    }

    [Fact]
    public void A_damaged_Parquet_file_is_an_error_or_other_text_and_never_an_end_without_end()
    {
        byte[] content = CorpusFiles.Parquet([.. Enumerable.Range(0, 60).Select(i => i % 9 == 0 ? null : $"text {i % 5}")], 30);
        int errors = 0;
        var random = new Random(5);
        for (int round = 0; round < 600; round++)
        {
            byte[] damaged = [.. content];
            for (int changes = 0; changes <= round % 3; changes++)
            {
                // Mostly the footer and the headers of pages, where the structure is.
                int place = round % 2 == 0 ? content.Length - 1 - random.Next(content.Length / 2) : random.Next(content.Length);
                damaged[place] = (byte)random.Next(256);
            }

            if (round % 50 == 0)
            {
                damaged = damaged[..random.Next(damaged.Length)];
            }

            try
            {
                Assert.True(Texts(new FileCorpus([_folder.Write("a.parquet", damaged)])).Length <= 60);
            }
            catch (NGptException error)
            {
                Assert.DoesNotContain('\n', error.Message);
                errors++;
            }
        }

        Assert.InRange(errors, 100, 599);
    }

    [Fact]
    public void A_Parquet_footer_that_nests_without_end_is_an_error()
    {
        byte[] footer = [.. Enumerable.Repeat((byte)0x19, 1_000_000)];
        byte[] content = [.. "PAR1"u8, .. new byte[8], .. footer, .. BitConverter.GetBytes(footer.Length), .. "PAR1"u8];
        Assert.Throws<FileFormatException>(() => Texts(new FileCorpus([_folder.Write("a.parquet", content)])));
    }

    [Fact]
    public void Snappy_bytes_that_claim_more_than_they_can_hold_are_not_given_memory()
    {
        byte[] content = CorpusFiles.Parquet([.. Enumerable.Range(0, 40).Select(i => $"text {i % 5} {new string('x', 30)}")]);
        var footer = ParquetFooter.Read(new MemoryStream(content), ["text"]);
        ParquetChunk chunk = footer.Groups[0].Chunks[0]!.Value;
        ParquetPageHeader.Read(content.AsSpan((int)chunk.Start), out int length);

        // The varint of the length: 1.9 GB.
        new byte[] { 0xFF, 0xFF, 0xFF, 0xFF, 0x07 }.CopyTo(content, (int)chunk.Start + length);
        AssertRefusedInLittleMemory(content, "claims 2,147,483,647 bytes");
    }

    [Fact]
    public void Fields_of_a_page_header_of_another_type_are_refused()
    {
        byte[] content = CorpusFiles.Parquet(["some text"], compression: CompressionMethod.None);
        var footer = ParquetFooter.Read(new MemoryStream(content), ["text"]);
        ParquetChunk chunk = footer.Groups[0].Chunks[0]!.Value;

        // Field 5, the description of the page, as bytes whose length is what follows.
        int start = (int)chunk.Start;
        int field = start + content.AsSpan(start).IndexOf((byte)0x2C);
        content[field] = 0x28;
        AssertRefusedInLittleMemory(content, "type");
    }

    [Fact]
    public void Rows_that_take_no_space_are_refused_beyond_a_bound()
    {
        byte[] content = CorpusFiles.Parquet(["a", null], compression: CompressionMethod.None);
        var footer = ParquetFooter.Read(new MemoryStream(content), ["text"]);
        ParquetChunk chunk = footer.Groups[0].Chunks[0]!.Value with { Values = 10_000_000 };
        InvalidDataException error = Assert.Throws<InvalidDataException>(() =>
            ParquetTexts.Read(new MemoryStream(content), footer, new ParquetRowGroup(10_000_000, [chunk]), 0, footer.Columns[1], TestContext.Current.CancellationToken));
        Assert.Contains("10,000,000 rows", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Hadoops_LZ4_is_read_and_other_codecs_are_refused_by_name_with_the_way_to_write_the_file_again()
    {
        // parquet-mr 1.10.1 with the LZ4 of Hadoop; c1 has texts.
        byte[] content = Convert.FromBase64String("UEFSMRUEFSAVNEwVBBUEAAAAAAAQAAAAEvABwHr8XgAAAADBevxeAAAAABUAFQYVGCwVCBUEFQgVCBwYCMF6/F4AAAAAGAjAevxeAAAAABYAKAjBevxeAAAAABgIwHr8XgAAAAAAAAAAAAADAAAABDABAwwVBBUcFS5MFQQVBAAAAAAADgAAAA/gAwAAAGFiYwMAAABkZWYVABUGFRgsFQgVBBUIFQgcNgAoA2RlZhgDYWJjAAAAAAAAAwAAAAQwAQMKFQQVMBU8TBUGFQQAAAAAABgAAAAWEQABAEBFQM3MAQCgHkAAAAAAABBFQBUAFRQVJiwVCBUEFQYVCBwYCAAAAAAAEEVAGAjNzMzMzMweQBYAKAgAAAAAABBFQBgIzczMzMzMHkAAAAAAAAAKAAAAC6ACAAAAAw8CA2QAFQIZTEgAFQYAFQQlABgCYzAAFQwlABgCYzEAFQolAhgDdjExABYIGRwZPCYIHBUEGSUIBBkYAmMwFQoWCBa6ARbgASYIPBgIwXr8XgAAAAAYCMB6/F4AAAAAFgAoCMF6/F4AAAAAGAjAevxeAAAAAAAZLBUEFQQVAgAVABUEFQIAAAAm6AEcFQwZJQgEGRgCYzEVChYIFnoWngEm6AE8NgAoA2RlZhgDYWJjABksFQQVBBUCABUAFQQVAgAAACaGAxwVChk1CAQGGRgDdjExFQoWCBbYARb2ASaGAzwYCAAAAAAAEEVAGAjNzMzMzMweQBYAKAgAAAAAABBFQBgIzczMzMzMHkAAGSwVBBUEFQIAFQAVBBUCAAAAFowEFggAKEpwYXJxdWV0LW1yIHZlcnNpb24gMS4xMC4xIChidWlsZCBhODlkZjhmOTkzMmI2ZWY2NjMzZDA2MDY5ZTUwYzliNzk3MGJlYmQxKRk8HAAAHAAAHAAAAHgBAABQQVIx");
        FileCorpusOptions options = new() { TextFields = ["c1"] };
        Assert.Equal(["abc", "def", "abc", "def"], Texts(new FileCorpus([_folder.Write("a.parquet", content)], options)));

        // The codec stands behind the list of the names of its column.
        int codec = content.AsSpan().LastIndexOf((ReadOnlySpan<byte>)[0x19, 0x18, 0x02, (byte)'c', (byte)'1', 0x15, 0x0A]) + 6;
        foreach ((int number, string name) in (ReadOnlySpan<(int, string)>)[(3, "lzo"), (9, "codec 9")])
        {
            content[codec] = (byte)(number << 1);
            FileFormatException error = Assert.Throws<FileFormatException>(() => Texts(new FileCorpus([_folder.Write("a.parquet", content)], options)));
            Assert.Contains($"compressed with {name}, which is not read", error.Message, StringComparison.Ordinal);
            Assert.Contains("compression='zstd'", error.Remedy, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(6)]
    [InlineData(7)]
    public void Damaged_compressed_bytes_are_refused(long codec) =>
        Assert.Throws<InvalidDataException>(() => Decompress(codec, new byte[] { 0xFF, 0xFE, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12 }, 100, 1000));

    [Fact]
    public void Pages_longer_than_their_row_group_are_refused() =>
        Assert.Throws<InvalidDataException>(() => Decompress(6, CorpusFiles.Zstandard(new byte[100_000]), 100, 1000));

    [Fact]
    public void Blocks_of_LZ4_that_Hadoop_writes_follow_each_other()
    {
        byte[] plain = Encoding.UTF8.GetBytes(string.Concat(Enumerable.Range(0, 50).Select(i => $"line {i % 7} of a text\n")));
        byte[] blocks = [.. HadoopBlock(plain.AsSpan(0, 300)), .. HadoopBlock(plain.AsSpan(300))];
        Assert.Equal(plain, Decompress(5, blocks, plain.Length, plain.Length).ToArray());
        Assert.Equal(plain, Decompress(5, Lz4(plain), plain.Length, plain.Length).ToArray());
        Assert.Equal(plain, Decompress(7, Lz4(plain), plain.Length, plain.Length).ToArray());
        Assert.Throws<InvalidDataException>(() => Decompress(7, Lz4(plain), plain.Length + 1, plain.Length + 1));
    }

    [Fact]
    public void Pages_of_version_2_have_their_levels_before_what_is_compressed()
    {
        // Field by field: data page v2, 3 values of which 1 is null, 2 bytes of levels, plain values behind them.
        byte[] levels = [0x03, 0x05];
        byte[] values = Encoding.UTF8.GetBytes("\u0001\0\0\0a\u0001\0\0\0b");
        byte[] compressed = CorpusFiles.Zstandard(values);
        var header = new CompactWriter();
        header.Begin();
        header.Integer(1, 3, CompactType.Int32);
        header.Integer(2, levels.Length + values.Length, CompactType.Int32);
        header.Integer(3, levels.Length + compressed.Length, CompactType.Int32);
        header.Begin(8);
        header.Integer(1, 3, CompactType.Int32);
        header.Integer(2, 1, CompactType.Int32);
        header.Integer(3, 3, CompactType.Int32);
        header.Integer(4, 0, CompactType.Int32);
        header.Integer(5, levels.Length, CompactType.Int32);
        header.Integer(6, 0, CompactType.Int32);
        header.End();
        header.End();
        byte[] bytes = [.. "PAR1"u8, .. header.ToArray(), .. levels, .. compressed];
        var chunk = new ParquetChunk(6, 3, 1000, bytes.Length - 4, 4, 0);
        byte[] file = [.. bytes, .. new byte[200]];
        var column = new ParquetColumn("text", "string", IsText: true, IsOptional: true);
        var footer = ParquetFooter.Read(new MemoryStream(CorpusFiles.Parquet([new string('x', 400)], compression: CompressionMethod.None)), ["text"]);
        IEnumerable<ReadOnlyMemory<byte>?> texts = ParquetTexts.Read(new MemoryStream(file), footer, new ParquetRowGroup(3, [chunk]), 0, column, TestContext.Current.CancellationToken);
        Assert.Equal(["a", null, "b"], texts.Select(text => text is { } given ? Encoding.UTF8.GetString(given.Span) : null));
    }

    private void AssertRefusedInLittleMemory(byte[] content, string message)
    {
        string path = _folder.Write("a.parquet", content);
        long before = GC.GetAllocatedBytesForCurrentThread();
        FileFormatException error = Assert.Throws<FileFormatException>(() => Texts(new FileCorpus([path])));
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 8_000_000);
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
    }

    private static ReadOnlyMemory<byte> Decompress(long codec, ReadOnlyMemory<byte> compressed, int claimed, int max) =>
        ParquetCompression.Decompress(new ParquetChunk(codec, 1, max, compressed.Length, 4, 0), compressed, claimed);

    private static byte[] Lz4(ReadOnlySpan<byte> plain)
    {
        byte[] bytes = new byte[K4os.Compression.LZ4.LZ4Codec.MaximumOutputSize(plain.Length)];
        return bytes[..K4os.Compression.LZ4.LZ4Codec.Encode(plain, bytes)];
    }

    private static byte[] HadoopBlock(ReadOnlySpan<byte> plain)
    {
        byte[] compressed = Lz4(plain);
        byte[] block = [.. new byte[8], .. compressed];
        BinaryPrimitives.WriteInt32BigEndian(block, plain.Length);
        BinaryPrimitives.WriteInt32BigEndian(block.AsSpan(4), compressed.Length);
        return block;
    }
}
