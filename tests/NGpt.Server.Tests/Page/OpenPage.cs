using System.Text.Json;
using PuppeteerSharp;

namespace NGpt.Server.Tests.Page;

/// <summary>The page of a server in a browser, and the actions of its user.</summary>
internal sealed class OpenPage(IPage page, Uri address, List<string> complaints, List<string> requests) : IAsyncDisposable
{
    public const string Tokens = "document.querySelectorAll('#output .token').length";
    private const string Ended = "!document.body.classList.contains('working') && document.querySelector('#end').textContent !== '–'";

    public IPage Page => page;

    /// <summary>Asserts that there were no errors and no requests to other servers.</summary>
    public void AssertQuiet()
    {
        Assert.Empty(complaints);
        Assert.NotEmpty(requests);
        Assert.All(requests, request => Assert.StartsWith(address.AbsoluteUri, request, StringComparison.Ordinal));
    }

    public Task ReadyAsync() => UntilAsync("document.querySelector('#model').dataset.state === 'ready'");

    public Task UntilAsync(string condition) => page.WaitForExpressionAsync(condition);

    /// <summary>The numbers of a list of token ids in a request.</summary>
    public static int[] Ids(JsonElement request) => [.. request.GetProperty("prompt").EnumerateArray().Select(id => id.GetInt32())];

    public Task EndedAsync() => UntilAsync(Ended);

    public Task<string> TextAsync(string selector) => page.EvaluateFunctionAsync<string>("selector => document.querySelector(selector).textContent", selector);

    public Task<T> AskAsync<T>(string expression) => page.EvaluateExpressionAsync<T>(expression);

    /// <summary>The text that was generated, without the prompt.</summary>
    public Task<string> OutputAsync() => AskAsync<string>("[...document.querySelectorAll('#output .token')].map(token => token.textContent).join('')");

    /// <summary>Sets sampling settings.</summary>
    public async Task SetAsync(params IEnumerable<(string Name, string Text)> settings)
    {
        if (!await AskAsync<bool>("document.querySelector('#settings').open"))
        {
            await page.ClickAsync("#settings summary");
        }

        foreach ((string name, string text) in settings)
        {
            await page.ClickAsync($"[name={name}]");
            await page.Keyboard.DownAsync("Control");
            await page.Keyboard.PressAsync("a");
            await page.Keyboard.UpAsync("Control");
            await page.Keyboard.PressAsync("Delete");
            await page.Keyboard.TypeAsync(text);
        }
    }

    /// <summary>Types a prompt and starts, by keyboard only.</summary>
    public async Task GenerateAsync(string prompt)
    {
        await page.FocusAsync("#prompt");
        await page.Keyboard.TypeAsync(prompt);
        await StartAsync();
    }

    public async Task StartAsync()
    {
        await page.Keyboard.DownAsync("Control");
        await page.Keyboard.PressAsync("Enter");
        await page.Keyboard.UpAsync("Control");
    }

    /// <summary>Performs an action and returns the body of the request for a stream that the page sends.</summary>
    public async Task<JsonElement> RequestAfterAsync(Func<Task> action, string path = "/v1/completions")
    {
        Task<IRequest> sent = page.WaitForRequestAsync(request => request.Url.EndsWith(path, StringComparison.Ordinal) && request.PostData is string body && body.Contains("\"stream\":true", StringComparison.Ordinal));
        await action();
        return JsonDocument.Parse((string)(await sent).PostData!).RootElement;
    }

    public ValueTask DisposeAsync() => page.DisposeAsync();
}
