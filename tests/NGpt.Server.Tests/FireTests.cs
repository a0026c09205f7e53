using NGpt.ServerLoad;

namespace NGpt.Server.Tests;

public sealed class FireTests
{
    [Fact]
    public async Task Two_hundred_clients_good_and_bad_leave_a_server_that_is_well()
    {
        ServerOptions options = new() { QueueLength = 60, MaxBodyBytes = 100_000 };
        using FailureLog log = new();
        await using TestServer server = await TestServer.StartAsync(options, new FakeContext(slots: 5), logs: log);
        Fire fire = new(server.Server.Address, options.MaxBodyBytes);
        for (int round = 0; round < 2; round++)
        {
            FireReport report = await fire.RunAsync(200, TestServer.Stop);
            Assert.Empty(report.Wrong);
            Assert.Empty(log.Failures);
            Assert.Equal(20, report.Outcomes["SendsUnknownTokens: 400"]);
            Assert.Contains("Streams: whole", report.Outcomes.Keys);
        }

        Dictionary<string, double> numbers = await fire.UntilIdleAsync(TestServer.Stop);
        double ended = numbers.Where(number => number.Key.StartsWith("ngpt_texts_ended_total", StringComparison.Ordinal)).Sum(number => number.Value);
        Assert.Equal(numbers["ngpt_texts_accepted_total"], ended);
        Assert.DoesNotContain("ngpt_texts_ended_total{reason=\"error\"}", numbers.Keys);
        Assert.DoesNotContain("ngpt_requests_refused_total{status=\"500\"}", numbers.Keys);

        // The slots are free and hold what they say.
        string answer = (await server.PostAsync("/v1/completions", """{"prompt":"after the fire","max_tokens":9,"temperature":0}""")).GetProperty("choices")[0].GetProperty("text").GetString()!;
        Assert.Equal(FakeContext.GreedyText("after the fire", 9), answer);
    }
}
