using System.Globalization;
using System.Text;
using System.Text.Json;
using PuppeteerSharp;

namespace NGpt.Server.Tests.Page;

/// <summary>What the page does with single tokens: which one it shows, continuing from alternatives, and scoring.</summary>
public sealed class PageTokenTests(PageBrowser browser) : IClassFixture<PageBrowser>
{
    private static readonly (string, string)[] Greedy = [("temperature", "0"), ("max_tokens", "12")];

    [Theory]
    [InlineData("no-preference")]
    [InlineData("reduce")]
    public async Task The_last_token_is_shown_when_the_text_has_ended(string motion)
    {
        await using TestServer server = await TestServer.StartAsync(context: new FakeContext { Gate = new SemaphoreSlim(0) });
        await using OpenPage open = await browser.OpenAsync(server.Server.Address, prepare: page => page.EmulateMediaFeaturesAsync(
            [new MediaFeatureValue { MediaFeature = MediaFeature.PrefersReducedMotion, Value = motion }]));
        await open.ReadyAsync();
        await open.SetAsync(Greedy);
        await open.GenerateAsync("once ");
        server.Context.Gate!.Release(1);
        await open.UntilAsync($"{OpenPage.Tokens} === 1");

        // The pointer rests where tokens will appear.
        double[] end = await open.AskAsync<double[]>("(box => [box.right + 60, box.top + box.height / 2])(document.querySelector('#output .token').getBoundingClientRect())");
        await open.Page.Mouse.MoveAsync((decimal)end[0], (decimal)end[1]);
        server.Context.Gate!.Release(100);
        await open.EndedAsync();
        Assert.Equal("12 of 12", await open.TextAsync("#place"));
        Assert.Equal("11", await open.AskAsync<string>("document.querySelector('.current').dataset.number"));
        open.AssertQuiet();
    }

    [Fact]
    public async Task A_pointed_token_is_shown_until_the_pointer_leaves_and_a_clicked_one_is_held()
    {
        await using TestServer server = await TestServer.StartAsync(context: new FakeContext { Gate = new SemaphoreSlim(0) });
        await using OpenPage open = await browser.OpenAsync(server.Server.Address);
        await open.ReadyAsync();
        await open.SetAsync(Greedy);
        await open.GenerateAsync("once ");
        server.Context.Gate!.Release(4);
        await open.UntilAsync($"{OpenPage.Tokens} === 4");
        await open.Page.HoverAsync("#output .token:nth-child(3)");
        Assert.Equal("2 of 4", await open.TextAsync("#place"));
        server.Context.Gate!.Release(1);
        await open.UntilAsync("document.querySelector('#place').textContent === '2 of 5'");
        await open.Page.HoverAsync("#prompt");
        server.Context.Gate!.Release(1);
        await open.UntilAsync($"{OpenPage.Tokens} === 6");
        await open.Page.ClickAsync("#output .token:nth-child(4)");
        await open.Page.HoverAsync("#output .token:nth-child(6)");
        Assert.Equal("3 of 6, held", await open.TextAsync("#place"));
        await open.Page.HoverAsync("#prompt");
        server.Context.Gate!.Release(100);
        await open.EndedAsync();
        Assert.Equal("3 of 12, held", await open.TextAsync("#place"));

        // Another click releases it.
        await open.Page.ClickAsync("#output .token:nth-child(4)");
        await open.Page.HoverAsync("#output .token:nth-child(6)");
        Assert.Equal("5 of 12", await open.TextAsync("#place"));

        // A pointer that has left while the text was generated is not a choice.
        server.Context.Gate!.Release(100);
        await open.Page.ClickAsync("#generate");
        await open.UntilAsync("document.querySelector('#place').textContent === '12 of 12'");
        open.AssertQuiet();
    }

    [Theory]
    [InlineData("once ")]
    [InlineData("")]
    public async Task The_text_continues_from_an_alternative(string prompt)
    {
        await using TestServer server = await TestServer.StartAsync();
        await using OpenPage open = await browser.OpenAsync(server.Server.Address);
        await open.ReadyAsync();
        await open.SetAsync(Greedy);
        await open.GenerateAsync(prompt);
        await open.EndedAsync();

        int[] given = prompt.Length > 0 ? [.. Encoding.UTF8.GetBytes(prompt).Select(value => (int)value)] : [FakeContext.EndOfText];
        int[] first = FakeContext.Greedy(given, 12);
        int[] before = [.. given, .. first[..3]];
        double[] all = FakeContext.LogProbabilities(before);
        int other = Enumerable.Range(0, all.Length).OrderByDescending(token => all[token]).ElementAt(2);
        int[] branched = [.. before, other];
        await open.Page.ClickAsync("#output .token:nth-child(5)");
        JsonElement request = await open.RequestAfterAsync(async () =>
        {
            await open.Page.FocusAsync("#alternatives li:nth-child(3) button");
            await open.Page.Keyboard.PressAsync("Enter");
        });
        Assert.Equal(branched, OpenPage.Ids(request));
        await open.UntilAsync("document.querySelector('#place').textContent === '16 of 16'");
        await open.EndedAsync();
        Assert.Equal(Text([.. branched, .. FakeContext.Greedy(branched, 12)])[prompt.Length..], await open.OutputAsync());
        Assert.Equal(prompt, await open.TextAsync("#output .given"));
        Assert.Equal(prompt, await open.AskAsync<string>("document.querySelector('#prompt').value"));
        Assert.Equal(["3"], await open.AskAsync<string[]>("[...document.querySelectorAll('#output .branch')].map(token => token.dataset.number)"));
        Assert.Equal("12", await open.TextAsync("#count"));

        // The tokens before keep their details, and so does the chosen one.
        await open.Page.FocusAsync("#output");
        await open.Page.Keyboard.PressAsync("Home");
        Assert.Equal(Percent(FakeContext.LogProbabilities(given)[first[0]]), await open.TextAsync("#likely"));
        await open.Page.ClickAsync("#output .branch");
        Assert.Equal(Percent(all[other]), await open.TextAsync("#likely"));
        Assert.EndsWith("rank 3, chosen by you", await open.TextAsync("#facts"), StringComparison.Ordinal);
        Assert.True(await open.AskAsync<bool>("document.querySelector('#path').checkVisibility()"));

        // A branch of a branch.
        int[] next = [.. branched, .. FakeContext.Greedy(branched, 1)];
        request = await open.RequestAfterAsync(async () =>
        {
            await open.Page.ClickAsync("#next");
            await open.Page.ClickAsync("#alternatives .taken button");
        });
        Assert.Equal(next, OpenPage.Ids(request));
        await open.EndedAsync();
        open.AssertQuiet();
    }

    [Fact]
    public async Task A_branch_ends_the_generation_that_runs()
    {
        await using TestServer server = await TestServer.StartAsync(context: new FakeContext(slots: 1) { Gate = new SemaphoreSlim(0) });
        await using OpenPage open = await browser.OpenAsync(server.Server.Address);
        await open.ReadyAsync();
        await open.SetAsync(Greedy);
        await open.GenerateAsync("once ");
        server.Context.Gate!.Release(4);
        await open.UntilAsync($"{OpenPage.Tokens} === 4");
        await open.Page.ClickAsync("#output .token:nth-child(3)");
        await open.Page.ClickAsync("#alternatives li:nth-child(2) button");
        server.Context.Gate!.Release(100);
        await open.UntilAsync($"{OpenPage.Tokens} === 14 && document.querySelector('#end').textContent === 'maximum number of tokens'");
        Assert.Empty(await open.TextAsync("#problem"));
        open.AssertQuiet();
    }

    [Fact]
    public async Task A_text_is_scored()
    {
        const string Own = "once é";
        await using TestServer server = await TestServer.StartAsync();
        await using OpenPage open = await browser.OpenAsync(server.Server.Address);
        await open.ReadyAsync();
        await open.SetAsync(Greedy);
        await open.Page.ClickAsync("#score");
        Assert.Equal("Type a text to score.", await open.TextAsync("#problem"));
        await open.Page.TypeAsync("#prompt", Own);
        await open.Page.ClickAsync("#score");
        await open.UntilAsync("document.querySelector('#loss').textContent !== '–'");
        Assert.Empty(await open.TextAsync("#problem"));

        int[] tokens = [.. Encoding.UTF8.GetBytes(Own).Select(value => (int)value)];
        double[] losses = [.. Enumerable.Range(1, tokens.Length - 1).Select(i => FakeContext.LogProbabilities(tokens.AsSpan(0, i))[tokens[i]])];
        Assert.Equal("7", await open.TextAsync("#count"));
        Assert.Equal("6 tokens, 6 bytes", await open.TextAsync("#scored"));
        Assert.Equal(string.Create(CultureInfo.InvariantCulture, $"{-losses.Average() / Math.Log(2):F3} bits per byte"), await open.TextAsync("#loss"));
        Assert.Equal(Own, await open.TextAsync("#output"));
        string[] shades = ["p0", .. losses.Select(Math.Exp).Select(probability => $"p{new[] { 0.5, 0.2, 0.05, 0.01 }.Count(bound => probability < bound)}")];
        Assert.Equal(shades, await open.AskAsync<string[]>("[...document.querySelectorAll('#output .token')].map(token => token.classList[1])"));
        Assert.Contains("p4", shades);
        Assert.Equal("7 of 7", await open.TextAsync("#place"));
        Assert.Equal(Percent(losses[^1]), await open.TextAsync("#likely"));
        await open.Page.FocusAsync("#output");
        await open.Page.Keyboard.PressAsync("Home");
        Assert.Equal("unknown", await open.TextAsync("#likely"));
        Assert.EndsWith("not predicted", await open.TextAsync("#facts"), StringComparison.Ordinal);
        Assert.False(await open.AskAsync<bool>("document.querySelector('#others').checkVisibility()"));

        // The scored text branches too: the second half of é is replaced, which no text could say.
        await open.Page.ClickAsync("#output .token:last-child");
        JsonElement request = await open.RequestAfterAsync(() => open.Page.ClickAsync("#alternatives li:nth-child(1) button"));
        int[] start = [.. tokens[..6], FakeContext.Greedy(tokens[..6], 1)[0]];
        Assert.Equal(start, OpenPage.Ids(request));
        await open.EndedAsync();
        string continued = Text(FakeContext.Greedy(start, 12));
        Assert.Equal($"once \ufffd{(char)start[6]}{continued}", await open.OutputAsync());
        Assert.Equal(6, await open.AskAsync<int>("document.querySelectorAll('#output .token.given').length"));
        open.AssertQuiet();
    }

    private static string Text(int[] tokens) => Encoding.UTF8.GetString([.. tokens.Where(token => token < 256).Select(token => (byte)token)]);

    private static string Percent(double logProbability) => Math.Exp(logProbability) * 100 is double value && value < 0.01 ? "<0.01%"
        : value.ToString(value < 9.995 ? "F2" : "F1", CultureInfo.InvariantCulture) + "%";
}
