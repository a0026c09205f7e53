using System.Security.Cryptography;
using System.Text;
using NGpt.Core.Errors;
using NGpt.Data.Fetch;

namespace NGpt.Data.Tests;

public sealed class CorpusFetcherTests : IDisposable
{
    private static readonly byte[] Content = [.. Enumerable.Range(0, 300_000).Select(i => (byte)(i * 7 % 251))];

    private readonly TemporaryFolder _folder = new();
    private readonly List<TimeSpan> _waits = [];
    private readonly List<FetchProgress> _seen = [];

    public void Dispose() => _folder.Dispose();

    private sealed class Seen(List<FetchProgress> seen) : IProgress<FetchProgress>
    {
        public void Report(FetchProgress value) => seen.Add(value);
    }

    private static string Hash(byte[] content) => Convert.ToHexStringLower(SHA256.HashData(content));

    private FetchOptions Options(FileServer server) => new()
    {
        BaseAddress = server.Address,
        Delay = (time, _) =>
        {
            _waits.Add(time);
            return Task.CompletedTask;
        },
        ReadTimeout = TimeSpan.FromSeconds(20),
    };

    private Task<IReadOnlyList<FetchedFile>> Fetch(FileServer server, string? sha256 = null, Func<FetchOptions, FetchOptions>? change = null, CancellationToken? stop = null) =>
        Fetch(change is null ? Options(server) : change(Options(server)), sha256, stop);

    private async Task<IReadOnlyList<FetchedFile>> Fetch(FetchOptions options, string? sha256, CancellationToken? stop = null)
    {
        using var fetcher = new CorpusFetcher(options);
        var download = new CorpusDownload("test", "test", "none", [new CorpusFile("file.bin", new Uri("https://example.org/some/path/file.bin?a=b"), 300_000, sha256)]);
        return await fetcher.FetchAsync(download, _folder.Path, new Seen(_seen), stop ?? TestContext.Current.CancellationToken);
    }

    private void AssertWhole()
    {
        Assert.Equal(Content, File.ReadAllBytes(_folder.File("file.bin")));
        Assert.Equal(["fetch.json", "file.bin"], _folder.Names());
    }

    [Fact]
    public async Task A_file_is_fetched_checked_and_recorded()
    {
        using var server = new FileServer(FileServer.File(Content));
        FetchedFile file = Assert.Single(await Fetch(server, Hash(Content)));
        Assert.Equal((_folder.File("file.bin"), Content.Length, Hash(Content), true, false), (file.Path, file.Bytes, file.Sha256, file.IsVerified, file.WasThere));
        AssertWhole();
        Assert.StartsWith("GET /some/path/file.bin?a=b HTTP/1.1", Assert.Single(server.Requests), StringComparison.Ordinal);
        Assert.Contains(Hash(Content), File.ReadAllText(_folder.File("fetch.json")), StringComparison.Ordinal);
        Assert.Equal((Content.Length, Content.Length), (_seen[^1].Bytes, _seen[^1].Total));
        Assert.True(Assert.Single(await Fetch(server, Hash(Content))).WasThere);
        Assert.Single(server.Requests);
    }

    [Fact]
    public async Task A_broken_connection_is_continued_where_it_broke()
    {
        using var server = new FileServer(FileServer.File(Content, cut: 100_000), FileServer.File(Content, cut: 50_000), FileServer.File(Content));
        Assert.False(Assert.Single(await Fetch(server)).IsVerified);
        AssertWhole();
        Assert.Equal([null, "bytes=100000-", "bytes=150000-"], server.Requests.Select(request => FileServer.Header(request, "Range")));
        Assert.Equal([null, "\"one\"", "\"one\""], server.Requests.Select(request => FileServer.Header(request, "If-Range")));
        Assert.All(_waits, wait => Assert.InRange(wait.TotalSeconds, 0.5, 1));
        Assert.Contains(_seen, progress => progress.Note is { } note && note.Contains("100,000", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_later_call_continues_what_an_earlier_one_left()
    {
        using (var server = new FileServer(FileServer.File(Content, cut: 100_000), FileServer.Status("500 Broken")))
        {
            NGptException error = await Assert.ThrowsAsync<NGptException>(() => Fetch(server, change: options => options with { Attempts = 3 }));
            Assert.Contains("500 Broken", error.Message, StringComparison.Ordinal);
            Assert.Equal(4, _waits.Count + 2);
        }

        Assert.Equal(["file.bin.part", "file.bin.part.json"], _folder.Names());
        using var again = new FileServer(FileServer.File(Content));
        await Fetch(again, Hash(Content));
        Assert.Equal("bytes=100000-", FileServer.Header(Assert.Single(again.Requests), "Range"));
        AssertWhole();
    }

    [Fact]
    public async Task A_server_without_parts_sends_all_again()
    {
        using var server = new FileServer(FileServer.File(Content, cut: 100_000), FileServer.File(Content, knowsParts: false));
        await Fetch(server, Hash(Content));
        AssertWhole();
    }

    [Fact]
    public async Task A_server_without_a_version_is_not_continued()
    {
        Func<string, byte[]> broken = FileServer.Answer("200 OK", $"Content-Length: {Content.Length}\r\nETag: W/\"weak\"\r\n", Content[..1000]);
        using var server = new FileServer(broken, FileServer.File(Content));
        await Fetch(server, Hash(Content));
        AssertWhole();
        Assert.All(server.Requests, request => Assert.Null(FileServer.Header(request, "Range")));
    }

    [Fact]
    public async Task A_file_that_changes_between_attempts_is_fetched_from_its_beginning()
    {
        byte[] other = [.. Content.Reverse()];
        using var server = new FileServer(FileServer.File(other, cut: 100_000), FileServer.File(Content, "\"two\""));
        await Fetch(server, Hash(Content));
        AssertWhole();

        // One that answers with a part of the new version all the same.
        File.Delete(_folder.File("file.bin"));
        Func<string, byte[]> wrong = FileServer.Answer("206 Partial", $"Content-Length: 200000\r\nETag: \"two\"\r\nContent-Range: bytes 100000-299999/300000\r\n", Content[100_000..]);
        using var liar = new FileServer(FileServer.File(other, cut: 100_000), wrong, FileServer.File(Content, "\"two\""));
        await Fetch(liar, Hash(Content));
        AssertWhole();
    }

    [Fact]
    public async Task A_part_that_is_whole_or_too_long_is_dealt_with()
    {
        _folder.Write("file.bin.part", Content);
        _folder.Write("file.bin.part.json", "{\"etag\":\"\\\"one\\\"\"}");
        using var server = new FileServer(FileServer.File(Content));
        await Fetch(server, Hash(Content));
        AssertWhole();
        File.Delete(_folder.File("file.bin"));
        _folder.Write("file.bin.part", [.. Content, 1]);
        _folder.Write("file.bin.part.json", "{\"etag\":\"\\\"one\\\"\"}");
        await Fetch(server, Hash(Content));
        AssertWhole();
    }

    [Theory]
    [InlineData("408 Slow", "")]
    [InlineData("429 Busy", "Retry-After: 7\r\n")]
    [InlineData("500 Broken", "")]
    [InlineData("503 Down", "Retry-After: 7\r\n")]
    public async Task Passing_failures_are_tried_again_after_longer_and_longer_waits(string status, string headers)
    {
        using var server = new FileServer(FileServer.Status(status, headers), FileServer.Status(status, headers), FileServer.Status(status, headers), FileServer.File(Content));
        await Fetch(server, Hash(Content));
        AssertWhole();
        double[] longest = headers.Length > 0 ? [7, 7, 7] : [1, 2, 4];
        Assert.Equal(3, _waits.Count);
        Assert.All(_waits.Zip(longest), pair => Assert.InRange(pair.First.TotalSeconds, headers.Length > 0 ? 7 : pair.Second / 2, pair.Second));
    }

    [Fact]
    public async Task A_server_that_asks_for_hours_is_not_waited_for()
    {
        using var server = new FileServer(FileServer.Status("429 Busy", "Retry-After: 7200\r\n"));
        Assert.Contains("120 minutes", (await Assert.ThrowsAsync<NGptException>(() => Fetch(server))).Message, StringComparison.Ordinal);
        Assert.Empty(_waits);
    }

    [Theory]
    [InlineData("404 Not Found", "404")]
    [InlineData("403 Forbidden", "403")]
    [InlineData("304 Not Modified", "304")]
    public async Task Lasting_failures_are_one_line_at_once(string status, string expected)
    {
        using var server = new FileServer(FileServer.Status(status));
        NGptException error = await Assert.ThrowsAsync<NGptException>(() => Fetch(server));
        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
        Assert.Contains("--from", error.Remedy, StringComparison.Ordinal);
        Assert.Empty(_waits);
    }

    [Fact]
    public async Task Wrong_bytes_are_removed_with_both_checksums_named()
    {
        using var server = new FileServer(FileServer.File([.. Content.Reverse()]));
        NGptException error = await Assert.ThrowsAsync<NGptException>(() => Fetch(server, Hash(Content)));
        Assert.Contains(Hash(Content), error.Message, StringComparison.Ordinal);
        Assert.Contains("removed", error.Message, StringComparison.Ordinal);
        Assert.Empty(_folder.Names());
    }

    [Fact]
    public async Task More_bytes_than_announced_are_refused()
    {
        byte[] chunk = new byte[1 << 20];
        byte[] endless = [.. Enumerable.Range(0, 4).SelectMany(_ => (byte[])[.. Encoding.ASCII.GetBytes($"{chunk.Length:X}\r\n"), .. chunk, .. "\r\n"u8]), .. "0\r\n\r\n"u8];
        using var server = new FileServer(FileServer.Answer("200 OK", "Transfer-Encoding: chunked\r\n", endless));
        Assert.Contains("more than the 1,200,000 bytes", (await Assert.ThrowsAsync<NGptException>(() => Fetch(server))).Message, StringComparison.Ordinal);
        Func<string, byte[]> tooMuch = FileServer.Answer("206 Partial", "Content-Length: 250000\r\nContent-Range: bytes 100000-299999/300000\r\n", new byte[250_000]);
        using var second = new FileServer(FileServer.File(Content, cut: 100_000), tooMuch);
        Assert.Contains("more than the 300,000 bytes", (await Assert.ThrowsAsync<NGptException>(() => Fetch(second))).Message, StringComparison.Ordinal);
        Assert.False(File.Exists(_folder.File("file.bin")));
    }

    [Fact]
    public async Task What_is_no_plain_file_is_refused()
    {
        using var page = new FileServer(FileServer.Answer("200 OK", "Content-Length: 4\r\nContent-Type: text/html; charset=utf-8\r\n", "page"u8.ToArray()));
        Assert.Contains("a web page", (await Assert.ThrowsAsync<NGptException>(() => Fetch(page))).Message, StringComparison.Ordinal);
        using var packed = new FileServer(FileServer.Answer("200 OK", "Content-Length: 4\r\nContent-Encoding: gzip\r\n", "pack"u8.ToArray()));
        Assert.Contains("compressed", (await Assert.ThrowsAsync<NGptException>(() => Fetch(packed))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_unknown_file_is_compared_with_what_was_fetched_before()
    {
        using (var server = new FileServer(FileServer.File(Content)))
        {
            await Fetch(server);
            File.Delete(_folder.File("file.bin"));
            Assert.True(Assert.Single(await Fetch(server)).IsVerified);
        }

        File.AppendAllText(_folder.File("file.bin"), "x");
        using var other = new FileServer(FileServer.File([1, 2, 3]));
        Assert.Contains("was changed", (await Assert.ThrowsAsync<FileFormatException>(() => Fetch(other))).Message, StringComparison.Ordinal);
        File.Delete(_folder.File("file.bin"));
        Assert.Contains("fetch.json", (await Assert.ThrowsAsync<NGptException>(() => Fetch(other))).Remedy, StringComparison.Ordinal);
        _folder.Write("fetch.json", "{\"files\":[]}");
        await Assert.ThrowsAsync<FileFormatException>(() => Fetch(other));
        File.Delete(_folder.File("fetch.json"));
        _folder.Write("file.bin", "mine");
        Assert.Contains("is there already", (await Assert.ThrowsAsync<NGptException>(() => Fetch(other))).Message, StringComparison.Ordinal);
        Assert.Equal("mine", File.ReadAllText(_folder.File("file.bin")));
    }

    [Fact]
    public async Task Redirects_are_followed_a_few_times_and_never_to_plain_http()
    {
        using var target = new FileServer(FileServer.File(Content));
        using var server = new FileServer(FileServer.Status("302 Found", $"Location: {target.Address}x\r\n"));
        await Fetch(server, Hash(Content));
        AssertWhole();
        File.Delete(_folder.File("file.bin"));
        using var loop = new FileServer(FileServer.Status("307 Temporary", "Location: /again\r\n"));
        Assert.Contains("more than 5 times", (await Assert.ThrowsAsync<NGptException>(() => Fetch(loop))).Message, StringComparison.Ordinal);
        Assert.Equal(6, loop.Requests.Count);
        foreach (string address in (string[])["http://example.org/x", "file:///etc/passwd", "ftp://example.org/x"])
        {
            using var away = new FileServer(FileServer.Status("302 Found", $"Location: {address}\r\n"));
            Assert.Contains("which is not asked", (await Assert.ThrowsAsync<NGptException>(() => Fetch(away))).Message, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("http://example.org", "plain http is not asked")]
    [InlineData("ftp://example.org", "ftp is not understood")]
    public async Task Addresses_without_encryption_are_refused_beyond_this_machine(string address, string problem) =>
        Assert.Contains(problem, (await Assert.ThrowsAsync<UsageException>(() => Fetch(new FetchOptions { BaseAddress = new Uri(address) }, null))).Message, StringComparison.Ordinal);

    [Fact]
    public async Task A_full_disk_is_found_before_anything_is_received()
    {
        using var server = new FileServer(FileServer.File(Content));
        NGptException error = await Assert.ThrowsAsync<NGptException>(() => Fetch(server, change: options => options with { FreeBytes = _ => (64 << 20) + Content.Length - 1 }));
        Assert.Contains("300,000 more bytes", error.Message, StringComparison.Ordinal);
        await Fetch(server, change: options => options with { FreeBytes = _ => (64 << 20) + Content.Length });
    }

    [Fact]
    public async Task Stopping_keeps_what_was_received()
    {
        using var stop = new CancellationTokenSource();
        using (var server = new FileServer(FileServer.File(Content, cut: 100_000)))
        {
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Fetch(server, change: options => options with { Delay = (_, token) => { stop.Cancel(); return Task.FromCanceled(token); } }, stop: stop.Token));
        }

        Assert.Equal(100_000, new FileInfo(_folder.File("file.bin.part")).Length);
        using var again = new FileServer(FileServer.File(Content));
        await Fetch(again, Hash(Content));
        Assert.NotNull(FileServer.Header(Assert.Single(again.Requests), "Range"));
        AssertWhole();
    }

    [Fact]
    public async Task A_server_that_is_not_there_is_named()
    {
        Uri nowhere;
        using (var server = new FileServer())
        {
            nowhere = server.Address;
        }

        NGptException error = await Assert.ThrowsAsync<NGptException>(() => Fetch(new FetchOptions { BaseAddress = nowhere, Attempts = 2, Delay = (_, _) => Task.CompletedTask }, null));
        Assert.Contains("127.0.0.1: the connection failed", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_catalog_is_complete_and_finds_what_was_meant()
    {
        Assert.Equal(
            ["fineweb-edu-sample", "gpt2-tokenizer", "openwebtext", "tiny-shakespeare", "tinystories", "wikitext-103"],
            CorpusCatalog.All.Select(download => download.Name).Order(StringComparer.Ordinal));
        Assert.All(CorpusCatalog.All, download =>
        {
            Assert.Equal(download.Files.Count, download.Files.Select(file => file.Name).Distinct().Count());
            Assert.All(download.Files, file => Assert.Equal((Uri.UriSchemeHttps, file.Name), (file.Address.Scheme, Path.GetFileName(file.Name))));
            Assert.All(download.Files, file => Assert.Matches("^([0-9a-f]{64})?$", file.Sha256 ?? string.Empty));
        });
        Assert.Contains("tinystories?", Assert.Throws<UsageException>(() => CorpusCatalog.Find("tinystorys")).Remedy, StringComparison.Ordinal);
    }
}
