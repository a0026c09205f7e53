namespace NGpt.Server.Tests.Page;

/// <summary>Errors are shown, and the page works afterwards.</summary>
public sealed class PageErrorTests(PageBrowser browser) : IClassFixture<PageBrowser>
{
    private const string Problem = "document.querySelector('#problem').textContent !== ''";

    [Fact]
    public async Task A_lost_connection_is_shown_the_text_is_kept_and_the_page_reconnects()
    {
        await using TestServer server = await TestServer.StartAsync(context: new FakeContext { Gate = new SemaphoreSlim(0) });
        await using Relay relay = new(server.Server.Address);
        await using OpenPage open = await browser.OpenAsync(relay.Address);
        await open.ReadyAsync();
        await open.SetAsync(("temperature", "0"), ("max_tokens", "8"));
        await open.GenerateAsync("once ");
        server.Context.Gate!.Release(4);
        await open.UntilAsync($"{OpenPage.Tokens} === 4");
        relay.Break();
        await open.EndedAsync();
        Assert.Equal("The connection to the server was lost: it may have been stopped. The text received so far is kept.", await open.TextAsync("#problem"));
        Assert.Equal(FakeContext.GreedyText("once ", 4), await open.OutputAsync());
        await open.UntilAsync("document.querySelector('#model').dataset.state === 'away'");
        Assert.Equal("The server cannot be reached. Is it still running?", await open.TextAsync("#model"));

        await open.StartAsync();
        await open.UntilAsync("document.querySelector('#problem').textContent.startsWith('The server cannot be reached')");
        relay.Mend();
        server.Context.Gate!.Release(100);
        await open.ReadyAsync();
        await open.StartAsync();
        await open.UntilAsync("document.querySelector('#end').textContent === 'maximum number of tokens'");
        Assert.Empty(await open.TextAsync("#problem"));
        Assert.Equal(FakeContext.GreedyText("once ", 8), await open.OutputAsync());
    }

    [Fact]
    public async Task A_shutdown_ends_the_text_and_is_shown()
    {
        // The text is so long that only the shutdown can end it.
        const int Endless = 1_000_000;
        FakeContext context = new(contextLength: Endless) { Gate = new SemaphoreSlim(0) };
        await using TestServer server = await TestServer.StartAsync(new ServerOptions { ShutdownTimeout = TimeSpan.FromMilliseconds(1) }, context);
        await using OpenPage open = await browser.OpenAsync(server.Server.Address);
        await open.ReadyAsync();
        await open.SetAsync(("max_tokens", "1000000"));
        await open.GenerateAsync("once ");
        context.Gate.Release(4);
        await open.UntilAsync($"{OpenPage.Tokens} === 4");
        Task stopped = server.Server.StopAsync();
        context.Gate.Release(Endless);
        await open.UntilAsync(Problem);
        Assert.Equal("The text is incomplete: the server was shut down.", await open.TextAsync("#problem"));
        Assert.Equal("the server was shut down", await open.TextAsync("#end"));
        await stopped;
        await open.UntilAsync("document.querySelector('#model').dataset.state !== 'ready'");
    }

    [Fact]
    public async Task A_model_failure_during_a_stream_is_an_error()
    {
        await using TestServer server = await TestServer.StartAsync(context: new FakeContext { BreaksAt = 8 });
        await using OpenPage open = await browser.OpenAsync(server.Server.Address);
        await open.ReadyAsync();
        await open.SetAsync(("temperature", "0"));
        await open.GenerateAsync("once ");
        await open.EndedAsync();
        await open.UntilAsync(Problem);
        Assert.StartsWith("The model gave the logit NaN to token 0", await open.TextAsync("#problem"), StringComparison.Ordinal);
        Assert.Equal(FakeContext.GreedyText("once ", 3), await open.OutputAsync());
    }

    [Fact]
    public async Task Errors_of_the_server_are_shown_in_its_words()
    {
        await using TestServer server = await TestServer.StartAsync();
        await using OpenPage open = await browser.OpenAsync(server.Server.Address);
        await open.ReadyAsync();
        await open.GenerateAsync(new string('a', 97));
        await open.EndedAsync();
        Assert.Equal("Prompt has 97 tokens; the context length is 96.", await open.TextAsync("#problem"));
        await open.Page.Keyboard.PressAsync("Backspace");
        await open.StartAsync();
        await open.UntilAsync("document.querySelector('#end').textContent === 'context full'");
        Assert.Empty(await open.TextAsync("#problem"));
    }

    [Fact]
    public async Task A_full_queue_is_shown_and_a_retry_works()
    {
        await using TestServer server = await TestServer.StartAsync(new ServerOptions { QueueLength = 0 }, new FakeContext(slots: 1) { Gate = new SemaphoreSlim(0) });
        await using OpenPage first = await browser.OpenAsync(server.Server.Address);
        await using OpenPage second = await browser.OpenAsync(server.Server.Address);
        await first.ReadyAsync();
        await first.Page.BringToFrontAsync();
        await first.GenerateAsync("once ");
        await server.Context.Entered.WaitAsync(TestServer.Stop);
        await second.ReadyAsync();
        await second.Page.BringToFrontAsync();
        await second.GenerateAsync("twice ");
        await second.UntilAsync(Problem);
        Assert.StartsWith("The queue is full: retry in ", await second.TextAsync("#problem"), StringComparison.Ordinal);
        server.Context.Gate!.Release(10_000);
        await first.Page.BringToFrontAsync();
        await first.EndedAsync();
        await second.Page.BringToFrontAsync();
        await second.StartAsync();
        await second.UntilAsync($"document.querySelector('#problem').textContent === '' && {OpenPage.Tokens} > 0");
    }

    [Fact]
    public async Task The_page_waits_for_a_model_that_is_being_loaded()
    {
        using ManualResetEventSlim loaded = new();
        FakeContext context = new();
        await using NGptServer server = await NGptServer.StartAsync(new ServerOptions { Port = 0, Slots = context.SlotCount }, () =>
        {
            loaded.Wait();
            return TestServer.Model(context);
        });
        try
        {
            await using OpenPage open = await browser.OpenAsync(server.Address);
            await open.UntilAsync("document.querySelector('#model').textContent.startsWith('The model is still being loaded')");
            await open.GenerateAsync("once ");
            await open.UntilAsync(Problem);
            loaded.Set();
            await open.ReadyAsync();
            await open.StartAsync();
            await open.UntilAsync($"document.querySelector('#problem').textContent === '' && {OpenPage.Tokens} > 0");
        }
        finally
        {
            loaded.Set();
        }
    }

    [Fact]
    public async Task The_page_asks_for_the_key_that_the_server_requires()
    {
        await using TestServer server = await TestServer.StartAsync(new ServerOptions { ApiKey = "open sesame" });
        await using OpenPage open = await browser.OpenAsync(server.Server.Address);
        await open.UntilAsync("!document.querySelector('#key').hidden");
        Assert.Equal("This server asks for an API key.", await open.TextAsync("#model"));
        await open.Page.TypeAsync("#key-text", "open sesame");
        await open.Page.Keyboard.PressAsync("Enter");
        await open.ReadyAsync();
        Assert.False(await open.AskAsync<bool>("document.querySelector('#key').checkVisibility()"));
        await open.GenerateAsync("once ");
        await open.UntilAsync($"{OpenPage.Tokens} > 0");
    }

    [Theory]
    [InlineData("open salami")]
    [InlineData("καλημέρα")]
    public async Task A_wrong_key_is_refused_in_other_words_and_asked_for_again(string wrong)
    {
        await using TestServer server = await TestServer.StartAsync(new ServerOptions { ApiKey = "open sesame" });
        await using OpenPage open = await browser.OpenAsync(server.Server.Address);
        await open.UntilAsync("!document.querySelector('#key').hidden");
        await open.Page.TypeAsync("#key-text", wrong);
        await open.Page.Keyboard.PressAsync("Enter");
        await open.UntilAsync("document.querySelector('#model').textContent === 'The server refused this API key. Enter another one.'");
        Assert.Equal("key-text true true", await open.AskAsync<string>("(field => `${document.activeElement.id} ${field.value === ''} ${field.getAttribute('aria-invalid')}`)(document.querySelector('#key-text'))"));

        // It is not kept: the next load asks as the first did.
        await open.Page.ReloadAsync();
        await open.UntilAsync("document.querySelector('#model').textContent === 'This server asks for an API key.'");
        await open.Page.TypeAsync("#key-text", "open sesame");
        await open.Page.Keyboard.PressAsync("Enter");
        await open.ReadyAsync();
    }
}
