using System.Text;
using NGpt.Core.Errors;
using NGpt.Data.Corpora;
using NGpt.Data.Corpora.Files;

namespace NGpt.Data.Tests;

public sealed class FileCorpusSourceTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    private static string[] Names(FileCorpus corpus) => [.. corpus.Documents().Select(document => document.Name)];

    private static string Show(CorpusEntry entry) => entry.Document is { } document
        ? $"{document.Name} {document.IsContinuation} {document.ContentHash} {Convert.ToHexString(System.Security.Cryptography.SHA256.HashData(document.Utf8.Span))} {entry.Next} {entry.SourceBytesRead}"
        : $"{entry.Rejected} {entry.Next} {entry.SourceBytesRead}";

    /// <summary>Something of everything, with rejections at beginnings and ends.</summary>
    private FileCorpus Mixed()
    {
        // 9 bytes a line: pieces end inside characters and CR LF.
        byte[] longText = Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat("é🙂x\r\n", 1_000_003)));
        byte[] lines = [.. "bad\n"u8, .. CorpusFiles.JsonLines(["one", "", "two", "three"]), .. "\n\n{}"u8];
        byte[] rows = CorpusFiles.Parquet([null, "1", "2", "", "3", "4", "5", null], 3);
        _folder.Write("in/a.txt", longText);
        _folder.Write("in/b.txt.gz", CorpusFiles.Gzip(longText[..5_000_004]));
        _folder.Write("in/c.txt.zst", CorpusFiles.Zstandard(longText[..5_000_004]));
        _folder.Write("in/d.bin", [.. longText, 0]);
        _folder.Write("in/e.jsonl", lines);
        _folder.Write("in/f.jsonl.gz", CorpusFiles.Gzip(lines));
        _folder.Write("in/g.parquet", rows);
        _folder.Write("in/h.parquet.zst", CorpusFiles.Zstandard(rows));
        _folder.Write("in/i.txt", "short");
        _folder.Write("in/j.txt", string.Empty);
        return new FileCorpus([_folder.File("in/i.txt"), _folder.File("in"), "-"], new FileCorpusOptions { StandardInput = new MemoryStream(CorpusFiles.Gzip("from input"u8.ToArray())) });
    }

    [Fact]
    public void Reading_from_behind_any_entry_gives_exactly_the_rest()
    {
        using FileCorpus corpus = Mixed();
        string[] all = [.. corpus.Entries().Select(Show)];
        CorpusPosition[] places = [.. corpus.Entries().Select(entry => entry.Next)];
        Assert.Equal(places.Length, places.Distinct().Count());
        Assert.Equal(1 + 3 + 2 + 2 + 1 + (6 * 2) + (8 * 2) + 2, all.Length);
        for (int i = 0; i < places.Length; i++)
        {
            Assert.Equal(all[(i + 1)..], corpus.Read(places[i], TestContext.Current.CancellationToken).Select(Show));
        }
    }

    [Fact]
    public void Progress_never_goes_back_and_ends_at_the_size()
    {
        using FileCorpus corpus = Mixed();
        long[] read = [.. corpus.Entries().Select(entry => entry.SourceBytesRead)];
        Assert.Equal(read.Order(), read);
        Assert.Equal(corpus.SourceBytes, read[^1]);
        Assert.True(read.Distinct().Count() > 15);
    }

    [Theory]
    [InlineData("long.txt")]
    [InlineData("long.txt.gz")]
    public void The_first_piece_of_a_long_text_has_the_hash_of_the_whole(string name)
    {
        byte[] text = Encoding.UTF8.GetBytes("\uFEFF" + string.Concat(Enumerable.Repeat("é🙂x\r\n", 1_000_003)));
        var pieces = new FileCorpus([_folder.Write(name, name.EndsWith(".gz", StringComparison.Ordinal) ? CorpusFiles.Gzip(text) : text)]).Documents();
        byte[] whole = [.. pieces.SelectMany(piece => piece.Utf8.ToArray())];
        Assert.Equal(8_000_024, whole.Length);
        Assert.Equal(Document.HashOf(whole), pieces[0].ContentHash);
        Assert.All(pieces.Skip(1), piece => Assert.Null(piece.ContentHash));
        Assert.Null(Assert.Single(new FileCorpus([_folder.Write("short.txt", "short")]).Documents()).ContentHash);
    }

    [Fact]
    public void Sources_come_in_the_order_given_and_each_file_once()
    {
        _folder.Write("a/1.txt", "1");
        _folder.Write("a/2.txt", "2");
        _folder.Write("b.txt", "b");
        var corpus = new FileCorpus([_folder.File("b.txt"), _folder.File("a/2.txt"), _folder.File("a"), _folder.File("a/*.txt"), _folder.File("a/../b.txt")]);
        Assert.Equal(["b.txt", "2.txt", "1.txt"], Names(corpus));
    }

    [Theory]
    [InlineData("*.txt", "b.txt c.txt")]
    [InlineData("?.md", "b.md")]
    [InlineData("**/*.txt", "a/1.txt a/x/3.txt b.txt c.txt")]
    [InlineData("*/*.txt", "a/1.txt")]
    [InlineData("a/**/3*", "x/3.txt")]
    [InlineData("a/**", "1.txt 2.md x/3.txt")]
    [InlineData("**/x/**/*", "a/x/3.txt")]
    [InlineData("?/x/3.txt", "a/x/3.txt")]
    [InlineData(".h*/*", ".hidden/4.txt")]
    [InlineData("a/../[b].txt*", "[b].txt")]
    public void Patterns_find_files_in_ordinal_order(string pattern, string expected)
    {
        foreach (string name in (string[])["c.txt", "b.txt", "b.md", "a/1.txt", "a/2.md", "a/x/3.txt", ".hidden/4.txt", "a/.5.txt"])
        {
            _folder.Write(name, name);
        }

        if (pattern.Contains('[', StringComparison.Ordinal))
        {
            _folder.Write("[b].txt", "x");
        }

        Assert.Equal(expected.Split(' '), Names(new FileCorpus([_folder.File(pattern)])));
    }

    [Fact]
    public void Patterns_end_in_loops_of_links()
    {
        if (OperatingSystem.IsWindows())
        {
            Assert.Skip("Creating links needs a privilege on Windows.");
        }

        _folder.Write("a/1.txt", "1");
        Directory.CreateSymbolicLink(_folder.File("a/up"), _folder.Path);
        Assert.Equal(["a/1.txt"], Names(new FileCorpus([_folder.File("**/*.txt")])));
    }

    [Fact]
    public void What_does_not_exist_is_an_error_with_a_remedy()
    {
        _folder.Write("a.txt", "a");
        Directory.CreateDirectory(_folder.File("empty"));
        foreach ((string path, string problem) in new[] { ("b.txt", "no such file or folder"), ("*.md", "no file matches this pattern"), ("nowhere/*", "no file matches"), ("empty", "holds no usable text file") })
        {
            var corpus = new FileCorpus([_folder.File("a.txt"), _folder.File(path)]);
            UsageException error = Assert.Throws<UsageException>(() => corpus.Entries());
            Assert.Contains(problem, error.Message, StringComparison.Ordinal);
            Assert.NotNull(error.Remedy);
            Assert.Throws<UsageException>(corpus.SourceFingerprint);
            Assert.Null(corpus.SourceBytes);
        }
    }

    [Fact]
    public void A_file_of_bad_lines_alone_is_fine_beside_others_and_an_error_alone()
    {
        string bad = _folder.Write("bad.jsonl", "x\ny\n");
        Assert.Equal(2, new FileCorpus([bad, _folder.Write("a.txt", "a")]).Rejected().Count);
        UsageException error = Assert.Throws<UsageException>(() => new FileCorpus([bad]).Entries());
        Assert.Contains("the corpus is empty: 2 left out, the first: bad.jsonl:1: the line is not valid JSON", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("a.jsonl", "")]
    [InlineData("a.jsonl", "\n \r\n")]
    [InlineData("a.txt.gz", "")]
    [InlineData("a.jsonl.gz", "")]
    public void An_empty_file_is_an_error_where_it_is_named_and_an_entry_in_a_folder(string name, string content)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(content);
        // An empty member, since the runtime writes nothing at all for nothing.
        string path = _folder.Write(name, name.EndsWith(".gz", StringComparison.Ordinal) ? [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 0xFF, 3, 0, 0, 0, 0, 0, 0, 0, 0, 0] : bytes);
        _folder.Write("b.txt", "b");
        Assert.Throws<FileFormatException>(() => new FileCorpus([path]).Entries());
        Assert.Equal(name, Assert.Single(new FileCorpus([_folder.Path]).Rejected()).Name);
    }

    [Fact]
    public void Standard_input_is_read_once_and_its_copy_removed()
    {
        using (var corpus = new FileCorpus(["-"], new FileCorpusOptions { StandardInput = new MemoryStream("text of input"u8.ToArray()) }))
        {
            Assert.Equal("text of input", Encoding.UTF8.GetString(Assert.Single(corpus.Documents()).Utf8.Span));
            Assert.Equal(["stdin"], Names(corpus));
            Assert.Equal(13, corpus.SourceBytes);
            using var same = new FileCorpus(["-"], new FileCorpusOptions { StandardInput = new MemoryStream("text of input"u8.ToArray()) });
            using var other = new FileCorpus(["-"], new FileCorpusOptions { StandardInput = new MemoryStream("text of Input"u8.ToArray()) });
            Assert.Equal(corpus.SourceFingerprint(), same.SourceFingerprint());
            Assert.NotEqual(corpus.SourceFingerprint(), other.SourceFingerprint());
        }

        string copy;
        using (var spool = new StandardInputSpool(new FileCorpusOptions { StandardInput = new MemoryStream("text"u8.ToArray()) }))
        {
            copy = spool.File().Path;
            Assert.Equal("text", File.ReadAllText(copy));
        }

        Assert.False(File.Exists(copy));
        using var empty = new FileCorpus(["-"], new FileCorpusOptions { StandardInput = new MemoryStream() });
        Assert.StartsWith("standard input: the file is empty", Assert.Throws<FileFormatException>(() => empty.Entries()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_fingerprint_follows_options_and_order()
    {
        string[] paths = [_folder.Write("a.txt", "a"), _folder.Write("b.txt", "b")];
        string[] prints =
        [
            new FileCorpus(paths).SourceFingerprint(),
            new FileCorpus([paths[1], paths[0]]).SourceFingerprint(),
            new FileCorpus(paths, new FileCorpusOptions { TextFields = ["body"] }).SourceFingerprint(),
            new FileCorpus(paths, new FileCorpusOptions { TextFields = ["text", "body"] }).SourceFingerprint(),
            new FileCorpus(paths, new FileCorpusOptions { DocumentSeparator = "---" }).SourceFingerprint(),
            new FileCorpus(paths, new FileCorpusOptions { InvalidUtf8 = InvalidUtf8.Replace }).SourceFingerprint(),
            new FileCorpus(paths, new FileCorpusOptions { Format = CorpusFormat.JsonLines }).SourceFingerprint(),
        ];
        Assert.Equal(prints.Length, prints.Distinct().Count());
    }

    [Theory]
    [InlineData(10)]
    [InlineData(1_000_000)]
    public void The_fingerprint_follows_content_of_the_same_size_and_time(int size)
    {
        byte[] content = [.. Enumerable.Repeat((byte)'a', size)];
        string path = _folder.Write("a.txt", content);
        DateTime time = File.GetLastWriteTimeUtc(path);
        string before = new FileCorpus([path]).SourceFingerprint();
        Assert.Equal(before, new FileCorpus([path]).SourceFingerprint());
        foreach (int place in (int[])[0, size / 2, size - 1])
        {
            byte[] changed = [.. content];
            // A page of it, as a writer would: single bytes between the samples are not seen.
            changed.AsSpan(place, Math.Min(70_000, size - place)).Fill((byte)'b');
            _folder.Write("a.txt", changed);
            File.SetLastWriteTimeUtc(path, time);
            Assert.NotEqual(before, new FileCorpus([path]).SourceFingerprint());
        }
    }

    [Fact]
    public void A_device_is_not_called_empty()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() || OperatingSystem.IsMacOS(), "Windows has no such devices among its files.");
        FileFormatException failure = Assert.Throws<FileFormatException>(() => new FileCorpus(["/dev/zero"]).Entries());
        Assert.Contains("it is a device, or another file without a length: save its text as a file", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_pipe_without_a_writer_is_refused_with_the_way_to_read_it()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() || OperatingSystem.IsMacOS(), "Windows has no such pipes among its files.");
        string pipe = _folder.File("pipe.txt");
        using (System.Diagnostics.Process make = System.Diagnostics.Process.Start("mkfifo", pipe))
        {
            await make.WaitForExitAsync(TestContext.Current.CancellationToken);
        }

        UsageException failure = Assert.Throws<UsageException>(() => new FileCorpus([pipe]).SourceFingerprint());
        Assert.Equal($"{pipe} is a pipe, and the text is read more than once", failure.Message);
        _folder.Write("text.txt", "some text\n");
        SourceFile[] files = [.. SourceList.Expand([_folder.Path], new FileCorpusOptions(), () => throw new InvalidOperationException())];
        Assert.DoesNotContain(files, file => file.Problem is null && file.Path == pipe);
    }

    [Fact]
    public async Task A_name_that_is_not_UTF8_is_left_out_with_the_reason_and_the_remedy()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Other file systems have no such names.");
        const string Lost = "caf\uFFFD.txt";
        _folder.Write("in/a.txt", "text");
        await Shell("cd in && printf lost > \"$(printf 'caf\\351.txt')\" && mkdir \"$(printf 'caf\\351')\" && printf lost > \"$(printf 'caf\\351')\"/b.txt");
        try
        {
            foreach (string path in (string[])["in", "in/*", "in/**"])
            {
                using var corpus = new FileCorpus([_folder.File(path)]);
                Assert.Equal("a.txt", Assert.Single(corpus.Documents()).Name);
                RejectedDocument[] rejected = [.. corpus.Rejected()];
                Assert.Equal(["caf\uFFFD", Lost], rejected.Select(document => document.Name).Order(StringComparer.Ordinal));
                Assert.All(rejected, document => Assert.Contains("not UTF-8 (shown as \uFFFD) cannot be opened: rename it", document.Reason, StringComparison.Ordinal));
            }

            UsageException named = Assert.Throws<UsageException>(() => new FileCorpus([_folder.File("in", Lost)]).Entries());
            Assert.Contains("not UTF-8", named.Message, StringComparison.Ordinal);
            Assert.Contains("- < FILE", named.Remedy, StringComparison.Ordinal);
        }
        finally
        {
            // .NET cannot remove them either.
            await Shell("rm -r in");
        }
    }

    [Fact]
    public void A_link_that_leads_nowhere_says_where_it_leads()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Creating links needs a privilege on Windows.");
        File.CreateSymbolicLink(_folder.File("link.txt"), _folder.File("gone.txt"));
        FileFormatException error = Assert.Throws<FileFormatException>(() => new FileCorpus([_folder.File("link.txt")]).Entries());
        Assert.Equal($"{_folder.File("link.txt")}: it is a link to {_folder.File("gone.txt")}, which does not exist", error.Message);
        _folder.Write("a.txt", "text");
        Assert.Equal("link.txt", Assert.Single(new FileCorpus([_folder.Path]).Rejected()).Name);
    }

    private async Task Shell(string command)
    {
        using System.Diagnostics.Process shell = System.Diagnostics.Process.Start(new System.Diagnostics.ProcessStartInfo("sh", ["-c", command]) { WorkingDirectory = _folder.Path })!;
        await shell.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.Equal(0, shell.ExitCode);
    }

    [Fact]
    public void Counting_stops_as_soon_as_enough_is_known()
    {
        _folder.Write("a.jsonl", [.. "bad\n"u8, .. CorpusFiles.JsonLines(["1", "2", "3"])]);
        _folder.Write("b.txt.gz", [0x1F, 0x8B, 8]);
        var corpus = new FileCorpus([_folder.Path], new FileCorpusOptions { IsStrict = true });
        CancellationToken stop = TestContext.Current.CancellationToken;
        Assert.True(corpus.HasAtLeast(3, stop));
        Assert.Throws<FileFormatException>(() => corpus.HasAtLeast(4, stop));
        var one = new FileCorpus([_folder.Write("long.txt", new string('x', 9_000_000))]);
        Assert.True(one.HasAtLeast(1, stop));
        Assert.False(one.HasAtLeast(2, stop));
    }
}
