using Microsoft.Extensions.Time.Testing;
using NGpt.Core.Generation;
using NGpt.ServerLoad;

namespace NGpt.Server.Tests;

public sealed class LoadTests
{
    public static TheoryData<int> Attacks => [.. Enum.GetValues<Attack>().Select(attack => (int)attack)];

    [Theory]
    [MemberData(nameof(Attacks))]
    public async Task Attackers_shut_nobody_out(int attack)
    {
        ServerOptions options = new() { QueueLength = 20, MaxConnections = 20, RefusalDelay = TimeSpan.FromMilliseconds(20) };
        using FailureLog log = new();

        // Time stands still: no limit of time helps the bystander.
        await using TestServer server = await TestServer.StartAsync(options, new FakeContext(slots: 3, contextLength: 500), new FakeTimeProvider(), logs: log);
        AttackTest test = new(server.Server.Address, options.MaxBodyBytes);
        AttackReport report = await test.RunAsync((Attack)attack, attackers: attack == (int)Attack.SendsNothing ? 40 : 12, TestServer.Stop);
        Assert.Empty(log.Failures);
        Assert.Equal(attack == (int)Attack.IgnoresRetryAfter ? report.Refused : 0, AttackTest.BystanderRequests - report.Waits.Count);
    }

    [Fact]
    public async Task Two_hundred_clients_valid_and_hostile_leave_the_server_healthy()
    {
        ServerOptions options = new() { QueueLength = 60, MaxBodyBytes = 100_000, ChatTemplate = ChatTemplate.Plain };
        using FailureLog log = new();
        await using TestServer server = await TestServer.StartAsync(options, new FakeContext(slots: 5), logs: log);
        LoadTest test = new(server.Server.Address, options.MaxBodyBytes);
        for (int round = 0; round < 2; round++)
        {
            LoadTestReport report = await test.RunAsync(200, TestServer.Stop);
            Assert.Empty(report.Unexpected);
            Assert.Empty(log.Failures);
            Assert.Equal(16, report.Outcomes.GetValueOrDefault("SendsUnknownTokens: 400") + report.Outcomes.GetValueOrDefault("SendsUnknownTokens: 429"));
            Assert.Equal(34, report.Outcomes["Tokenizes: 200"]);
            Assert.Contains("Streams: complete", report.Outcomes.Keys);
        }

        Dictionary<string, double> metrics = await test.WaitUntilIdleAsync(TestServer.Stop);
        double ended = metrics.Where(metric => metric.Key.StartsWith("ngpt_texts_ended_total", StringComparison.Ordinal)).Sum(metric => metric.Value);
        Assert.Equal(metrics["ngpt_texts_accepted_total"], ended);
        Assert.DoesNotContain("ngpt_texts_ended_total{reason=\"error\"}", metrics.Keys);
        Assert.DoesNotContain("ngpt_requests_refused_total{status=\"500\"}", metrics.Keys);

        // The slots are free and their cached tokens are right.
        string answer = (await server.PostAsync("/v1/completions", """{"prompt":"after the load","max_tokens":9,"temperature":0}""")).GetProperty("choices")[0].GetProperty("text").GetString()!;
        Assert.Equal(FakeContext.GreedyText("after the load", 9), answer);
    }
}
