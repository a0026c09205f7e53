using System.Text.Json;
using NGpt.Core.Generation;

namespace NGpt.Server.Tests.Page;

/// <summary>The page's conversations.</summary>
public sealed class PageChatTests(PageBrowser browser) : IClassFixture<PageBrowser>
{
    private const string Path = "/v1/chat/completions";
    private const string Idle = "document.querySelector('#send').textContent === 'SendEnter'";
    private const string Said = "[...document.querySelectorAll('.turn')].map(turn => turn.querySelector('h3').textContent + ': ' + turn.lastElementChild.textContent)";

    private static readonly string Prompt = ChatTemplate.Plain.Render([new ChatTurn("user", "hi")]);
    private static readonly ServerOptions Options = new() { ChatTemplate = ChatTemplate.Plain };

    [Fact]
    public async Task Without_a_chat_template_there_is_only_the_text()
    {
        await using TestServer server = await TestServer.StartAsync();
        await using OpenPage open = await browser.OpenAsync(server.Server.Address);
        await open.ReadyAsync();
        Assert.False(await open.AskAsync<bool>("document.querySelector('#views').checkVisibility() || document.querySelector('#chat').checkVisibility()"));
        open.AssertQuiet();
    }

    [Fact]
    public async Task A_conversation_has_turns_survives_a_reload_and_begins_anew()
    {
        await using TestServer server = await TestServer.StartAsync(Options);
        await using OpenPage open = await browser.OpenAsync(server.Server.Address);
        await open.ReadyAsync();
        await open.SetAsync(("temperature", "0"), ("max_tokens", "9"));
        await open.Page.ClickAsync("#views [value=chat]");
        Assert.True(await open.AskAsync<bool>("document.querySelector('#settings').checkVisibility() && !document.querySelector('#prompt').checkVisibility()"));
        Assert.True(await open.AskAsync<bool>("document.querySelector('#chat-examples').checkVisibility()"));

        string first = FakeContext.GreedyText(Prompt, 9);
        JsonElement request = await open.RequestAfterAsync(() => SendAsync(open, "hi"), Path);
        Assert.Equal("""[{"role":"user","content":"hi"}]""", request.GetProperty("messages").GetRawText());
        Assert.Equal(9, request.GetProperty("max_tokens").GetInt32());
        await open.UntilAsync(Idle);
        Assert.Equal(["User: hi", $"Assistant: {first}"], await open.AskAsync<string[]>(Said));
        Assert.Equal("9 of 9", await open.TextAsync("#place"));
        Assert.Equal(first.Trim(), await open.TextAsync("#status"));
        Assert.Equal(0, await open.AskAsync<int>("document.querySelectorAll('#alternatives button').length"));
        Assert.Equal(9, await open.AskAsync<int>("document.querySelectorAll('.turn .token[class*=\" p\"]').length"));

        await open.Page.ReloadAsync();
        await open.ReadyAsync();
        Assert.Equal(["User: hi", $"Assistant: {first}"], await open.AskAsync<string[]>(Said));
        request = await open.RequestAfterAsync(() => SendAsync(open, "and"), Path);
        Assert.Equal(["hi", first.Trim(), "and"], request.GetProperty("messages").EnumerateArray().Select(message => message.GetProperty("content").GetString()));
        await open.UntilAsync(Idle);
        Assert.Equal(4, await open.AskAsync<int>("document.querySelectorAll('.turn').length"));
        await open.Page.ClickAsync("#new");
        Assert.Equal(0, await open.AskAsync<int>("document.querySelectorAll('.turn').length"));
        Assert.Equal("message", await open.AskAsync<string>("document.activeElement.id"));
        request = await open.RequestAfterAsync(() => SendAsync(open, "new"), Path);
        Assert.Equal(1, request.GetProperty("messages").GetArrayLength());
        await open.UntilAsync(Idle);

        // The text is still there.
        await open.Page.ClickAsync("#views [value=text]");
        await open.GenerateAsync("once ");
        await open.EndedAsync();
        Assert.Equal(FakeContext.GreedyText("once ", 9), await open.OutputAsync());
        open.AssertQuiet();
    }

    [Theory]
    [InlineData("button")]
    [InlineData("key")]
    [InlineData("new")]
    public async Task An_answer_can_be_stopped(string how)
    {
        await using TestServer server = await TestServer.StartAsync(Options, new FakeContext(slots: 1) { Gate = new SemaphoreSlim(0) });
        await using OpenPage open = await browser.OpenAsync(server.Server.Address);
        await open.ReadyAsync();
        await open.SetAsync(("temperature", "0"), ("max_tokens", "9"));
        await open.Page.ClickAsync("#views [value=chat]");
        await SendAsync(open, "hi");
        server.Context.Gate!.Release(3);
        await open.UntilAsync("document.querySelectorAll('.turn .token').length === 3");
        Assert.Equal("StopEsc", await open.TextAsync("#send"));
        await (how == "key" ? open.Page.Keyboard.PressAsync("Escape") : open.Page.ClickAsync(how == "new" ? "#new" : "#send"));
        await open.UntilAsync(Idle);
        string[] turns = how == "new" ? [] : ["User: hi", $"Assistant: {FakeContext.GreedyText(Prompt, 3)}"];
        Assert.Equal(turns, await open.AskAsync<string[]>(Said));
        Assert.Empty(await open.TextAsync("#chat-problem"));

        // The only slot is free again.
        server.Context.Gate!.Release(100);
        await SendAsync(open, "on");
        await open.UntilAsync($"{Idle} && document.querySelectorAll('.turn').length === {turns.Length + 2}");
        open.AssertQuiet();
    }

    [Fact]
    public async Task A_message_without_an_answer_is_given_back()
    {
        await using TestServer server = await TestServer.StartAsync(Options);
        await using OpenPage open = await browser.OpenAsync(server.Server.Address);
        await open.ReadyAsync();
        await open.Page.ClickAsync("#views [value=chat]");
        string message = new('a', 90);
        await SendAsync(open, message);
        await open.UntilAsync("document.querySelector('#chat-problem').textContent !== ''");
        Assert.Equal("Messages has 108 tokens; the context length is 96.", await open.TextAsync("#chat-problem"));
        Assert.Equal(message, await open.AskAsync<string>("document.querySelector('#message').value"));
        Assert.Empty(await open.AskAsync<string[]>(Said));
    }

    private static async Task SendAsync(OpenPage open, string message)
    {
        await open.Page.TypeAsync("#message", message);
        await open.Page.Keyboard.PressAsync("Enter");
    }
}
