using NGpt.Cli.Commands;

namespace NGpt.Cli.Tests.Commands;

public sealed class DataFetchCommandTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void The_list_names_every_corpus_with_size_and_licence()
    {
        (int code, string output, string error) = Run("--list");
        Assert.Equal((0, ""), (code, error));
        Assert.Equal(6, output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
        Assert.Contains("tiny-shakespeare     1.12 MB  plays of Shakespeare, one text; licence: public domain", output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("tiny-shakespear", "unknown corpus \"tiny-shakespear\"")]
    [InlineData("", "no corpus is named")]
    [InlineData("tiny-shakespeare --from nowhere", "--from \"nowhere\" is no address")]
    [InlineData("tiny-shakespeare --from http://example.org", "plain http is not asked")]
    public void Wrong_usage_is_one_line(string arguments, string problem)
    {
        (int code, string output, string error) = Run([.. arguments.Split(' ', StringSplitOptions.RemoveEmptyEntries), "--out", _folder.File("out")]);
        Assert.Equal((2, ""), (code, output));
        Assert.Contains(problem, error.Split('\n', StringSplitOptions.RemoveEmptyEntries)[^1], StringComparison.Ordinal);
    }

    [Fact]
    public void Files_are_fetched_checked_and_reported()
    {
        byte[] wrong = "no play"u8.ToArray();
        using var server = new FileServer(FileServer.File(wrong));
        (int code, string output, string error) = Run("tiny-shakespeare", "--from", server.Address.AbsoluteUri, "--out", _folder.File("out"));
        Assert.Equal((1, ""), (code, output));
        string[] lines = error.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.StartsWith($"tiny-shakespeare: 1 file, about 1.12 MB, into {_folder.File("out")}; licence: public domain", lines[0], StringComparison.Ordinal);
        Assert.StartsWith("tinyshakespeare.txt: 7 bytes of 7 bytes", lines[1], StringComparison.Ordinal);
        Assert.Contains("instead of 86c4e6aa9db7", lines[^1], StringComparison.Ordinal);

        // Without a known checksum, the one that was found is shown.
        (code, output, error) = Run("wikitext-103", "--from", server.Address.AbsoluteUri, "--out", _folder.File("out"));
        Assert.Equal(0, code);
        Assert.Equal(4, output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
        Assert.Contains("train-00000-of-00002.parquet  7 bytes  sha256 ", output, StringComparison.Ordinal);
        Assert.Contains("recorded in fetch.json", output, StringComparison.Ordinal);
    }

    private static (int Code, string Output, string Error) Run(params string[] arguments)
    {
        using StringWriter output = new();
        using StringWriter error = new();
        int code = new CommandLine(new DataCommand()).Run(["data", "fetch", .. arguments], output, error);
        return (code, output.ToString(), error.ToString());
    }
}
