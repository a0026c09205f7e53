using System.Net;
using System.Text;
using System.Text.Json;
using NGpt.Core.Errors;

namespace NGpt.Server.Tests;

public sealed class RejectionTests
{
    private static CancellationToken Stop => TestServer.Stop;

    [Theory]
    [InlineData("""{"prompt":"a","temperature":-1}""", "temperature")]
    [InlineData("""{"prompt":"a","temperature":"0"}""", "temperature")]
    [InlineData("""{"prompt":"a","temperature":"NaN"}""", "temperature")]
    [InlineData("""{"prompt":"a","temperature":1e999}""", "temperature")]
    [InlineData("""{"prompt":"a","top_p":1.5}""", "top_p")]
    [InlineData("""{"prompt":"a","min_p":-0.1}""", "min_p")]
    [InlineData("""{"prompt":"a","top_k":-2}""", "top_k")]
    [InlineData("""{"prompt":"a","top_k":1.5}""", "top_k")]
    [InlineData("""{"prompt":"a","repeat_penalty":0}""", "repeat_penalty")]
    [InlineData("""{"prompt":"a","presence_penalty":-1e999}""", "presence_penalty")]
    [InlineData("""{"prompt":"a","frequency_penalty":[]}""", "frequency_penalty")]
    [InlineData("""{"prompt":"a","max_tokens":16.5}""", "max_tokens")]
    [InlineData("""{"prompt":"a","seed":99999999999999999999}""", "seed")]
    [InlineData("""{"prompt":"a","max_tokens":-2}""", "max_tokens")]
    [InlineData("""{"prompt":"a","max_tokens":2,"max_completion_tokens":3}""", "max_completion_tokens")]
    [InlineData("""{"prompt":"a","repeat_penalty":1.2,"repetition_penalty":1.3}""", "repetition_penalty")]
    [InlineData("""{"prompt":"a","repeat_last_n":-2}""", "repeat_last_n")]
    [InlineData("""{"prompt":"a","ignore_eos":1}""", "ignore_eos")]
    [InlineData("""{"prompt":"a","n":0}""", "n")]
    [InlineData("""{"prompt":"a","n":17}""", "n")]
    [InlineData("""{"prompt":"a","n":2,"best_of":1}""", "best_of")]
    [InlineData("""{"prompt":"a","n":2,"best_of":17}""", "best_of")]
    [InlineData("""{"prompt":"a","n":2,"best_of":3,"stream":true}""", "best_of")]
    [InlineData("""{"prompt":"a","stop":[""]}""", "stop[0]")]
    [InlineData("""{"prompt":"a","stop":5}""", "stop")]
    [InlineData("""{"prompt":"a","stop":["1","2","3","4","5","6","7","8","9","a","b","c","d","e","f","g","h"]}""", "stop")]
    [InlineData("""{"prompt":"a","logprobs":21}""", "logprobs")]
    [InlineData("""{"prompt":"a","logprobs":true}""", "logprobs")]
    [InlineData("""{"prompt":"a","echo":1}""", "echo")]
    [InlineData("""{"prompt":"a","stream":"yes"}""", "stream")]
    [InlineData("""{"prompt":"a","stream_options":{"include_usage":3}}""", "stream_options")]
    [InlineData("""{"prompt":"a","token_details":{"top":-1}}""", "token_details")]
    [InlineData("""{"prompt":"a","suffix":"b"}""", "suffix")]
    [InlineData("""{"prompt":"a","model":7}""", "model")]
    [InlineData("""{"prompt":7}""", "prompt")]
    [InlineData("""{"prompt":[]}""", "prompt")]
    [InlineData("""{"prompt":[[]]}""", "prompt[0]")]
    [InlineData("""{"prompt":[1,257]}""", "prompt[1]")]
    [InlineData("""{"prompt":[1,-1]}""", "prompt[1]")]
    [InlineData("""{"prompt":[[1],[2,3.5]]}""", "prompt[1][1]")]
    [InlineData("""{"prompt":["a",5]}""", "prompt[1]")]
    [InlineData("""{"prompt":"\ud800"}""", "prompt")]
    [InlineData("""{"prompt":"0123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789"}""", "prompt")]
    public async Task An_invalid_field_is_rejected_by_its_name(string body, string field)
    {
        await using TestServer server = await TestServer.StartAsync();
        JsonElement error = (await server.PostAsync("/v1/completions", body, 400)).GetProperty("error");
        Assert.Equal((field, "invalid_request_error"), (error.GetProperty("param").GetString(), error.GetProperty("type").GetString()));
        Assert.StartsWith(field, error.GetProperty("message").GetString(), StringComparison.Ordinal);
        Assert.Empty(server.Context.Steps);
    }

    [Fact]
    public async Task All_problems_are_reported_at_once_and_unknown_fields_are_ignored()
    {
        await using TestServer server = await TestServer.StartAsync();
        JsonElement error = (await server.PostAsync("/v1/completions", """{"prompt":[],"temperature":-1,"n":0,"user":"me","new_field":{"x":1}}""", 400)).GetProperty("error");
        string message = error.GetProperty("message").GetString()!;
        Assert.All(["prompt", "temperature", "n must"], field => Assert.Contains(field, message, StringComparison.Ordinal));
        Assert.DoesNotContain("new_field", message, StringComparison.Ordinal);
        await server.PostAsync("/v1/completions", """{"prompt":"a","temperature":null,"user":"me","new_field":{"x":1}}""");
    }

    [Fact]
    public async Task Too_many_probabilities_of_prompt_tokens_are_rejected()
    {
        await using TestServer server = await TestServer.StartAsync(new ServerOptions { QueueLength = 2000 });
        string prompts = string.Join(',', Enumerable.Repeat($"[{string.Join(',', Enumerable.Repeat(97, 90))}]", 128));
        JsonElement error = (await server.PostAsync("/v1/completions", $$"""{"prompt":[{{prompts}}],"n":10,"echo":true,"logprobs":20,"max_tokens":0}""", 400)).GetProperty("error");
        Assert.Equal("logprobs", error.GetProperty("param").GetString());
        Assert.Contains("2419200 probabilities", error.GetProperty("message").GetString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("not json")]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("null")]
    [InlineData("""{"prompt":"a","temperature":NaN}""")]
    [InlineData("""{"prompt":"a","prompt":"b"}""")]
    [InlineData("""{"prompt":"a"}}""")]
    [InlineData("""{"\ud800":1,"prompt":"a"}""")]
    [InlineData("""{"prompt":"a","stream_options":{"x\udc00":1,"include_usage":true}}""")]
    [InlineData("""{"prompt":[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]}""")]
    public async Task A_body_that_is_not_a_JSON_object_is_rejected(string body)
    {
        await using TestServer server = await TestServer.StartAsync();
        JsonElement error = (await server.PostAsync("/v1/completions", body, 400)).GetProperty("error");
        Assert.Equal("invalid_json", error.GetProperty("code").GetString());
    }

    [Fact]
    public async Task Invalid_UTF8_is_rejected()
    {
        await using TestServer server = await TestServer.StartAsync();
        using ByteArrayContent body = new([.. "{\"prompt\":\""u8, 0xff, 0xfe, .. "\"}"u8]);
        body.Headers.ContentType = new("application/json");
        using HttpResponseMessage answer = await server.Client.PostAsync("/v1/completions", body, Stop);
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Contains("not UTF-8", await answer.Content.ReadAsStringAsync(Stop), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("GET", "/nothing", 404)]
    [InlineData("GET", "/v1/completions", 405)]
    [InlineData("DELETE", "/v1/models", 405)]
    public async Task An_unknown_endpoint_or_method_is_answered_with_an_error_object(string method, string path, int status)
    {
        await using TestServer server = await TestServer.StartAsync();
        using HttpRequestMessage request = new(new HttpMethod(method), path);
        using HttpResponseMessage answer = await server.Client.SendAsync(request, Stop);
        Assert.Equal(status, (int)answer.StatusCode);
        JsonElement error = JsonDocument.Parse(await answer.Content.ReadAsStringAsync(Stop)).RootElement.GetProperty("error");
        Assert.Contains(path, error.GetProperty("message").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Only_JSON_up_to_the_maximum_size_is_accepted()
    {
        await using TestServer server = await TestServer.StartAsync(new ServerOptions { MaxBodyBytes = 1000 });
        using StringContent form = new("""{"prompt":"a"}""", Encoding.UTF8, "text/plain");
        using HttpResponseMessage wrongType = await server.Client.PostAsync("/v1/completions", form, Stop);
        Assert.Equal(HttpStatusCode.UnsupportedMediaType, wrongType.StatusCode);
        JsonElement error = (await server.PostAsync("/v1/completions", $$"""{"prompt":"{{new string('a', 1001)}}"}""", 413)).GetProperty("error");
        Assert.Equal("body_too_large", error.GetProperty("code").GetString());
        await server.PostAsync("/v1/completions", """{"prompt":"a"}""");
    }

    [Fact]
    public async Task All_endpoints_but_health_require_the_key()
    {
        await using TestServer server = await TestServer.StartAsync(new ServerOptions { ApiKey = " the key\n" });
        await server.GetAsync("/health");
        JsonElement error = (await server.PostAsync("/v1/completions", """{"prompt":"a"}""", 401)).GetProperty("error");
        Assert.Equal("invalid_api_key", error.GetProperty("code").GetString());
        foreach (string path in (string[])["/v1/models", "/metrics", "/props", "/nothing"])
        {
            using HttpResponseMessage rejected = await server.Client.GetAsync(path, Stop);
            Assert.Equal(HttpStatusCode.Unauthorized, rejected.StatusCode);
        }

        server.Client.DefaultRequestHeaders.Authorization = new("Bearer", "the kez");
        await server.GetAsync("/v1/models", 401);
        server.Client.DefaultRequestHeaders.Authorization = new("Bearer", "the key");
        await server.PostAsync("/v1/completions", """{"prompt":"a"}""");
    }

    [Fact]
    public async Task A_foreign_host_name_is_rejected()
    {
        await using TestServer server = await TestServer.StartAsync(new ServerOptions { AllowedHosts = ["model.test"] });
        foreach ((string host, int status) in ((string, int)[])[("evil.example", 400), ("localhost", 200), ("[::1]:99", 200), ("127.0.0.1:5", 200), ("model.test", 200)])
        {
            using HttpRequestMessage request = new(HttpMethod.Get, "/v1/models") { Headers = { Host = host } };
            using HttpResponseMessage answer = await server.Client.SendAsync(request, Stop);
            Assert.Equal((host, status), (host, (int)answer.StatusCode));
        }
    }

    [Fact]
    public async Task Only_local_and_allowed_origins_pass_CORS()
    {
        await using TestServer server = await TestServer.StartAsync(new ServerOptions { AllowedOrigins = ["https://Friend.example:443/", "https://other.example:8443"] });
        foreach ((string origin, bool allowed) in ((string, bool)[])
            [
                ("http://localhost:3000", true), ("http://127.0.0.1", true), ("https://friend.example", true), ("https://other.example:8443", true),
                ("https://localhost.evil.example", false), ("http://friend.example", false), ("https://other.example", false), ("null", false),
            ])
        {
            using HttpRequestMessage request = new(HttpMethod.Options, "/v1/completions");
            request.Headers.Add("Origin", origin);
            request.Headers.Add("Access-Control-Request-Method", "POST");
            request.Headers.Add("Access-Control-Request-Headers", "authorization,content-type,x-stainless-lang,x-stainless-retry-count");
            using HttpResponseMessage answer = await server.Client.SendAsync(request, Stop);
            Assert.Equal((origin, allowed), (origin, answer.Headers.Contains("Access-Control-Allow-Origin")));
            if (allowed)
            {
                Assert.Contains("x-stainless-retry-count", answer.Headers.GetValues("Access-Control-Allow-Headers").Single(), StringComparison.Ordinal);
                Assert.Equal("3600", answer.Headers.GetValues("Access-Control-Max-Age").Single());
            }
        }
    }

    [Fact]
    public async Task An_asterisk_allows_all_origins()
    {
        await using TestServer server = await TestServer.StartAsync(new ServerOptions { AllowedOrigins = ["*"] });
        using HttpRequestMessage request = new(HttpMethod.Get, "/v1/models") { Headers = { { "Origin", "https://any.example" } } };
        using HttpResponseMessage answer = await server.Client.SendAsync(request, Stop);
        Assert.True(answer.Headers.Contains("Access-Control-Allow-Origin"));
    }

    [Theory]
    [InlineData("friend.example")]
    [InlineData("https://friend.example/page")]
    [InlineData("https://")]
    [InlineData("")]
    public async Task What_is_no_origin_is_refused_at_the_start(string origin)
    {
        UsageException failure = await Assert.ThrowsAsync<UsageException>(() => TestServer.StartAsync(new ServerOptions { AllowedOrigins = [origin] }));
        Assert.Equal($"\"{origin}\" is not an origin", failure.Message);
    }

    [Theory]
    [InlineData("/v1/completions", """{"prompt":"LONG"}""", 97)]
    [InlineData("/v1/completions", """{"prompt":"LONG"}""", 100_000)]
    [InlineData("/v1/chat/completions", """{"messages":[{"role":"user","content":"LONG"}]}""", 97)]
    public async Task A_prompt_longer_than_the_context_has_a_code(string path, string body, int length)
    {
        await using TestServer server = await TestServer.StartAsync(new ServerOptions { ChatTemplate = Core.Generation.ChatTemplate.Plain });
        JsonElement error = (await server.PostAsync(path, body.Replace("LONG", new string('a', length), StringComparison.Ordinal), 400)).GetProperty("error");
        Assert.Equal("context_length_exceeded", error.GetProperty("code").GetString());
        Assert.Contains("the context length is 96", error.GetProperty("message").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_compressed_body_is_refused_by_its_encoding()
    {
        await using TestServer server = await TestServer.StartAsync();
        using ByteArrayContent body = new([0x1f, 0x8b, 8, 0]);
        body.Headers.ContentType = new("application/json");
        body.Headers.ContentEncoding.Add("gzip");
        using HttpResponseMessage answer = await server.Client.PostAsync("/v1/completions", body, Stop);
        Assert.Equal(HttpStatusCode.UnsupportedMediaType, answer.StatusCode);
        Assert.Contains("gzip is not supported", await answer.Content.ReadAsStringAsync(Stop), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Text_that_is_not_Unicode_is_refused_wherever_it_is()
    {
        await using TestServer server = await TestServer.StartAsync(new ServerOptions { ChatTemplate = Core.Generation.ChatTemplate.Plain });
        await server.PostAsync("/v1/chat/completions", """{"messages":[{"role":"user","content":[{"type":"te\ud800xt","text":"hi"}]}]}""", 400);
        await server.PostAsync("/v1/chat/completions", """{"messages":[{"role":"us\ud800er","content":"hi"}]}""", 400);
        await server.PostAsync("/v1/completions", """{"prompt":"a","suffix":"\ud800"}""", 400);
        await server.PostAsync("/v1/completions", """{"prompt":"a","unknown":{"deep":["\udc00"]}}""", 400);
        await server.PostAsync("/v1/completions", """{"prompt":"a","response_format":{"type":"json_schema","json_schema":{"name":"x","schema":{"enum":["\ud800"]}}}}""", 400);
    }

    [Fact]
    public async Task What_clients_of_OpenAI_send_is_accepted()
    {
        await using TestServer server = await TestServer.StartAsync();
        Assert.Equal(94, (await server.PostAsync("/v1/completions", """{"prompt":"abc","max_tokens":-1,"seed":-5}""")).GetProperty("usage").GetProperty("completion_tokens").GetInt32());
        Assert.Equal(1, (await server.PostAsync("/v1/completions", "\uFEFF{\"prompt\":\"abc\",\"max_tokens\":1.0}")).GetProperty("usage").GetProperty("completion_tokens").GetInt32());
    }

    [Fact]
    public async Task A_full_queue_refuses_before_the_body_is_sent()
    {
        await using TestServer server = await TestServer.StartAsync(new ServerOptions { QueueLength = 0 }, new FakeContext(slots: 1) { Gate = new SemaphoreSlim(0) });
        Task<JsonElement> running = server.PostAsync("/v1/completions", """{"prompt":"a"}""");
        await server.Context.Entered.WaitAsync(Stop);
        using RawConnection raw = await RawConnection.OpenAsync(server.Server.Address);
        await raw.SendAsync("POST /v1/completions HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 1000000\r\n\r\n");
        Assert.StartsWith("HTTP/1.1 429 ", await raw.ReadAsync(count: 13), StringComparison.Ordinal);
        server.Context.Gate!.Release(1000);
        await running;
    }

    [Fact]
    public async Task A_full_queue_says_when_to_retry()
    {
        await using TestServer server = await TestServer.StartAsync(
            new ServerOptions { QueueLength = 1 }, new FakeContext(slots: 1) { Gate = new SemaphoreSlim(0) });
        Task<JsonElement> running = server.PostAsync("/v1/completions", """{"prompt":"a"}""");
        await server.Context.Entered.WaitAsync(Stop);
        using HttpRequestMessage waiting = new(HttpMethod.Post, "/v1/completions") { Content = TestServer.Json("""{"prompt":"b","stream":true}""") };
        using HttpResponseMessage accepted = await server.Client.SendAsync(waiting, HttpCompletionOption.ResponseHeadersRead, Stop);
        using HttpResponseMessage rejected = await server.Client.PostAsync("/v1/completions", TestServer.Json("""{"prompt":"c"}"""), Stop);
        Assert.Equal((HttpStatusCode)429, rejected.StatusCode);
        // The queued request and the retried one take two rounds of the one slot, of a second each as long as none has ended.
        Assert.Equal(2, rejected.Headers.RetryAfter!.Delta!.Value.TotalSeconds);
        Assert.Contains("queue_full", await rejected.Content.ReadAsStringAsync(Stop), StringComparison.Ordinal);
        server.Context.Gate!.Release(1000);
        await running;
        Assert.NotEmpty(TestServer.Events(await accepted.Content.ReadAsStringAsync(Stop)));
    }

    [Fact]
    public async Task A_model_failure_is_an_error_and_the_next_request_is_answered()
    {
        await using TestServer server = await TestServer.StartAsync();
        server.Context.OnRun = _ => throw new NGptException("the weights melted");
        JsonElement error = (await server.PostAsync("/v1/completions", """{"prompt":"a"}""", 500)).GetProperty("error");
        Assert.Equal(("the weights melted", "server_error"), (error.GetProperty("message").GetString(), error.GetProperty("type").GetString()));
        List<JsonElement> events = await server.StreamAsync("/v1/completions", """{"prompt":"a","stream":true}""");
        Assert.Equal("the weights melted", Assert.Single(events).GetProperty("error").GetProperty("message").GetString());
        server.Context.OnRun = null;
        await server.PostAsync("/v1/completions", """{"prompt":"a"}""");
    }
}
