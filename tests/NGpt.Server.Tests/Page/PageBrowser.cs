using NGpt.Tests.Browser;
using PuppeteerSharp;

namespace NGpt.Server.Tests.Page;

/// <summary>A browser for the tests of a class.</summary>
public sealed class PageBrowser : IAsyncLifetime
{
    private readonly TestBrowser _browser = new();

    public async ValueTask InitializeAsync() => await _browser.StartAsync();

    public ValueTask DisposeAsync() => _browser.DisposeAsync();

    /// <summary>Opens the page of a server.</summary>
    internal async Task<OpenPage> OpenAsync(Uri address, int width = 1200, string theme = "light", Func<IPage, Task>? prepare = null)
    {
        List<string> complaints = [];
        List<string> requests = [];
        IPage page = await _browser.OpenAsync(width, theme, complaints.Add, requests.Add);

        // Conditions are waited for; the limit is for a machine that is very busy.
        page.DefaultTimeout = 120_000;
        OpenPage open = new(page, address, complaints, requests);
        if (prepare is not null)
        {
            await prepare(page);
        }

        await page.GoToAsync(address.AbsoluteUri);
        return open;
    }
}
