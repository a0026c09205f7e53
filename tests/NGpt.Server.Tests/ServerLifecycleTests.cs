using System.Net;
using System.Text.Json;
using Microsoft.Extensions.Time.Testing;
using NGpt.Core.Errors;

namespace NGpt.Server.Tests;

public sealed class ServerLifecycleTests
{
    private static CancellationToken Stop => TestServer.Stop;

    [Fact]
    public async Task Health_is_unavailable_while_the_model_loads_and_ok_after_it()
    {
        using FakeContext context = new();
        TaskCompletionSource loading = new();
        await using NGptServer server = await NGptServer.StartAsync(new ServerOptions { Port = 0, Slots = 3 }, () =>
        {
            loading.Task.Wait(Stop);
            return TestServer.Model(context);
        });
        using HttpClient client = new() { BaseAddress = server.Address };
        foreach (string path in (string[])["/health", "/v1/models"])
        {
            using HttpResponseMessage early = await client.GetAsync(path, Stop);
            Assert.Equal(HttpStatusCode.ServiceUnavailable, early.StatusCode);
            Assert.Equal("""{"error":{"code":503,"message":"Loading model","type":"unavailable_error"}}""", await early.Content.ReadAsStringAsync(Stop));
        }

        loading.SetResult();
        await server.Ready.WaitAsync(Stop);
        Assert.Equal("""{"status":"ok"}""", await client.GetStringAsync("/health", Stop));
    }

    [Fact]
    public async Task A_model_that_cannot_be_loaded_is_reported()
    {
        await using NGptServer server = await NGptServer.StartAsync(new ServerOptions { Port = 0 }, () => throw new NGptException("no such file"));
        await Assert.ThrowsAsync<NGptException>(() => server.Ready.WaitAsync(Stop));
        using HttpClient client = new() { BaseAddress = server.Address };
        using HttpResponseMessage answer = await client.GetAsync("/health", Stop);
        Assert.Contains("no such file", await answer.Content.ReadAsStringAsync(Stop), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_model_whose_context_is_unusable_is_disposed_of()
    {
        using FakeContext tooSmall = new(slots: 3, batchTokens: 2);
        using FakeContext owner = new();
        ServedModel model = TestServer.Model(tooSmall) with { Owner = owner };
        await using NGptServer server = await NGptServer.StartAsync(new ServerOptions { Port = 0, Slots = 3 }, () => model);
        await Assert.ThrowsAsync<ArgumentException>(() => server.Ready.WaitAsync(Stop));
        Assert.True(tooSmall.IsDisposed && owner.IsDisposed);
    }

    [Fact]
    public async Task A_port_in_use_and_invalid_options_are_rejected()
    {
        await using TestServer server = await TestServer.StartAsync();
        using FailureLog log = new();
        int port = server.Server.Address.Port;
        NGptException taken = await Assert.ThrowsAsync<NGptException>(() => NGptServer.StartAsync(new ServerOptions { Port = port }, () => TestServer.Model(new FakeContext()), logs: log));
        Assert.Equal($"cannot listen on 127.0.0.1:{port}: the port is in use", taken.Message);
        NGptException foreign = await Assert.ThrowsAsync<NGptException>(
            () => NGptServer.StartAsync(new ServerOptions { Host = "192.0.2.1", Port = port }, () => TestServer.Model(new FakeContext()), logs: log));
        Assert.Equal($"cannot listen on 192.0.2.1:{port}: this machine has no such address", foreign.Message);
        Assert.Empty(log.Failures);
        await Assert.ThrowsAsync<UsageException>(() => NGptServer.StartAsync(new ServerOptions { Slots = 0 }, () => TestServer.Model(new FakeContext())));
        await Assert.ThrowsAsync<UsageException>(() => NGptServer.StartAsync(new ServerOptions { BatchTokens = int.MaxValue }, () => TestServer.Model(new FakeContext())));
        await Assert.ThrowsAsync<UsageException>(() => NGptServer.StartAsync(new ServerOptions { ContextLength = (1 << 20) + 1 }, () => TestServer.Model(new FakeContext())));
        await Assert.ThrowsAsync<UsageException>(() => NGptServer.StartAsync(new ServerOptions { Host = "example.org" }, () => TestServer.Model(new FakeContext())));
    }

    [Fact]
    public async Task The_model_and_its_default_settings_are_returned()
    {
        FakeContext context = new();
        ServedModel model = TestServer.Model(context) with { Defaults = ServedModel.OpenAIDefaults with { Temperature = 0.25, TopK = 12 } };
        await using TestServer server = await TestServer.StartAsync(context: context, model: model);
        JsonElement entry = Assert.Single((await server.GetAsync("/v1/models")).GetProperty("data").EnumerateArray());
        Assert.Equal(("fake", "model", 257), (entry.GetProperty("id").GetString(), entry.GetProperty("object").GetString(), entry.GetProperty("meta").GetProperty("n_vocab").GetInt32()));
        JsonElement settings = (await server.GetAsync("/props")).GetProperty("default_generation_settings");
        Assert.Equal(
            """{"n_ctx":96,"params":{"temperature":0.25,"top_k":12,"top_p":1,"min_p":0,"repeat_penalty":1,"repeat_last_n":64,"presence_penalty":0,"frequency_penalty":0,"seed":-1}}""",
            settings.GetRawText());
        Assert.Equal((96, 0.25, 12), (settings.GetProperty("n_ctx").GetInt32(), settings.GetProperty("params").GetProperty("temperature").GetDouble(), settings.GetProperty("params").GetProperty("top_k").GetInt32()));
    }

    [Fact]
    public async Task Text_is_tokenized_and_detokenized()
    {
        await using TestServer server = await TestServer.StartAsync();
        JsonElement tokens = await server.PostAsync("/tokenize", """{"content":"hé"}""");
        Assert.Equal("""{"tokens":[104,195,169]}""", tokens.GetRawText());
        Assert.Equal("""{"content":"hé","prompt":"hé"}""", (await server.PostAsync("/detokenize", tokens.GetRawText())).GetRawText());
        Assert.Equal("""{"tokens":[{"id":104,"piece":"h"}]}""", (await server.PostAsync("/tokenize", """{"content":"h","with_pieces":true}""")).GetRawText());
        await server.PostAsync("/detokenize", """{"tokens":[257]}""", 400);
        await server.PostAsync("/tokenize", "{}", 400);
    }

    [Fact]
    public async Task A_long_text_is_tokenized_in_pieces_up_to_a_limit()
    {
        await using TestServer server = await TestServer.StartAsync();
        string text = new('a', 1 << 17);
        JsonElement tokens = (await server.PostAsync("/tokenize", $"{{\"content\":\"{text}\"}}")).GetProperty("tokens");
        Assert.Equal(text.Length, tokens.GetArrayLength());
        Assert.All(tokens.EnumerateArray(), token => Assert.Equal('a', token.GetInt32()));
        JsonElement error = (await server.PostAsync("/tokenize", $"{{\"content\":\"{text}a\"}}", 400)).GetProperty("error");
        Assert.Contains("more than 131072 tokens", error.GetProperty("message").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_client_that_does_not_read_its_tokens_is_disconnected()
    {
        FakeTimeProvider time = new();
        ServerOptions options = new();
        await using TestServer server = await TestServer.StartAsync(options, time: time);
        using RawConnection raw = await RawConnection.OpenAsync(server.Server.Address);
        string body = $"{{\"content\":\"{new string('\u20ac', 1 << 15)}\",\"with_pieces\":true}}";
        await raw.SendAsync($"POST /tokenize HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: {System.Text.Encoding.UTF8.GetByteCount(body)}\r\n\r\n{body}");
        Assert.StartsWith("HTTP/1.1 200 ", await raw.ReadAsync(13), StringComparison.Ordinal);

        // The answer has begun, so its time has too; the rest does not fit into the buffers between the two.
        time.Advance(options.TransferTimeout);
        Assert.DoesNotContain("]}", await raw.ReadToEndAsync(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/health")]
    [InlineData("/v1/health")]
    [InlineData("/v1/models")]
    [InlineData("/v1/models/fake")]
    [InlineData("/metrics")]
    [InlineData("/props")]
    [InlineData("/tokenizer_info")]
    [InlineData("/")]
    public async Task What_can_be_read_has_a_head(string path)
    {
        await using TestServer server = await TestServer.StartAsync();
        using HttpResponseMessage whole = await server.Client.GetAsync(path, Stop);
        using HttpRequestMessage request = new(HttpMethod.Head, path);
        using HttpResponseMessage head = await server.Client.SendAsync(request, Stop);
        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.OK), (whole.StatusCode, head.StatusCode));
        Assert.Equal(whole.Content.Headers.ContentType, head.Content.Headers.ContentType);
        Assert.Empty(await head.Content.ReadAsByteArrayAsync(Stop));
    }

    [Fact]
    public async Task A_model_is_found_by_its_id()
    {
        await using TestServer server = await TestServer.StartAsync();
        Assert.Equal("fake", (await server.GetAsync("/v1/models/fake")).GetProperty("id").GetString());
        JsonElement error = (await server.GetAsync("/v1/models/org/other", 404)).GetProperty("error");
        Assert.Equal(("model_not_found", "model"), (error.GetProperty("code").GetString(), error.GetProperty("param").GetString()));
    }

    [Fact]
    public async Task Every_request_is_an_entry_of_the_log()
    {
        System.Collections.Concurrent.ConcurrentQueue<RequestLogEntry> log = new();
        using SemaphoreSlim logged = new(0);
        ServerOptions options = new()
        {
            RequestLog = entry =>
            {
                log.Enqueue(entry);
                logged.Release();
            },
        };
        await using TestServer server = await TestServer.StartAsync(options);
        await server.PostAsync("/v1/completions", """{"prompt":"abc","max_tokens":5,"temperature":0}""");
        await logged.WaitAsync(Stop);
        await server.GetAsync("/no\u20acwhere", 404);
        await logged.WaitAsync(Stop);
        Assert.Equal(
            [("127.0.0.1", "POST", "/v1/completions", 200, 3, 5), ("127.0.0.1", "GET", "/no%E2%82%ACwhere", 404, null, (int?)null)],
            log.Select(entry => (entry.Client, entry.Method, entry.Path, entry.Status, entry.PromptTokens, entry.GeneratedTokens)));
    }

    [Fact]
    public async Task Metrics_are_in_the_format_of_Prometheus()
    {
        await using TestServer server = await TestServer.StartAsync();
        await server.PostAsync("/v1/completions", """{"prompt":"abc","max_tokens":5,"temperature":0}""");
        await server.PostAsync("/v1/completions", """{"prompt":"abc","max_tokens":-5}""", 400);
        string[] lines = (await server.Client.GetStringAsync("/metrics", Stop)).Split('\n');
        foreach (string expected in (string[])
            [
                "ngpt_prompt_tokens_total 3", "ngpt_generated_tokens_total 5", "ngpt_texts_ended_total{reason=\"max_tokens\"} 1", "ngpt_requests_refused_total{status=\"400\"} 1",
                "ngpt_queue_length 0", "ngpt_running 0", "ngpt_time_to_first_token_seconds_count 1", "ngpt_time_per_output_token_seconds_count 4",
                "ngpt_time_to_first_token_seconds_bucket{le=\"+Inf\"} 1", "# TYPE ngpt_time_to_first_token_seconds histogram", "# TYPE ngpt_queue_length gauge", "# TYPE ngpt_prompt_tokens_total counter",
            ])
        {
            Assert.Contains(expected, lines);
        }
    }

    [Fact]
    public async Task A_client_that_disconnects_frees_its_slot()
    {
        await using TestServer server = await TestServer.StartAsync(context: new FakeContext(slots: 1) { Gate = new SemaphoreSlim(0) });
        using CancellationTokenSource leave = new();
        using HttpRequestMessage request = new(HttpMethod.Post, "/v1/completions") { Content = TestServer.Json("""{"prompt":"a","max_tokens":90,"stream":true}""") };
        using (await server.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Stop))
        {
            await server.Context.Entered.WaitAsync(Stop);
        }

        // The connection is closed; this request needs the only slot.
        server.Context.Gate!.Release(1000);
        await server.PostAsync("/v1/completions", """{"prompt":"b","max_tokens":3}""");
        string metrics = await server.Client.GetStringAsync("/metrics", Stop);
        Assert.Contains("ngpt_running 0", metrics, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Stopping_lets_active_generations_finish_and_rejects_new_ones()
    {
        TestServer server = await TestServer.StartAsync(context: new FakeContext { Gate = new SemaphoreSlim(0) });
        using HttpResponseMessage stream = await StreamAsync(server, 20);
        await server.Context.Entered.WaitAsync(Stop);
        Task stopping = server.Server.StopAsync();
        server.Context.Gate!.Release(1000);
        List<JsonElement> events = TestServer.Events(await stream.Content.ReadAsStringAsync(Stop));
        Assert.Equal(FakeContext.GreedyText("last words", 20), string.Concat(events.Select(chunk => chunk.GetProperty("choices")[0].GetProperty("text").GetString())));
        await stopping.WaitAsync(Stop);
        await server.DisposeAsync();
        Assert.True(server.Context.IsDisposed);
    }

    [Fact]
    public async Task A_generation_that_does_not_finish_in_time_ends_with_the_reason_shutdown()
    {
        FakeTimeProvider time = new();
        TestServer server = await TestServer.StartAsync(new ServerOptions { ShutdownTimeout = TimeSpan.FromSeconds(3) }, new FakeContext { Gate = new SemaphoreSlim(0) }, time);
        using HttpResponseMessage stream = await StreamAsync(server, 80);
        await server.Context.Entered.WaitAsync(Stop);
        server.Context.Gate!.Release(2);
        await server.Context.Entered.WaitAsync(Stop);
        await server.Context.Entered.WaitAsync(Stop);
        Task stopping = server.Server.StopAsync();
        while (!server.Server.IsDraining)
        {
            await Task.Yield();
        }

        time.Advance(TimeSpan.FromSeconds(3));
        while (!server.Server.IsStopForced)
        {
            await Task.Yield();
        }

        server.Context.Gate.Release(1);
        List<JsonElement> events = TestServer.Events(await stream.Content.ReadAsStringAsync(Stop));
        JsonElement last = events[^1].GetProperty("choices")[0];
        Assert.Equal(("length", "shutdown"), (last.GetProperty("finish_reason").GetString(), last.GetProperty("end_reason").GetString()));
        Assert.Equal(FakeContext.GreedyText("last words", 3), string.Concat(events.Select(chunk => chunk.GetProperty("choices")[0].GetProperty("text").GetString())));
        await stopping.WaitAsync(Stop);
        await server.DisposeAsync();
    }

    [Fact]
    public async Task The_deadline_ends_running_and_queued_requests()
    {
        FakeTimeProvider time = new();
        await using TestServer server = await TestServer.StartAsync(
            new ServerOptions { RequestTimeout = TimeSpan.FromSeconds(2) }, new FakeContext(slots: 1) { Gate = new SemaphoreSlim(0) }, time);
        using HttpResponseMessage running = await StreamAsync(server, 20);
        await server.Context.Entered.WaitAsync(Stop);
        using HttpResponseMessage waitingStream = await StreamAsync(server, 20);
        time.Advance(TimeSpan.FromSeconds(2));
        server.Context.Gate!.Release(1000);
        Assert.Equal("deadline", TestServer.Events(await running.Content.ReadAsStringAsync(Stop))[^1].GetProperty("choices")[0].GetProperty("end_reason").GetString());
        Assert.Equal("deadline", TestServer.Events(await waitingStream.Content.ReadAsStringAsync(Stop))[^1].GetProperty("choices")[0].GetProperty("end_reason").GetString());
    }

    private static async Task<HttpResponseMessage> StreamAsync(TestServer server, int tokens)
    {
        using HttpRequestMessage request = new(HttpMethod.Post, "/v1/completions")
        {
            Content = TestServer.Json($$"""{"prompt":"last words","max_tokens":{{tokens}},"temperature":0,"stream":true}"""),
        };
        return await server.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Stop);
    }
}
