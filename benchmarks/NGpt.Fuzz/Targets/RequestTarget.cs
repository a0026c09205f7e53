using System.Diagnostics.CodeAnalysis;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using NGpt.Core.Errors;
using NGpt.Core.Generation;
using NGpt.Server;
using NGpt.Tests;

namespace NGpt.Fuzz.Targets;

/// <summary>The bodies of requests to a running server with a small random model; the file's name is the endpoint's.</summary>
internal sealed class RequestTarget : FuzzTarget
{
    private static readonly Dictionary<string, string> Endpoints = new()
    {
        ["completions.json"] = "/v1/completions",
        ["chat.json"] = "/v1/chat/completions",
        ["tokenize.json"] = "/tokenize",
        ["detokenize.json"] = "/detokenize",
    };

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("ngpt-fuzz-");
    private readonly NGptServer _server;
    private readonly HttpClient _client;

    [SetsRequiredMembers]
    public RequestTarget()
    {
        Seeds =
        [
            Seed("completions.json", """{"model":"m","prompt":"The end","max_tokens":2,"temperature":0.5,"top_p":0.9,"top_k":5,"seed":7,"stop":["x","\n"],"logprobs":2,"echo":true,"n":1}"""),
            Seed("completions.json", """{"prompt":["a",[1,2,3]],"max_tokens":1,"stream":true,"stream_options":{"include_usage":true},"frequency_penalty":0.1,"presence_penalty":-0.5,"min_p":0.01}"""),
            Seed("completions.json", """{"prompt":[72,101,108],"max_tokens":2,"logit_bias":{},"suffix":null,"user":"größe 😀"}"""),
            Seed("chat.json", """{"messages":[{"role":"system","content":"s"},{"role":"user","content":[{"type":"text","text":"hi"}]}],"max_completion_tokens":2,"logprobs":true,"top_logprobs":1,"response_format":{"type":"text"}}"""),
            Seed("completions.json", """{"prompt":"a","max_tokens":2,"logit_bias":{"97":-100,"98":5.5},"min_tokens":1,"stop_token_ids":[5,6],"best_of":2}"""),
            Seed("completions.json", """{"prompt":"a","n_predict":2,"guided_json":{"$ref":"#/$defs/t","$defs":{"t":{"properties":{"a":{"enum":[1,"é",null]},"t":{"$ref":"#/$defs/t"}},"required":["a"],"additionalProperties":{"type":["string","null"]}}}}}"""),
            Seed("chat.json", """{"messages":[{"role":"user","content":"hi"}],"max_tokens":2,"response_format":{"type":"json_schema","json_schema":{"name":"n","strict":true,"schema":{"type":"object","properties":{"a":{"anyOf":[{"type":"array","items":{"type":"number"},"maxItems":2},{"type":"string","minLength":1}]}},"required":["a"]}}}}"""),
            Seed("chat.json", """{"messages":[{"role":"user","content":"hi"},{"role":"assistant","content":"yes"},{"role":"user","content":"why"}],"stream":true,"max_tokens":1}"""),
            Seed("tokenize.json", """{"content":"größe 😀","with_pieces":true}"""),
            Seed("detokenize.json", """{"tokens":[103,114,195,182,255]}"""),
        ];
        Words = [.. Texts.Select(Encoding.UTF8.GetBytes), [0xFF], [0xED, 0xA0, 0x80], [0]];
        FixedBytes = 8_000_000;
        BytesPerByte = 1_000;
        CountsAllThreads = true;

        // What one request may ask for is small, so that there can be many.
        ServerOptions options = new()
        {
            Port = 0,
            Slots = 2,
            Threads = 1,
            MaxTokens = 2,
            MaxChoices = 2,
            MaxPrompts = 4,
            MaxBodyBytes = 1 << 16,
            ChatTemplate = ChatTemplate.Plain,
        };
        string model = RandomModel.Write(Path.Combine(_folder.FullName, "model"));
        _server = NGptServer.StartAsync(options, () => ServedModel.Load(model)).GetAwaiter().GetResult();
        _server.Ready.GetAwaiter().GetResult();
        _client = new HttpClient { BaseAddress = _server.Address, Timeout = Timeout.InfiniteTimeSpan };
    }

    private static IReadOnlyList<string> Texts =>
    [
        "{", "}", "[", "]", "\"", ":", ",", "null", "true", "false", "{}", "[]", "\\ud800", "\\u0000", "\uFEFF", "1e999", "-1", "NaN", "\"n\":16", "\"max_tokens\":0", "\"stream\":true",
        "\"prompt\":[]", "\"prompt\":\"\"", "\"stop\":\"\"", "\"best_of\":3", "\"token_details\":true", "\"ignore_eos\":true", "\"tools\":[1]", "\"role\":\"tool\"", "\"seed\":-1", "\"minItems\":1000000", "\"$ref\":\"#\"", "\"required\":[\"a\"]", "\"additionalProperties\":true", "\"type\":\"array\"", "\"tool_choice\":\"required\"", "\"logprobs\":5,\"echo\":true",
    ];

    /// <inheritdoc/>
    public override void Read(string path)
    {
        using ByteArrayContent content = new(File.ReadAllBytes(path));
        content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        using HttpRequestMessage request = new(HttpMethod.Post, Endpoints[Path.GetFileName(path)]) { Content = content };
        using HttpResponseMessage answer = _client.Send(request);
        using StreamReader reader = new(answer.Content.ReadAsStream());
        string text = reader.ReadToEnd();
        int status = (int)answer.StatusCode;
        if (status == 200 && answer.Content.Headers.ContentType?.MediaType == "text/event-stream")
        {
            if (!text.EndsWith("data: [DONE]\n\n", StringComparison.Ordinal) || !text.Contains("\"end_reason\":\"", StringComparison.Ordinal))
            {
                throw new InvalidOperationException($"a stream without an end: {text}");
            }

            return;
        }

        using JsonDocument document = JsonDocument.Parse(text);
        bool isError = document.RootElement.TryGetProperty("error", out JsonElement error) && error.GetProperty("message").GetString() is { Length: > 0 };
        if (status is >= 400 and < 500 && isError)
        {
            throw new UsageException(error.GetProperty("message").GetString()!);
        }

        if (status != 200 || isError)
        {
            throw new InvalidOperationException($"answered with {status}: {text}");
        }
    }

    /// <inheritdoc/>
    public override void Dispose()
    {
        _client.Dispose();
        _server.DisposeAsync().AsTask().GetAwaiter().GetResult();
        _folder.Delete(recursive: true);
        base.Dispose();
    }

    private static FuzzFile[] Seed(string name, string body) => [new FuzzFile(name, Encoding.UTF8.GetBytes(body))];
}
