using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using NGpt.Core.Tokenizers;

namespace NGpt.Server.Tests;

/// <summary>A local server with a fake model, and a client for it.</summary>
internal sealed class TestServer : IAsyncDisposable
{
    private TestServer(NGptServer server, FakeContext context)
    {
        (Server, Context) = (server, context);
        Client = new HttpClient { BaseAddress = server.Address };
    }

    public static CancellationToken Stop => TestContext.Current.CancellationToken;

    public NGptServer Server { get; }

    public FakeContext Context { get; }

    public HttpClient Client { get; }

    public static async Task<TestServer> StartAsync(ServerOptions? options = null, FakeContext? context = null, TimeProvider? time = null, ServedModel? model = null, ILoggerFactory? logs = null)
    {
        context ??= new FakeContext();
        options = (options ?? new ServerOptions()) with { Port = 0, Slots = context.SlotCount };
        model ??= Model(context);
        NGptServer server = await NGptServer.StartAsync(options, () => model, time, logs);
        await server.Ready.WaitAsync(Stop);
        return new TestServer(server, context);
    }

    public static ServedModel Model(FakeContext context) => new("fake", new ByteTokenizer(hasEndOfText: true), _ => context);

    public static StringContent Json(string text) => new(text, Encoding.UTF8, "application/json");

    public async Task<JsonElement> PostAsync(string path, string body, int status = 200)
    {
        using HttpResponseMessage answer = await Client.PostAsync(path, Json(body), Stop);
        string text = await answer.Content.ReadAsStringAsync(Stop);
        Assert.True(status == (int)answer.StatusCode, $"{(int)answer.StatusCode} {text}");
        return JsonDocument.Parse(text).RootElement;
    }

    public async Task<JsonElement> GetAsync(string path, int status = 200)
    {
        using HttpResponseMessage answer = await Client.GetAsync(path, Stop);
        Assert.Equal(status, (int)answer.StatusCode);
        return await answer.Content.ReadFromJsonAsync<JsonElement>(Stop);
    }

    /// <summary>The events of a stream without the last, which must be [DONE].</summary>
    public async Task<List<JsonElement>> StreamAsync(string path, string body)
    {
        using HttpResponseMessage answer = await Client.PostAsync(path, Json(body), Stop);
        string text = await answer.Content.ReadAsStringAsync(Stop);
        Assert.True(answer.IsSuccessStatusCode, text);
        Assert.Equal("text/event-stream", answer.Content.Headers.ContentType!.MediaType);
        return Events(text);
    }

    public static List<JsonElement> Events(string text)
    {
        string[] events = text.Split("\n\n", StringSplitOptions.RemoveEmptyEntries);
        Assert.All(events, line => Assert.StartsWith("data: ", line, StringComparison.Ordinal));
        Assert.Equal("data: [DONE]", events[^1]);
        return [.. events[..^1].Select(line => JsonDocument.Parse(line["data: ".Length..]).RootElement)];
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        Context.Gate?.Release(1_000_000);
        await Server.DisposeAsync();
    }
}
