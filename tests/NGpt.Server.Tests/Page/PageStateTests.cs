using System.Text.Json;
using PuppeteerSharp.Input;

namespace NGpt.Server.Tests.Page;

/// <summary>Beginning, repeating and keeping a text.</summary>
public sealed class PageStateTests(PageBrowser browser) : IClassFixture<PageBrowser>
{
    // The most probable tokens are letters and spaces: any other byte may be invisible, or be changed by a text field.
    private static readonly (string, string)[] Letters = [("top_k", "20"), ("max_tokens", "20")];

    [Fact]
    public async Task The_seed_is_shown_and_gives_the_same_text_again()
    {
        await using TestServer server = await TestServer.StartAsync();
        await using OpenPage open = await browser.OpenAsync(server.Server.Address);
        await open.ReadyAsync();
        Assert.True(await open.AskAsync<bool>("document.querySelector('#again').disabled"));
        await open.SetAsync(Letters);
        JsonElement first = await open.RequestAfterAsync(() => open.GenerateAsync("once "));
        await open.EndedAsync();
        string text = await open.OutputAsync();
        string seed = await open.TextAsync("#seed");
        Assert.Equal(seed, first.GetProperty("seed").GetRawText());

        // Also where the settings have changed since.
        await open.SetAsync(("max_tokens", "5"));
        JsonElement again = await open.RequestAfterAsync(() => open.Page.ClickAsync("#again"));
        await open.EndedAsync();
        Assert.Equal(first.GetRawText(), again.GetRawText());
        Assert.Equal(text, await open.OutputAsync());
        Assert.Equal(seed, await open.TextAsync("#seed"));
        JsonElement other = await open.RequestAfterAsync(open.StartAsync);
        await open.EndedAsync();
        Assert.NotEqual(seed, other.GetProperty("seed").GetRawText());
        Assert.Equal("random", await open.AskAsync<string>("document.querySelector('[name=seed]').placeholder"));
        open.AssertQuiet();
    }

    [Fact]
    public async Task A_branch_is_repeated_as_a_branch()
    {
        await using TestServer server = await TestServer.StartAsync();
        await using OpenPage open = await browser.OpenAsync(server.Server.Address);
        await open.ReadyAsync();
        await open.SetAsync([.. Letters, ("seed", "7")]);
        await open.GenerateAsync("once ");
        await open.EndedAsync();
        await open.Page.ClickAsync("#output .token:nth-child(5)");
        JsonElement branch = await open.RequestAfterAsync(() => open.Page.ClickAsync("#alternatives li:nth-child(4) button"));
        await open.EndedAsync();
        string text = await open.TextAsync("#output");
        await open.Page.ReloadAsync();
        await open.ReadyAsync();
        JsonElement again = await open.RequestAfterAsync(() => open.Page.ClickAsync("#again"));
        await open.EndedAsync();
        Assert.Equal(branch.GetRawText(), again.GetRawText());
        Assert.Equal(text, await open.TextAsync("#output"));
        open.AssertQuiet();
    }

    [Fact]
    public async Task Text_and_settings_survive_a_reload()
    {
        const string State = "['#output', '#end', '#seed', '#count', '#place', '#likely', '#changed'].map(id => document.querySelector(id).textContent).concat(document.querySelector('#prompt').value)";
        await using TestServer server = await TestServer.StartAsync();
        await using OpenPage open = await browser.OpenAsync(server.Server.Address);
        await open.ReadyAsync();
        await open.SetAsync(Letters);
        await open.GenerateAsync("once ");
        await open.EndedAsync();
        string[] before = await open.AskAsync<string[]>(State);

        // Eight, and the chosen token where it is none of them.
        const string Alternatives = "document.querySelectorAll('#alternatives li').length";
        int alternatives = await open.AskAsync<int>(Alternatives);
        Assert.InRange(alternatives, 8, 9);
        await open.Page.ReloadAsync();
        await open.ReadyAsync();
        Assert.Equal(before, await open.AskAsync<string[]>(State));
        Assert.Equal(alternatives, await open.AskAsync<int>(Alternatives));
        await open.Page.ClickAsync("#reuse");
        Assert.Equal(before[0], await open.AskAsync<string>("document.querySelector('#prompt').value"));

        // A score does as well; the text does not go to other tabs.
        await open.Page.ClickAsync("#score");
        await open.UntilAsync("document.querySelector('#loss').textContent !== '–'");
        string loss = await open.TextAsync("#loss");
        await open.Page.ReloadAsync();
        await open.ReadyAsync();
        Assert.Equal(loss, await open.TextAsync("#loss"));
        Assert.Equal(before[0], await open.TextAsync("#output"));
        await using OpenPage other = await browser.OpenAsync(server.Server.Address);
        await other.ReadyAsync();
        Assert.Empty(await other.TextAsync("#output"));
        Assert.Equal("· top k 20 · max tokens 20", await other.TextAsync("#changed"));
        open.AssertQuiet();
    }

    [Fact]
    public async Task Examples_are_offered_while_the_prompt_is_empty()
    {
        await using TestServer server = await TestServer.StartAsync();
        await using OpenPage open = await browser.OpenAsync(server.Server.Address);
        await open.ReadyAsync();
        Assert.InRange(await open.AskAsync<int>("document.querySelectorAll('#examples button').length"), 2, 8);
        await open.Page.ClickAsync("#examples button:nth-child(2)");
        Assert.Equal("Once upon a time prompt", await open.AskAsync<string>("`${document.querySelector('#prompt').value} ${document.activeElement.id}`"));
        Assert.False(await open.AskAsync<bool>("document.querySelector('#examples').checkVisibility()"));
        await open.Page.EvaluateExpressionAsync("document.querySelector('#prompt').select()");
        await open.Page.Keyboard.PressAsync("Delete");
        Assert.True(await open.AskAsync<bool>("document.querySelector('#examples').checkVisibility()"));
        open.AssertQuiet();
    }

    [Fact]
    public async Task One_button_starts_and_stops_but_not_by_accident()
    {
        await using TestServer server = await TestServer.StartAsync(context: new FakeContext { Gate = new SemaphoreSlim(0) });
        await using OpenPage open = await browser.OpenAsync(server.Server.Address);
        await open.ReadyAsync();
        await open.SetAsync(("temperature", "0"), ("max_tokens", "12"));
        await open.Page.TypeAsync("#prompt", "once ");

        // Neither the second half of a double click nor Enter in a field stops.
        await open.Page.ClickAsync("#generate", new ClickOptions { Count = 2 });
        await open.Page.FocusAsync("[name=top_k]");
        await open.Page.Keyboard.PressAsync("Enter");
        server.Context.Gate!.Release(2);
        await open.UntilAsync($"{OpenPage.Tokens} === 2");
        Assert.Equal("StopEsc", await open.TextAsync("#generate"));
        Assert.Equal(1, await open.AskAsync<int>("document.querySelectorAll('#request .main').length"));

        // The keyboard does.
        await open.Page.FocusAsync("#generate");
        await open.Page.Keyboard.PressAsync("Space");
        await open.EndedAsync();
        Assert.Equal("stopped by you", await open.TextAsync("#end"));
        Assert.Equal("GenerateCtrl Enter", await open.TextAsync("#generate"));
        open.AssertQuiet();
    }
}
