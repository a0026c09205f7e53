using System.Text;
using NGpt.Core.Errors;
using NGpt.Data.Corpora;

namespace NGpt.Data.Tests;

public sealed class FileCorpusTextTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    private static string Text(FileCorpus corpus) =>
        string.Concat(corpus.Documents().Select(document => Encoding.UTF8.GetString(document.Utf8.Span)));

    private static string[] Names(FileCorpus corpus) => [.. corpus.Documents().Select(document => document.Name)];

    [Fact]
    public void Byte_order_mark_is_dropped_and_CR_LF_becomes_LF()
    {
        string path = _folder.Write("a.txt", [0xEF, 0xBB, 0xBF, .. "\r\nä\r\nb\rc\r\r\n"u8]);
        Assert.Equal("\nä\nb\rc\r\n", Text(new FileCorpus([path])));
    }

    [Fact]
    public void A_long_file_comes_in_whole_characters_and_unbroken_line_ends()
    {
        // 7 bytes a line: every alignment of é, 🙂 and CR LF meets the end of a piece.
        string line = "é🙂x\r\n";
        string text = string.Concat(Enumerable.Repeat(line, 2_000_003));
        string path = _folder.Write("long.txt", text);
        var pieces = new FileCorpus([path]).Documents();
        Assert.True(pieces.Count > 2);
        Assert.Equal([false, .. Enumerable.Repeat(true, pieces.Count - 1)], pieces.Select(piece => piece.IsContinuation));
        Assert.All(pieces, piece => Assert.True(System.Text.Unicode.Utf8.IsValid(piece.Utf8.Span)));
        Assert.Equal(text.Replace("\r\n", "\n", StringComparison.Ordinal), string.Concat(pieces.Select(piece => Encoding.UTF8.GetString(piece.Utf8.Span))));
    }

    [Fact]
    public void A_folder_is_read_in_ordinal_order_without_hidden_files()
    {
        _folder.Write("b.md", "b");
        _folder.Write("B.txt", "B");
        _folder.Write("a/z.txt", "z");
        _folder.Write("a.txt", "a");
        _folder.Write(".git/config", "hidden");
        _folder.Write("a/.hidden", "hidden");
        Assert.Equal(["B.txt", "a.txt", "a/z.txt", "b.md"], Names(new FileCorpus([_folder.Path])));
    }

    [Fact]
    public void Loops_of_links_end()
    {
        if (OperatingSystem.IsWindows())
        {
            Assert.Skip("Creating links needs a privilege on Windows.");
        }

        _folder.Write("a/one.txt", "1");
        Directory.CreateSymbolicLink(_folder.File("a/up"), _folder.Path);
        Directory.CreateSymbolicLink(_folder.File("a/self"), ".");
        File.CreateSymbolicLink(_folder.File("link.txt"), _folder.File("a/one.txt"));
        File.CreateSymbolicLink(_folder.File("dangling.txt"), _folder.File("nowhere"));
        var corpus = new FileCorpus([_folder.Path]);
        Assert.Equal(["a/one.txt", "link.txt"], Names(corpus));
        Assert.Equal("dangling.txt", Assert.Single(corpus.Rejected()).Name);
    }

    [Fact]
    public void Unusable_files_of_a_folder_are_listed_with_reasons()
    {
        _folder.Write("good.txt", "good");
        _folder.Write("binary.dat", [1, 0, 2]);
        _folder.Write("empty.txt", string.Empty);
        _folder.Write("latin.txt", [(byte)'a', (byte)'\n', 0xE9, (byte)'b']);
        var corpus = new FileCorpus([_folder.Path]);
        Assert.Equal(["good.txt"], Names(corpus));
        Assert.Equal(["binary.dat", "empty.txt", "latin.txt"], corpus.Rejected().Select(document => document.Name));
        Assert.Equal("the file is not UTF-8: byte 0xE9 at offset 2 (line 2)", corpus.Rejected()[2].Reason);
    }

    [Fact]
    public void A_long_file_with_a_bad_end_is_left_out_of_a_folder_as_a_whole()
    {
        _folder.Write("good.txt", "good");
        _folder.Write("long.txt", [.. Enumerable.Repeat((byte)'x', 9_000_001), 0xFF]);
        var corpus = new FileCorpus([_folder.Path]);
        Assert.Equal(["good.txt"], Names(corpus));
        Assert.Contains("offset 9,000,001", Assert.Single(corpus.Rejected()).Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void A_folder_without_text_is_an_error()
    {
        _folder.Write("binary.dat", [0]);
        Assert.Contains("binary.dat", Assert.Throws<UsageException>(() => Names(new FileCorpus([_folder.Path]))).Message, StringComparison.Ordinal);
    }

    public static TheoryData<byte[], string> Unusable => new()
    {
        { [], "empty" },
        { [0xEF, 0xBB, 0xBF], "nothing but a byte-order mark" },
        { [(byte)'a', (byte)'\n', (byte)'\n', (byte)'b', 0], "NUL byte at offset 4 (line 3)" },
        { [0xFF, 0xFE, (byte)'a', 0], "UTF-16" },
        { [0xFE, 0xFF, 0, (byte)'a'], "UTF-16" },
        { [0xFF, 0xFE, 0, 0], "UTF-32" },
        { [(byte)'a', 0xC3], "byte 0xC3 at offset 1 (line 1)" },
        { [(byte)'a', 0xED, 0xA0, 0x80], "byte 0xED at offset 1 (line 1)" },
    };

    [Theory]
    [MemberData(nameof(Unusable))]
    public void A_single_unusable_file_is_an_error_with_place_and_remedy(byte[] content, string expected)
    {
        string path = _folder.Write("file.txt", content);
        FileFormatException error = Assert.Throws<FileFormatException>(() => Names(new FileCorpus([path])));
        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
        Assert.NotNull(error.Remedy);
        if (expected.StartsWith("UTF", StringComparison.Ordinal))
        {
            Assert.Contains($"iconv -f {expected}", error.Remedy, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_missing_path_is_an_error()
    {
        var corpus = new FileCorpus([_folder.File("missing")]);
        Assert.Throws<UsageException>(() => corpus.Documents());
        Assert.Throws<UsageException>(corpus.SourceFingerprint);
    }

    [Fact]
    public void The_fingerprint_follows_names_sizes_and_times()
    {
        string path = _folder.Write("a/one.txt", "one");
        var corpus = new FileCorpus([_folder.Path]);
        string first = corpus.SourceFingerprint();
        Assert.Equal(first, new FileCorpus([_folder.Path]).SourceFingerprint());
        File.SetLastWriteTimeUtc(path, new DateTime(2020, 1, 2, 3, 4, 5, DateTimeKind.Utc));
        string second = corpus.SourceFingerprint();
        _folder.Write("a/two.txt", "two");
        string third = corpus.SourceFingerprint();
        Assert.Equal(3, new HashSet<string> { first, second, third }.Count);
    }
}
