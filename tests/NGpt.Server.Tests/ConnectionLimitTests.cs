using Microsoft.Extensions.Time.Testing;

namespace NGpt.Server.Tests;

public sealed class ConnectionLimitTests
{
    private const string HealthRequest = "GET /health HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";

    [Theory]
    [InlineData(4, 100)]
    [InlineData(100, 4)]
    public async Task Silent_connections_shut_nobody_out(int max, int maxPerAddress)
    {
        await using TestServer server = await TestServer.StartAsync(new ServerOptions { MaxConnections = max, MaxConnectionsPerAddress = maxPerAddress }, time: new FakeTimeProvider());
        List<RawConnection> silent = [];
        List<Task<string>> closed = [];
        for (int i = 0; i < 9; i++)
        {
            silent.Add(await RawConnection.OpenAsync(server.Server.Address));
            closed.Add(silent[^1].ReadToEndAsync());
        }

        // All were admitted when all but four had to make way.
        while (closed.Count > 4)
        {
            Task<string> first = await Task.WhenAny(closed);
            Assert.Empty(await first);
            closed.Remove(first);
        }

        for (int i = 0; i < 3; i++)
        {
            using RawConnection bystander = await RawConnection.OpenAsync(server.Server.Address);
            await bystander.SendAsync(HealthRequest);
            Assert.Contains("{\"status\":\"ok\"}", await bystander.ReadToEndAsync(), StringComparison.Ordinal);
        }

        silent.ForEach(connection => connection.Dispose());
        await Task.WhenAll(closed);
    }

    [Theory]
    [InlineData("no request at all\r\n\r\n", 400, "the request is malformed")]
    [InlineData("GET / HTTP/1.1\r\n\r\n", 400, "the request is malformed")]
    [InlineData("GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", 400, "the request is malformed")]
    [InlineData("GET / HTTP/3.7\r\nHost: localhost\r\n\r\n", 505, "the HTTP version is not supported")]
    [InlineData("GET / HTTP/1.1\r\nHost: localhost\r\nX: LONG\r\n\r\n", 431, "the headers are too large")]
    [InlineData("GET /LONG HTTP/1.1\r\nHost: localhost\r\n\r\n", 414, "the request line is too long")]
    public async Task What_is_no_request_is_answered_with_an_error_object_too(string request, int status, string message)
    {
        await using TestServer server = await TestServer.StartAsync();
        using RawConnection raw = await RawConnection.OpenAsync(server.Server.Address);
        await raw.SendAsync(request.Replace("LONG", new string('x', 20_000), StringComparison.Ordinal));
        string answer = await raw.ReadToEndAsync();
        Assert.StartsWith($"HTTP/1.1 {status} ", answer, StringComparison.Ordinal);
        string[] parts = answer.Split("\r\n\r\n");
        Assert.Contains($"Content-Length: {parts[1].Length}\r\n", parts[0] + "\r\n", StringComparison.Ordinal);
        System.Text.Json.JsonElement error = System.Text.Json.JsonDocument.Parse(parts[1]).RootElement.GetProperty("error");
        Assert.StartsWith(message, error.GetProperty("message").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_connection_that_sends_nothing_is_closed_in_time()
    {
        FakeTimeProvider time = new();
        ServerOptions options = new();
        await using TestServer server = await TestServer.StartAsync(options, time: time);
        using RawConnection silent = await RawConnection.OpenAsync(server.Server.Address);
        using RawConnection other = await RawConnection.OpenAsync(server.Server.Address);
        await other.SendAsync("GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n");
        Assert.StartsWith("HTTP/1.1 200 ", await other.ReadAsync(13), StringComparison.Ordinal);
        Task<string> closed = silent.ReadToEndAsync();
        while (!closed.IsCompleted)
        {
            time.Advance(options.FirstByteTimeout);
            await Task.Yield();
        }

        Assert.Empty(await closed);
        await other.SendAsync(HealthRequest);
        Assert.EndsWith("{\"status\":\"ok\"}", await other.ReadToEndAsync(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(2, 100)]
    [InlineData(100, 2)]
    public async Task Where_all_connections_are_in_use_another_is_refused_with_a_reason(int max, int maxPerAddress)
    {
        await using TestServer server = await TestServer.StartAsync(new ServerOptions { MaxConnections = max, MaxConnectionsPerAddress = maxPerAddress });
        using RawConnection first = await RawConnection.OpenAsync(server.Server.Address);
        using RawConnection second = await RawConnection.OpenAsync(server.Server.Address);
        foreach (RawConnection connection in (RawConnection[])[first, second])
        {
            await connection.SendAsync("GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n");
            await connection.ReadAsync("HTTP/1.1 200 OK".Length);
        }

        using (RawConnection refused = await RawConnection.OpenAsync(server.Server.Address))
        {
            string answer = await refused.ReadToEndAsync();
            Assert.StartsWith("HTTP/1.1 503 ", answer, StringComparison.Ordinal);
            Assert.EndsWith("""{"error":{"code":503,"message":"there are too many connections, in all or from this address","type":"unavailable_error"}}""", answer, StringComparison.Ordinal);
        }

        // One that ends makes room.
        first.Dispose();
        string text;
        do
        {
            using RawConnection next = await RawConnection.OpenAsync(server.Server.Address);
            await next.SendAsync(HealthRequest);
            text = await next.ReadToEndAsync();
        }
        while (!text.StartsWith("HTTP/1.1 200 ", StringComparison.Ordinal));
    }
}
