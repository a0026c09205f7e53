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
        RawConnection[] silent = new RawConnection[9];
        for (int i = 0; i < silent.Length; i++)
        {
            silent[i] = await RawConnection.OpenAsync(server.Server.Address);
        }

        for (int i = 0; i < 3; i++)
        {
            using RawConnection bystander = await RawConnection.OpenAsync(server.Server.Address);
            await bystander.SendAsync(HealthRequest);
            Assert.Contains("{\"status\":\"ok\"}", await bystander.ReadToEndAsync(), StringComparison.Ordinal);
        }

        // The oldest made way.
        Assert.Empty(await silent[0].ReadToEndAsync());
        Array.ForEach(silent, connection => connection.Dispose());
    }

    [Fact]
    public async Task A_connection_that_sends_nothing_is_closed_in_time()
    {
        FakeTimeProvider time = new();
        ServerOptions options = new();
        await using TestServer server = await TestServer.StartAsync(options, time: time);
        using RawConnection silent = await RawConnection.OpenAsync(server.Server.Address);
        using RawConnection late = await RawConnection.OpenAsync(server.Server.Address);
        await late.SendAsync("GET /health");

        // An answer on a later connection: the server has accepted the others.
        await server.GetAsync("/health");
        Task<string> closed = silent.ReadToEndAsync();
        while (!closed.IsCompleted)
        {
            time.Advance(options.FirstByteTimeout);
            await Task.Yield();
        }

        Assert.Empty(await closed);
        await late.SendAsync(" HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
        Assert.Contains("ok", await late.ReadToEndAsync(), StringComparison.Ordinal);
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
