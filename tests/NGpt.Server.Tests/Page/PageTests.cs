using System.Globalization;
using System.Text.Json;
using PuppeteerSharp.Input;

namespace NGpt.Server.Tests.Page;

/// <summary>The page in a real browser, on a server with a fake model.</summary>
public sealed class PageTests(PageBrowser browser) : IClassFixture<PageBrowser>
{
    private static readonly (string, string)[] Greedy = [("temperature", "0"), ("max_tokens", "12")];

    [Fact]
    public async Task A_typed_prompt_is_continued_token_by_token()
    {
        await using TestServer server = await TestServer.StartAsync(context: new FakeContext { Gate = new SemaphoreSlim(0) });
        await using OpenPage open = await browser.OpenAsync(server.Server.Address);
        await open.ReadyAsync();
        Assert.Equal("fake · context 96 · vocabulary 257", await open.TextAsync("#model"));
        await open.SetAsync(Greedy);
        await open.GenerateAsync("once ");

        string whole = FakeContext.GreedyText("once ", 12);
        foreach (int count in new[] { 1, 5 })
        {
            server.Context.Gate!.Release(count == 1 ? 1 : 4);
            await open.UntilAsync($"{OpenPage.Tokens} === {count}");
            Assert.Equal(whole[..count], await open.OutputAsync());
            Assert.Equal("StopEsc", await open.TextAsync("#generate"));
        }

        Assert.Equal("Generating.", await open.TextAsync("#status"));
        server.Context.Gate!.Release(7);
        await open.EndedAsync();
        Assert.Equal("GenerateCtrl Enter", await open.TextAsync("#generate"));
        Assert.Equal(whole, await open.OutputAsync());
        Assert.Equal("once " + whole, await open.TextAsync("#output"));
        Assert.Equal("12", await open.TextAsync("#count"));
        Assert.Equal("maximum number of tokens", await open.TextAsync("#end"));
        Assert.Equal("12 tokens, ended: maximum number of tokens.", await open.TextAsync("#status"));
        Assert.Matches(@"^[\d.]+ tokens/s$", await open.TextAsync("#speed"));
        Assert.Matches(@"^[\d.]+ m?s$", await open.TextAsync("#first"));
        open.AssertQuiet();
    }

    [Fact]
    public async Task Pointing_at_a_token_shows_probability_alternatives_and_path()
    {
        await using TestServer server = await TestServer.StartAsync();
        await using OpenPage open = await browser.OpenAsync(server.Server.Address);
        await open.ReadyAsync();
        await open.SetAsync(Greedy);
        await open.GenerateAsync("once ");
        await open.EndedAsync();

        int[] tokens = [.. "once "u8.ToArray().Select(value => (int)value), .. FakeContext.Greedy("once "u8.ToArray().Select(value => (int)value), 12)];
        await open.Page.HoverAsync("#output .token:nth-child(5)");
        await open.UntilAsync("document.querySelector('#place').textContent === '4 of 12'");
        double[] all = [.. FakeContext.LogProbabilities(tokens.AsSpan(0, 8)).Select(Math.Exp)];
        int[] mostProbable = [.. Enumerable.Range(0, all.Length).OrderByDescending(token => all[token]).Take(8)];
        Assert.Equal(tokens[8], mostProbable[0]);
        Assert.Equal(Percent(all[tokens[8]]), await open.TextAsync("#likely"));
        Assert.Equal($"Token {tokens[8]}, byte {tokens[8]:x2}, the most probable", await open.TextAsync("#facts"));
        string[] rows = await open.AskAsync<string[]>("[...document.querySelectorAll('#alternatives li')].map(row => row.textContent)");
        Assert.Equal(mostProbable.Select(token => (token == ' ' ? "␣" : ((char)token).ToString()) + Percent(all[token])), rows);
        double[] widths = await open.AskAsync<double[]>("[...document.querySelectorAll('#alternatives .track')].map(track => track.firstChild.getBoundingClientRect().width / track.getBoundingClientRect().width)");
        Assert.All(mostProbable.Zip(widths), bar => Assert.Equal(all[bar.First], bar.Second, 0.006));

        // 0.5, 0.25, 0.125 and 8 radians: two blocks, more than a full circle.
        Assert.Equal(["28.6°", "14.3°", "43.0°", "7.2°", "458.4°", "508.5°"], await NumbersAsync(open));
        Assert.Equal(4, await open.AskAsync<int>("document.querySelectorAll('#dial path').length"));
        Assert.Equal("509°", await open.TextAsync("#dial .sum"));
        double[] heights = await open.AskAsync<double[]>("[...document.querySelectorAll('#steps rect')].map(bar => bar.height.baseVal.value)");
        Assert.Equal([0.5 / 8, 0.25 / 8, 0.125 / 8, 1], heights.Select(height => Math.Round(height / heights.Max(), 6)));
        Assert.Contains("the largest step is MLP in block 2 with 458.4°", await open.AskAsync<string>("document.querySelector('#steps svg').getAttribute('aria-label')"), StringComparison.Ordinal);
        open.AssertQuiet();
    }

    [Fact]
    public async Task Keys_move_through_the_tokens()
    {
        await using TestServer server = await TestServer.StartAsync();
        await using OpenPage open = await browser.OpenAsync(server.Server.Address, width: 700);
        await open.ReadyAsync();
        await open.SetAsync(("temperature", "0"), ("max_tokens", "90"));
        await open.GenerateAsync("once ");
        await open.EndedAsync();
        await open.Page.FocusAsync("#output");
        foreach ((string key, string place) in new[] { ("Home", "1 of 90"), ("ArrowLeft", "1 of 90"), ("ArrowRight", "2 of 90"), ("ArrowRight", "3 of 90"), ("ArrowLeft", "2 of 90"), ("End", "90 of 90"), ("ArrowRight", "90 of 90"), ("Home", "1 of 90") })
        {
            await open.Page.Keyboard.PressAsync(key);
            Assert.Equal(place, await open.TextAsync("#place"));
            Assert.Equal(place, await open.AskAsync<string>("`${Number(document.querySelector('.current').dataset.number) + 1} of 90`"));
        }

        double top = await TopAsync(open);
        await open.Page.Keyboard.PressAsync("ArrowDown");
        Assert.True(await TopAsync(open) > top);
        await open.Page.Keyboard.PressAsync("ArrowUp");
        Assert.Equal(top, await TopAsync(open));

        // The slider and its buttons do the same.
        await open.Page.Keyboard.PressAsync("Home");
        await open.Page.ClickAsync("#next");
        Assert.Equal("2 of 90", await open.TextAsync("#place"));
        await open.Page.FocusAsync("#slider");
        await open.Page.Keyboard.PressAsync("ArrowRight");
        Assert.Equal("3 of 90", await open.TextAsync("#place"));
        Assert.StartsWith(await open.TextAsync("#name") + ": " + await open.TextAsync("#likely"), await open.AskAsync<string>("document.querySelector('#slider').getAttribute('aria-valuetext')"), StringComparison.Ordinal);
        await open.Page.FocusAsync("#output");
        await open.Page.Keyboard.PressAsync("ArrowRight");
        await open.UntilAsync("document.querySelector('#status').textContent.endsWith(', the most probable')");
        open.AssertQuiet();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_generation_can_be_stopped_and_another_started(bool withKey)
    {
        await using TestServer server = await TestServer.StartAsync(context: new FakeContext(slots: 1) { Gate = new SemaphoreSlim(0) });
        await using OpenPage open = await browser.OpenAsync(server.Server.Address);
        await open.ReadyAsync();
        await open.SetAsync(Greedy);
        await open.GenerateAsync("once ");
        server.Context.Gate!.Release(3);
        await open.UntilAsync($"{OpenPage.Tokens} === 3");
        await (withKey ? open.Page.Keyboard.PressAsync("Escape") : open.Page.ClickAsync("#generate"));
        await open.EndedAsync();
        Assert.Equal("stopped by you", await open.TextAsync("#end"));
        Assert.Equal(FakeContext.GreedyText("once ", 3), await open.OutputAsync());
        Assert.Empty(await open.TextAsync("#problem"));

        // The only slot is free again.
        server.Context.Gate!.Release(100);
        await open.StartAsync();
        await open.UntilAsync("document.querySelector('#end').textContent === 'maximum number of tokens'");
        Assert.Equal(FakeContext.GreedyText("once ", 12), await open.OutputAsync());
        open.AssertQuiet();
    }

    [Fact]
    public async Task Settings_change_the_request_and_are_remembered()
    {
        await using TestServer server = await TestServer.StartAsync(model: TestServer.Model(new FakeContext()) with { Defaults = new() { Temperature = 0.7, TopK = 33, TopP = 0.9, MinP = 0.02 }, DefaultMaxTokens = 31 });
        await using OpenPage open = await browser.OpenAsync(server.Server.Address);
        await open.ReadyAsync();
        Assert.Equal(["0.7", "33", "0.9", "0.02", "1", "31", "random"], await open.AskAsync<string[]>("[...document.querySelectorAll('.settings input')].map(field => field.placeholder)"));
        JsonElement plain = await open.RequestAfterAsync(() => open.GenerateAsync("a"));
        await open.EndedAsync();
        string seed = await open.TextAsync("#seed");
        Assert.Equal($$$"""{"prompt":"a","max_tokens":31,"seed":{{{seed}}},"stream":true,"stream_options":{"include_usage":true},"token_details":{"top":8,"angles":true}}""", plain.GetRawText());

        await open.SetAsync(("temperature", "0.5"), ("top_k", "7"), ("top_p", "0.8"), ("min_p", "0.1"), ("repeat_penalty", "1.2"), ("max_tokens", "5"), ("seed", "42"), ("stop", "The end\n\\n\\n\n\\\\n"));
        await open.Page.ReloadAsync();
        await open.ReadyAsync();
        Assert.Equal("· temperature 0.5 · top k 7 · top p 0.8 · min p 0.1 · repeat penalty 1.2 · max tokens 5 · seed 42 · stop strings", await open.TextAsync("#changed"));
        JsonElement set = await open.RequestAfterAsync(open.StartAsync);
        await open.EndedAsync();
        Assert.Equal("""{"prompt":"a","max_tokens":5,"temperature":0.5,"top_k":7,"top_p":0.8,"min_p":0.1,"repeat_penalty":1.2,"seed":42,"stop":["The end","\n\n","\\n"],"stream":true,"stream_options":{"include_usage":true},"token_details":{"top":8,"angles":true}}""", set.GetRawText());

        await open.Page.ClickAsync("#settings summary");
        await open.Page.ClickAsync("#reset");
        Assert.Empty(await open.TextAsync("#changed"));
        JsonElement again = await open.RequestAfterAsync(open.StartAsync);
        await open.EndedAsync();
        Assert.Equal(plain.GetRawText().Replace(seed, await open.TextAsync("#seed"), StringComparison.Ordinal), again.GetRawText());
        open.AssertQuiet();
    }

    [Fact]
    public async Task An_invalid_setting_is_shown_and_nothing_is_sent()
    {
        await using TestServer server = await TestServer.StartAsync();
        await using OpenPage open = await browser.OpenAsync(server.Server.Address);
        await open.ReadyAsync();
        await open.SetAsync(("top_p", "1.5"));
        await open.Page.ClickAsync("#settings summary");
        await open.GenerateAsync("a");
        Assert.True(await open.AskAsync<bool>("document.querySelector('#settings').open && document.activeElement.name === 'top_p' && !document.body.classList.contains('working')"));
        Assert.Empty(server.Context.Steps);
        open.AssertQuiet();
    }

    [Fact]
    public async Task A_stop_string_is_not_part_of_the_text()
    {
        await using TestServer server = await TestServer.StartAsync();
        await using OpenPage open = await browser.OpenAsync(server.Server.Address);
        await open.ReadyAsync();
        string whole = FakeContext.GreedyText("once ", 12);
        await open.SetAsync([.. Greedy, ("stop", whole[6..9])]);
        await open.GenerateAsync("once ");
        await open.EndedAsync();
        Assert.Equal("stop string", await open.TextAsync("#end"));
        string shown = whole[..whole.IndexOf(whole[6..9], StringComparison.Ordinal)];
        Assert.Equal(shown, await open.OutputAsync());
        Assert.Equal(shown.Length, await open.AskAsync<int>(OpenPage.Tokens));
        open.AssertQuiet();
    }

    [Fact]
    public async Task The_text_continues_from_where_it_ended()
    {
        await using TestServer server = await TestServer.StartAsync();
        await using OpenPage open = await browser.OpenAsync(server.Server.Address);
        await open.ReadyAsync();
        await open.SetAsync(Greedy);
        await open.GenerateAsync("once ");
        await open.EndedAsync();
        await open.Page.ClickAsync("#reuse");
        Assert.Equal("once " + FakeContext.GreedyText("once ", 12), await open.AskAsync<string>("document.querySelector('#prompt').value"));
        Assert.Equal("prompt", await open.AskAsync<string>("document.activeElement.id"));
        await open.StartAsync();
        await open.UntilAsync("document.querySelector('#output .given').textContent.length > 5");
        await open.EndedAsync();
        Assert.Equal(FakeContext.GreedyText("once ", 24)[12..], await open.OutputAsync());
        open.AssertQuiet();
    }

    [Fact]
    public async Task The_text_is_copied()
    {
        await using TestServer server = await TestServer.StartAsync();
        await using OpenPage open = await browser.OpenAsync(server.Server.Address);
        await open.ReadyAsync();
        await open.SetAsync(Greedy);
        await open.GenerateAsync("once ");
        await open.EndedAsync();
        await open.Page.ClickAsync("#copy");
        await open.UntilAsync("document.querySelector('#copy').textContent === 'Copied'");
        await open.Page.FocusAsync("#prompt");
        await open.Page.Keyboard.PressAsync("v", new PressOptions { Commands = ["paste"] });
        Assert.Equal("once " + FakeContext.GreedyText("once ", 12), await open.AskAsync<string>("document.querySelector('#prompt').value"));
        open.AssertQuiet();
    }

    private static string Percent(double probability) => probability * 100 is double value && value < 9.995
        ? value.ToString("F2", CultureInfo.InvariantCulture) + "%"
        : value.ToString("F1", CultureInfo.InvariantCulture) + "%";

    private static async Task<string[]> NumbersAsync(OpenPage open)
    {
        await open.Page.ClickAsync("#numbers summary");
        await open.UntilAsync("document.querySelectorAll('#numbers tbody tr').length === 2");
        return await open.AskAsync<string[]>("[...document.querySelectorAll('#numbers tbody td:not(:first-child)')].map(cell => cell.textContent)");
    }

    private static Task<double> TopAsync(OpenPage open) => open.AskAsync<double>("document.querySelector('.current').getBoundingClientRect().top");
}
