using System.Text;
using CsCheck;
using NGpt.Core.Errors;
using NGpt.Data.Corpora;
using NGpt.Data.Corpora.Files;

namespace NGpt.Data.Tests;

public sealed class FileCorpusFormatTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    private static string[] Texts(FileCorpus corpus) => [.. corpus.Documents().Select(document => Encoding.UTF8.GetString(document.Utf8.Span))];

    private static string[] Names(FileCorpus corpus) => [.. corpus.Documents().Select(document => document.Name)];

    private string[] Rejected(string name, byte[] content, FileCorpusOptions? options = null) =>
        [.. new FileCorpus([_folder.Write(name, content)], options).Rejected().Select(document => $"{document.Name}: {document.Reason}")];

    private static readonly string[] Lists = ["jsonl", "ndjson", "parquet"];

    public static TheoryData<string> Names_of_lists => [.. from format in Lists from compression in (string[])["", ".gz", ".zst"] select $"a.{format}{compression}"];

    public static TheoryData<string> Names_of_all_forms => [.. from format in (string[])["txt", .. Lists] from compression in (string[])["", ".gz", ".zst"] select $"a.{format}{compression}"];

    private static byte[] Content(string name, IReadOnlyList<string> texts)
    {
        byte[] plain = name.Contains("parquet", StringComparison.Ordinal) ? CorpusFiles.Parquet(texts, 3)
            : name.Contains("json", StringComparison.Ordinal) ? CorpusFiles.JsonLines(texts)
            : Encoding.UTF8.GetBytes(string.Concat(texts));
        return name.EndsWith(".gz", StringComparison.Ordinal) ? CorpusFiles.Gzip(plain)
            : name.EndsWith(".zst", StringComparison.Ordinal) ? CorpusFiles.Zstandard(plain)
            : plain;
    }

    [Theory]
    [MemberData(nameof(Names_of_all_forms))]
    public void Every_format_is_read_in_every_compression(string name)
    {
        string[] texts = ["first é", "second\nline", "third 🙂", "4", "5"];
        using var corpus = new FileCorpus([_folder.Write(name, Content(name, texts))]);
        bool isText = name.Contains("txt", StringComparison.Ordinal);
        Assert.Equal(isText ? [string.Concat(texts)] : texts, Texts(corpus));
        Assert.Equal(isText ? [name] : Enumerable.Range(1, 5).Select(i => $"{name}:{i}"), Names(corpus));
        Assert.Equal(new FileInfo(_folder.File(name)).Length, corpus.SourceBytes);
        Assert.Equal(corpus.SourceBytes, corpus.Entries()[^1].SourceBytesRead);
    }

    [Theory]
    [InlineData("lines.json", false)]
    [InlineData("c4.json.gz", true)]
    [InlineData("shard", false)]
    [InlineData("shard.txt", true)]
    public void Content_decides_where_the_name_does_not(string name, bool isCompressed)
    {
        string[] texts = ["first é", "second\nline", "third"];
        byte[] lines = [.. Encoding.UTF8.GetPreamble(), .. CorpusFiles.JsonLines(texts)];
        using var corpus = new FileCorpus([_folder.Write(name, isCompressed ? CorpusFiles.Gzip(lines) : lines)]);
        Assert.Equal(texts, Texts(corpus));
        using var input = new FileCorpus(["-"], new FileCorpusOptions { StandardInput = new MemoryStream(isCompressed ? CorpusFiles.Gzip(lines) : lines) });
        Assert.Equal(texts, Texts(input));
        using var parquet = new FileCorpus([_folder.Write("other", CorpusFiles.Parquet(texts, 3))]);
        Assert.Equal(texts, Texts(parquet));
        using var text = new FileCorpus([_folder.Write("asked.json", lines)], new FileCorpusOptions { Format = CorpusFormat.Text });
        Assert.StartsWith("{", Assert.Single(Texts(text)), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{\n  \"text\": \"a\"\n}\n")]
    [InlineData("{\"name\":\"package\"}")]
    [InlineData("{ braces } of a poem\n{ and more }")]
    [InlineData("[1, 2, 3]")]
    [InlineData("[{ not JSON")]
    public void What_only_looks_like_JSON_lines_is_text(string content)
    {
        using var corpus = new FileCorpus([_folder.Write("a.json", content)]);
        Assert.Equal(content, Assert.Single(Texts(corpus)));
    }

    [Fact]
    public void A_long_first_line_is_judged_by_its_beginning()
    {
        string[] texts = [new string('x', 200_000), "second"];
        using var corpus = new FileCorpus([_folder.Write("a.json", CorpusFiles.JsonLines(texts))]);
        Assert.Equal(texts, Texts(corpus));
    }

    [Fact]
    public void An_array_of_records_is_never_read_as_text()
    {
        const string Array = "[\n{\"text\": \"a\"},\n{\"text\": \"b\"}\n]";
        FileFormatException refused = Assert.Throws<FileFormatException>(() => Texts(new FileCorpus([_folder.Write("a.json", Array)])));
        Assert.Contains("a JSON array of records", refused.Message, StringComparison.Ordinal);
        _folder.Write("folder/a.json", Array);
        _folder.Write("folder/b.txt", "text");
        using var folder = new FileCorpus([_folder.File("folder")]);
        Assert.Equal(["text"], Texts(folder));
        Assert.Contains("a JSON array of records", Assert.Single(folder.Rejected()).Reason, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Names_of_lists))]
    public void Random_documents_come_back_exactly(string name)
    {
        Gen<string> text = Gen.String[Gen.Char["ab \"\\\n\r\t\u0001\u007Fé漢\u2028"], 1, 30].Select(value => value + "🙂");
        text.List[1, 12].Sample(
            texts => Texts(new FileCorpus([_folder.Write(name, Content(name, texts))])).SequenceEqual(texts.Select(text => text.Replace("\r\n", "\n", StringComparison.Ordinal))),
            iter: 30,
            threads: 1);
    }

    [Fact]
    public void A_large_window_is_read_where_there_is_memory_and_is_no_damage_elsewhere()
    {
        byte[] lines = CorpusFiles.JsonLines(["one", "two"]);
        foreach (int log in (int[])[20, 27, ZstandardWindow.MaxLog])
        {
            Assert.Equal(["one", "two"], Texts(new FileCorpus([_folder.Write("a.jsonl.zst", CorpusFiles.ZstandardFrame(lines, log))])));
        }

        int larger = ZstandardWindow.MaxLog + 1;
        _folder.Write("a.jsonl.zst", CorpusFiles.ZstandardFrame(lines, larger));
        _folder.Write("b.txt", "text");
        NGptException error = Assert.Throws<NGptException>(() => Texts(new FileCorpus([_folder.Path])));
        Assert.Contains($"a.jsonl.zst: the zstd data needs a window of {1L << (larger - 20):N0} MiB", error.Message, StringComparison.Ordinal);
        Assert.Contains("zstd -d -M2048MB", error.Remedy, StringComparison.Ordinal);
        _folder.Write("a.jsonl.zst", [.. CorpusFiles.ZstandardFrame(lines, 20), .. CorpusFiles.ZstandardFrame(lines, larger)]);
        error = Assert.Throws<NGptException>(() => Texts(new FileCorpus([_folder.Path])));
        Assert.Contains("needs a window of more than", error.Message, StringComparison.Ordinal);
        Assert.Equal([27, 28, 31, 31], new[] { 1L << 20, 1L << 30, 1L << 33, 1L << 40 }.Select(ZstandardWindow.MaxLogFor));
    }

    [Theory]
    [InlineData("{\"meta\":{\"text\":\"inner\"}}", "inner")]
    [InlineData("{\"meta\":{\"text\":\"inner\"},\"meta.text\":\"literal\"}", "literal")]
    [InlineData("{\"meta.text\":\"literal\",\"meta\":{\"text\":\"inner\"}}", "literal")]
    [InlineData("{\"meta\":3,\"meta.text\":\"literal\"}", "literal")]
    public void A_dot_leads_into_an_object_unless_a_field_has_it_in_its_name(string line, string expected)
    {
        var options = new FileCorpusOptions { TextFields = ["meta.text"] };
        Assert.Equal([expected], Texts(new FileCorpus([_folder.Write("a.jsonl", line)], options)));
        Assert.Equal([expected], Texts(new FileCorpus([_folder.Write("a.json", line)], options)));
    }

    [Fact]
    public void A_path_that_leads_nowhere_is_left_out_by_name()
    {
        var options = new FileCorpusOptions { TextFields = ["a.b.c"] };
        Assert.Equal(
            ["a.jsonl:1: the field \"a.b.c\" is missing", "a.jsonl:2: the field \"a.b.c\" is missing", "a.jsonl:3: the field \"a.b.c\" is a number instead of a string"],
            Rejected("a.jsonl", Encoding.UTF8.GetBytes("{\"a\":{\"b\":1}}\n{\"a\":\"b\"}\n{\"a\":{\"b\":{\"c\":1}}}\n{\"a\":{\"b.c\":\"x\"}}\n{\"a.b\":{\"c\":\"y\"}}\n"), options));
        Assert.Equal(["x", "y"], Texts(new FileCorpus([_folder.File("a.jsonl")], options)));
    }

    [Fact]
    public void Several_fields_are_joined_by_a_blank_line_and_all_have_to_be_there()
    {
        var options = new FileCorpusOptions { TextFields = ["title", "text"] };
        const string Lines = "{\"text\":\"body\",\"title\":\"Head\"}\n{\"text\":\"alone\",\"title\":\"\"}\n{\"text\":\"body\"}\n{\"title\":\"\",\"text\":\"\"}\n";
        Assert.Equal(["a.jsonl:3: the field \"title\" is missing", "a.jsonl:4: the document is empty"], Rejected("a.jsonl", Encoding.UTF8.GetBytes(Lines), options));
        Assert.Equal(["Head\n\nbody", "alone"], Texts(new FileCorpus([_folder.File("a.jsonl")], options)));
        byte[] parquet = CorpusFiles.ParquetOfTwo(["Head", "", null, "Last"], ["body", "alone", "body", "x"]);
        Assert.Equal(["a.parquet:3: column \"title\": the text is null"], Rejected("a.parquet", parquet, options));
        Assert.Equal(["Head\n\nbody", "alone", "Last\n\nx"], Texts(new FileCorpus([_folder.File("a.parquet")], options)));
    }

    [Fact]
    public void A_column_inside_of_a_group_is_refused_by_name()
    {
        string path = _folder.Write("a.parquet", CorpusFiles.ParquetWithGroup());
        FileFormatException error = Assert.Throws<FileFormatException>(() => Texts(new FileCorpus([path], new FileCorpusOptions { TextFields = ["meta.text"] })));
        Assert.Contains("the column \"meta.text\" of the Parquet file is inside of a group, and only columns at the top are read", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Members_of_a_gzip_file_follow_each_other()
    {
        byte[] content = [.. CorpusFiles.Gzip("one "u8.ToArray()), .. CorpusFiles.Gzip("two "u8.ToArray()), .. CorpusFiles.Gzip("three"u8.ToArray())];
        Assert.Equal(["one two three"], Texts(new FileCorpus([_folder.Write("a.txt.gz", content)])));
        byte[] frames = [.. CorpusFiles.Zstandard("one "u8.ToArray()), .. CorpusFiles.Zstandard("two"u8.ToArray())];
        Assert.Equal(["one two"], Texts(new FileCorpus([_folder.Write("a.txt.zst", frames)])));
    }

    [Theory]
    [InlineData("a.txt.gz")]
    [InlineData("a.jsonl.gz")]
    [InlineData("a.parquet.gz")]
    [InlineData("a.txt.zst")]
    [InlineData("a.jsonl.zst")]
    public void Compressed_data_that_is_cut_off_is_an_error_wherever_it_is_cut(string name)
    {
        byte[] content = Content(name, [.. Enumerable.Range(0, 60).Select(i => $"document {i * i}")]);
        for (int length = 1; length < content.Length; length += 1 + (content.Length / 300))
        {
            string path = _folder.Write(name, content[..length]);
            FileFormatException error = Assert.Throws<FileFormatException>(() => Texts(new FileCorpus([_folder.Path], new FileCorpusOptions { IsStrict = true })));
            Assert.StartsWith($"{path}: the {(name.EndsWith("gz", StringComparison.Ordinal) ? "gzip" : "zstd")} data is cut off or damaged, found at byte", error.Message, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("txt.gz")]
    [InlineData("jsonl.gz")]
    [InlineData("jsonl.zst")]
    public void A_damaged_file_in_a_folder_is_left_out_and_the_others_are_read(string format)
    {
        string[] texts = [.. Enumerable.Range(0, 60).Select(i => $"document {i * i}")];
        byte[] whole = Content($"x.{format}", texts);
        foreach (string name in (string[])["a", "c"])
        {
            _folder.Write($"{name}.{format}", whole);
        }

        _folder.Write($"b.{format}", whole[..(whole.Length / 2)]);
        using var corpus = new FileCorpus([_folder.Path]);
        RejectedDocument rejected = Assert.Single(corpus.Rejected());
        Assert.Equal($"b.{format}", rejected.Name);
        Assert.Contains("cut off or damaged", rejected.Reason, StringComparison.Ordinal);
        bool isText = format.StartsWith("txt", StringComparison.Ordinal);
        string[] read = Texts(corpus);
        string[] expected = isText ? [string.Concat(texts)] : texts;
        Assert.Equal(expected, read[..expected.Length]);
        Assert.Equal(expected, read[^expected.Length..]);
        // Whole records before the damage are used, half a text is not.
        Assert.True(isText ? read.Length == 2 : read[expected.Length..^expected.Length].SequenceEqual(texts.Take(read.Length - 120)));
        // Read from the middle on, it is the rest.
        CorpusEntry[] entries = [.. corpus.Entries()];
        Assert.Equal(entries[2..].Select(entry => entry.Document?.Name), corpus.Read(entries[1].Next, TestContext.Current.CancellationToken).Select(entry => entry.Document?.Name));
    }

    [Fact]
    public void Compressed_data_that_is_changed_is_an_error()
    {
        byte[] content = CorpusFiles.Gzip([.. Enumerable.Range(0, 3_000).Select(i => (byte)('a' + (i * i % 23)))]);
        for (int place = 10; place < content.Length; place += 7)
        {
            byte[] damaged = [.. content];
            damaged[place] ^= 4;
            Assert.Throws<FileFormatException>(() => Texts(new FileCorpus([_folder.Write("a.txt.gz", damaged)])));
        }

        byte[] second = CorpusFiles.Gzip(content);
        second[0] ^= 1;
        byte[] rest = new byte[100_000];
        Assert.Throws<FileFormatException>(() => Texts(new FileCorpus([_folder.Write("b.txt.gz", [.. CorpusFiles.Gzip("one"u8.ToArray()), .. second, .. rest])])));
    }

    [Theory]
    [InlineData("{\"text\":\"x\"", "the line is not valid JSON at byte 12: ")]
    [InlineData("{\"text\":\"x\"} {}", "the line is not valid JSON at byte 14: ")]
    [InlineData("\0", "the line is not valid JSON at byte 1: ")]
    [InlineData("[\"text\"]", "the line is a list instead of a JSON object")]
    [InlineData("3", "the line is a number instead of a JSON object")]
    [InlineData("{\"content\":\"x\",\"a\":{\"text\":\"y\"}}", "the field \"text\" is missing")]
    [InlineData("{\"text\":[\"x\"]}", "the field \"text\" is a list instead of a string")]
    [InlineData("{\"text\":null}", "the field \"text\" is null instead of a string")]
    [InlineData("{\"text\":\"\"}", "the document is empty")]
    [InlineData("{\"text\":\"\\uFEFF\"}", "the document is empty")]
    [InlineData("{\"text\":\"a\\ud83d b\"}", "the field \"text\" is not valid Unicode")]
    [InlineData("{\"text\":\"a\\ude42\"}", "the field \"text\" is not valid Unicode")]
    public void A_bad_line_is_left_out_with_its_number_and_reason(string line, string reason)
    {
        string[] rejected = Rejected("a.jsonl", [.. "{\"text\":\"good\"}\n\n"u8, .. Encoding.UTF8.GetBytes(line), .. "\r\n{\"text\":\"last\"}"u8]);
        Assert.StartsWith($"a.jsonl:3: {reason}", Assert.Single(rejected), StringComparison.Ordinal);
        Assert.Equal(["a.jsonl:1", "a.jsonl:4"], Names(new FileCorpus([_folder.File("a.jsonl")])));
    }

    [Fact]
    public void Lines_that_nest_too_deeply_or_are_not_UTF8_are_left_out()
    {
        string[] rejected = Rejected("a.jsonl", [.. "{\"text\":\"good\"}\n{\"a\":"u8, .. Enumerable.Repeat((byte)'[', 100_000), .. "\n{\"text\":\"\u00E9"u8, 0xE9, .. "\"}\n"u8]);
        Assert.Equal(2, rejected.Length);
        Assert.Contains("depth", rejected[0], StringComparison.Ordinal);
        Assert.Equal("a.jsonl:3: the line is not UTF-8: byte 0xE9 at offset 11 of it", rejected[1]);
    }

    [Fact]
    public void A_line_of_more_than_64_MiB_is_left_out_and_the_next_one_read()
    {
        int limit = 64 << 20;
        byte[] content = [.. "{\"text\":\"a\"}\n{\"text\":\""u8, .. Enumerable.Repeat((byte)'x', limit), .. "\"}\n{\"text\":\"b\"}\n"u8, .. Enumerable.Repeat((byte)' ', limit + 1)];
        Assert.Equal(["a.jsonl:2: line 2 is longer than 64 MiB", "a.jsonl:4: line 4 is longer than 64 MiB"], Rejected("a.jsonl", content));
        Assert.Equal(["a", "b"], Texts(new FileCorpus([_folder.File("a.jsonl")])));
    }

    [Fact]
    public void Repair_replaces_what_is_not_Unicode_and_says_so()
    {
        var options = new FileCorpusOptions { InvalidUtf8 = InvalidUtf8.Replace };
        _folder.Write("a.txt", [(byte)'a', 0xE9, (byte)'b']);
        _folder.Write("b.jsonl", [.. "{\"text\":\"a\\ud83d\\ud83d\\ude42\\\\ud83d\"}\n{\"text\":\"a"u8, 0xFF, .. "\"}\n{\"text\":\"good\"}"u8]);
        _folder.Write("c.parquet", CorpusFiles.ParquetBytes([[(byte)'p', 0xC3], "good"u8.ToArray()]));
        var corpus = new FileCorpus([_folder.Path], options);
        Assert.Equal(["a\uFFFDb", "a\uFFFD🙂\\ud83d", "a\uFFFD", "good", "p\uFFFD", "good"], Texts(corpus));
        Assert.Equal([true, true, true, false, true, false], corpus.Entries().Select(entry => entry.WasRepaired));
        Assert.Equal(4, new FileCorpus([_folder.Path]).Rejected().Count);
    }

    [Fact]
    public void The_field_and_the_format_can_be_named()
    {
        var options = new FileCorpusOptions { TextFields = ["content"], Format = CorpusFormat.JsonLines };
        Assert.Equal(["x"], Texts(new FileCorpus([_folder.Write("a.data", CorpusFiles.JsonLines(["x"], "content"))], options)));
        Assert.Equal(["y"], Texts(new FileCorpus([_folder.Write("a.parquet", CorpusFiles.Parquet(["y"], column: "content"))], new FileCorpusOptions { TextFields = ["content"] })));
        Assert.Equal(["last"], Texts(new FileCorpus([_folder.Write("b.jsonl", "{\"text\":1,\"te\\u0078t\":\"last\"}")])));
    }
}
