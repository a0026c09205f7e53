using System.Text;
using System.Text.Json;
using NGpt.Core.Generation;
using PuppeteerSharp;

namespace NGpt.Server.Tests.Page;

/// <summary>How the page displays recorded streams with all kinds of tokens.</summary>
public sealed class PageLookTests(PageBrowser browser) : IClassFixture<PageBrowser>
{
    private const string Markup = "<img src=x onerror=alert(1)><script>alert(2)</script>";

    // Labels whose text has more than one line, leaves the screen, or is wider than its element.
    private const string Faults = """
        [...document.querySelectorAll('button, label, dt, dd, summary, h1, h2, h3, th, td, legend, .key span, #legend span, #model span, #place, #alternatives code, #alternatives .number')]
          .filter(element => element.checkVisibility())
          .filter(element => {
            const texts = [...element.childNodes].filter(node => node.nodeType === Node.TEXT_NODE && node.data.trim() !== '');
            return element.scrollWidth > element.clientWidth + 1 && element.clientWidth > 0 || texts.some(text => {
              const range = document.createRange();
              range.selectNodeContents(text);
              const boxes = [...range.getClientRects()].filter(box => box.width > 0);
              return new Set(boxes.map(box => Math.round(box.top))).size > 1 || boxes.some(box => box.left < 0 || box.right > document.documentElement.clientWidth);
            });
          })
          .map(element => element.textContent)
        """;

    [Fact]
    public async Task Markup_is_shown_as_text()
    {
        await using TestServer server = await TestServer.StartAsync(model: TestServer.Model(new FakeContext()) with { Id = Markup });
        await using OpenPage open = await browser.OpenAsync(server.Server.Address, prepare: page => AnswerAsync(page, [(Markup, Encoding.UTF8.GetBytes(Markup))]));
        await open.ReadyAsync();
        Assert.StartsWith(Markup, await open.TextAsync("#model"), StringComparison.Ordinal);
        await open.GenerateAsync(Markup);
        await open.EndedAsync();
        Assert.Equal(Markup + Markup, await open.TextAsync("#output"));
        Assert.Equal(Markup.Replace(" ", "␣", StringComparison.Ordinal), await open.TextAsync("#name"));
        Assert.Equal(1, await open.AskAsync<int>("document.images.length"));
        Assert.Equal(1, await open.AskAsync<int>("document.scripts.length"));
        open.AssertQuiet();
    }

    [Fact]
    public async Task Partial_characters_and_invisible_tokens_are_visible()
    {
        (string, byte[])[] tokens = [("", [0xE2, 0x82]), ("€", [0xAC]), ("\n", [0x0A]), ("\u200b", [0xE2, 0x80, 0x8B]), ("", [])];
        await using TestServer server = await TestServer.StartAsync();
        await using OpenPage open = await browser.OpenAsync(server.Server.Address, prepare: page => AnswerAsync(page, tokens));
        await open.ReadyAsync();
        await open.GenerateAsync("a");
        await open.EndedAsync();
        Assert.Equal("€\n\u200b", await open.OutputAsync());
        Assert.Equal(["▫", "", "⏎", "", "token 4"], await open.AskAsync<string[]>("[...document.querySelectorAll('#output .token')].map(token => token.dataset.mark ?? '')"));
        await open.Page.ClickAsync("#previous");
        Assert.Equal("bytes e2 80 8b", (await open.TextAsync("#facts")).Split(", ")[1]);

        // A token without angles has no diagram.
        Assert.False(await open.AskAsync<bool>("document.querySelector('#path').checkVisibility()"));
        open.AssertQuiet();
    }

    [Fact]
    public async Task A_token_cut_by_a_stop_string_shows_the_rest()
    {
        await using TestServer server = await TestServer.StartAsync();
        await using OpenPage open = await browser.OpenAsync(server.Server.Address, prepare: page => AnswerAsync(page, [("", "one"u8.ToArray()), ("one t", " two"u8.ToArray()), ("", " three"u8.ToArray())]));
        await open.ReadyAsync();
        await open.GenerateAsync("a");
        await open.EndedAsync();
        Assert.Equal(["one", " t"], await open.AskAsync<string[]>("[...document.querySelectorAll('#output .token')].map(token => token.textContent)"));
        open.AssertQuiet();
    }

    [Fact]
    public async Task Thousands_of_tokens_are_laid_out_a_frame_at_a_time()
    {
        (string, byte[])[] tokens = [.. Enumerable.Range(0, 4000).Select(i => ($" w{i}", Encoding.UTF8.GetBytes($" w{i}")))];
        await using TestServer server = await TestServer.StartAsync();
        await using OpenPage open = await browser.OpenAsync(server.Server.Address, prepare: page => AnswerAsync(page, tokens));
        await open.ReadyAsync();
        await open.AskAsync<JsonElement>("(window.batches = 0, new MutationObserver(() => window.batches++).observe(document.querySelector('#output'), { childList: true }), null)");
        await open.GenerateAsync("a");
        await open.EndedAsync();
        Assert.Equal(4000, await open.AskAsync<int>(OpenPage.Tokens));
        Assert.Equal(string.Concat(tokens.Select(token => token.Item1)), await open.OutputAsync());
        Assert.InRange(await open.AskAsync<int>("window.batches"), 2, 1000);
        Assert.Equal("4,000 of 4,000", await open.TextAsync("#place"));
        Assert.True(await open.AskAsync<bool>("(box => box.scrollTop + box.clientHeight > box.scrollHeight - 40)(document.querySelector('#output'))"));
        open.AssertQuiet();
    }

    [Theory]
    [InlineData(0.9, "none", false)]
    [InlineData(0.3, "dotted", true)]
    [InlineData(0.1, "dashed", true)]
    [InlineData(0.02, "solid", true)]
    [InlineData(0.001, "double", true)]
    public async Task Probability_is_shown_by_background_and_underline_until_switched_off(double probability, string line, bool hasGround)
    {
        const string Look = "(style => [style.textDecorationLine === 'none' ? 'none' : style.textDecorationStyle, style.backgroundColor])(getComputedStyle(document.querySelector('#output .token')))";
        await using TestServer server = await TestServer.StartAsync();
        await using OpenPage open = await browser.OpenAsync(server.Server.Address, prepare: page => AnswerAsync(page, [("a", [0x61])], probability));
        await open.ReadyAsync();
        await open.GenerateAsync("a");
        await open.EndedAsync();
        string[] look = await open.AskAsync<string[]>(Look);
        Assert.Equal(line, look[0]);
        Assert.Equal(hasGround, look[1] != "rgba(0, 0, 0, 0)");
        await open.Page.ClickAsync("#shade");
        Assert.Equal(["none", "rgba(0, 0, 0, 0)"], await open.AskAsync<string[]>(Look));
        open.AssertQuiet();
    }

    [Theory]
    [InlineData(375, "light", "rgb(246, 247, 249)")]
    [InlineData(1200, "dark", "rgb(13, 17, 23)")]
    public async Task The_page_fits_the_screen_and_the_color_scheme(int width, string theme, string ground)
    {
        await using TestServer server = await TestServer.StartAsync();
        await using OpenPage open = await browser.OpenAsync(server.Server.Address, width, theme);
        await open.ReadyAsync();
        await open.SetAsync(("max_tokens", "40"));
        await open.GenerateAsync("once ");
        await open.EndedAsync();
        await open.Page.ClickAsync("#numbers summary");
        Assert.Equal(width, await open.AskAsync<int>("window.innerWidth"));
        Assert.InRange(await open.AskAsync<int>("document.documentElement.scrollWidth"), 1, width);
        Assert.Equal(ground, await open.AskAsync<string>("getComputedStyle(document.body).backgroundColor"));
        open.AssertQuiet();
    }

    [Theory]
    [InlineData(1280, "text")]
    [InlineData(360, "text")]
    [InlineData(1280, "chat")]
    [InlineData(360, "chat")]
    public async Task No_label_is_cut_or_wrapped(int width, string view)
    {
        await using TestServer server = await TestServer.StartAsync(new ServerOptions { ChatTemplate = ChatTemplate.Plain });
        await using OpenPage open = await browser.OpenAsync(server.Server.Address, width);
        await open.ReadyAsync();
        Assert.Empty(await open.AskAsync<string[]>(Faults));
        await open.SetAsync(("max_tokens", "20"), ("seed", "9007199254740991"));
        if (view == "text")
        {
            await open.GenerateAsync("once ");
            await open.EndedAsync();
        }
        else
        {
            await open.Page.ClickAsync("#views [value=chat]");
            await open.Page.TypeAsync("#message", "once");
            await open.Page.Keyboard.PressAsync("Enter");
            await open.UntilAsync("document.querySelector('#place').textContent === '20 of 20' && document.querySelector('#send').textContent === 'SendEnter'");
        }

        await open.Page.ClickAsync("#numbers summary");
        await open.UntilAsync("document.querySelectorAll('#numbers tbody tr').length === 2");
        Assert.Empty(await open.AskAsync<string[]>(Faults));
        if (view == "text")
        {
            await open.Page.ClickAsync("#score");
            await open.UntilAsync("document.querySelector('#loss').textContent !== '–'");
            Assert.Empty(await open.AskAsync<string[]>(Faults));
        }

        open.AssertQuiet();
    }

    [Theory]
    [InlineData(1280)]
    [InlineData(360)]
    public async Task No_label_is_cut_or_wrapped_where_a_key_is_asked_for(int width)
    {
        await using TestServer server = await TestServer.StartAsync(new ServerOptions { ApiKey = "open sesame" });
        await using OpenPage open = await browser.OpenAsync(server.Server.Address, width);
        await open.UntilAsync("!document.querySelector('#key').hidden");
        Assert.Empty(await open.AskAsync<string[]>(Faults));
    }

    [Theory]
    [InlineData("no-preference", "1 of 256")]
    [InlineData("reduce", "")]
    public async Task The_newest_token_is_followed_unless_reduced_motion_is_preferred(string preference, string place)
    {
        await using TestServer server = await TestServer.StartAsync(context: new FakeContext { Gate = new SemaphoreSlim(0) });
        await using OpenPage open = await browser.OpenAsync(server.Server.Address, prepare: page => page.EmulateMediaFeaturesAsync(
            [new MediaFeatureValue { MediaFeature = MediaFeature.PrefersReducedMotion, Value = preference }]));
        await open.ReadyAsync();
        await open.GenerateAsync("once ");
        server.Context.Gate!.Release(1);
        await open.UntilAsync($"{OpenPage.Tokens} === 1");
        Assert.Equal(place.Replace("256", "1", StringComparison.Ordinal), await open.TextAsync("#place"));
        open.AssertQuiet();
    }

    // Answers the request for a text with a recorded stream.
    private static async Task AnswerAsync(IPage page, (string Text, byte[] Bytes)[] tokens, double probability = 0.25)
    {
        StringBuilder events = new();
        for (int i = 0; i < tokens.Length; i++)
        {
            string name = tokens[i].Text.Length > 0 ? tokens[i].Text : $"token {i}";
            Dictionary<string, object> token = new() { ["id"] = i, ["text"] = name, ["bytes"] = tokens[i].Bytes.Select(value => (int)value), ["probability"] = probability };
            events.Append("data: ").Append(JsonSerializer.Serialize(new
            {
                choices = new[] { new { text = tokens[i].Text, end_reason = i == tokens.Length - 1 ? "end_of_text" : null, token_details = new[] { new Dictionary<string, object>(token) { ["top"] = new[] { token } } } } },
            })).Append("\n\n");
        }

        events.Append("data: [DONE]\n\n");
        await page.SetRequestInterceptionAsync(true);
        page.Request += async (_, request) => await (request.Request.Url.EndsWith("/v1/completions", StringComparison.Ordinal)
            ? request.Request.RespondAsync(new ResponseData { ContentType = "text/event-stream; charset=utf-8", Body = events.ToString() })
            : request.Request.ContinueAsync());
    }
}
