using PuppeteerSharp;

namespace NGpt.Tests.Browser;

/// <summary>The browser of this machine without a window.</summary>
internal sealed class TestBrowser : IAsyncDisposable
{
    private readonly TemporaryFolder _folder = new();
    private IBrowser? _browser;

    /// <summary>Starts the browser.</summary>
    /// <returns>Whether there is one.</returns>
    public async Task<bool> StartAsync()
    {
        if (BrowserProgram.Find() is not { } program)
        {
            return false;
        }

        _browser = await Puppeteer.LaunchAsync(new LaunchOptions
        {
            ExecutablePath = program,
            UserDataDir = _folder.File("profile"),
            Headless = true,
            Args =
            [
                "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
                "--disable-component-update", "--disable-sync", "--disable-dev-shm-usage",
            ],
        });
        return true;
    }

    /// <summary>Opens an empty page; skips the test where there is no browser.</summary>
    /// <param name="width">Width of the screen in CSS pixels.</param>
    /// <param name="theme">What the reader prefers: light or dark.</param>
    /// <param name="complain">Receives what the console says, exceptions and dialogs.</param>
    /// <param name="requested">Receives the addresses that the page asks for, without those that are data themselves.</param>
    public async Task<IPage> OpenAsync(int width, string theme, Action<string> complain, Action<string> requested)
    {
        if (_browser is null)
        {
            Assert.Skip(BrowserProgram.Missing);
        }

        IPage page = await _browser.NewPageAsync();
        page.Console += (_, message) => complain($"{message.Message.Type}: {message.Message.Text}");
        page.PageError += (_, error) => complain(error.Message);
        page.Error += (_, error) => complain(error.Error);
        page.Dialog += async (_, dialog) =>
        {
            complain($"dialog: {dialog.Dialog.Message}");
            await dialog.Dialog.Dismiss();
        };
        page.Request += (_, request) =>
        {
            if (!request.Request.Url.StartsWith("data:", StringComparison.Ordinal))
            {
                requested(request.Request.Url);
            }
        };
        await page.SetViewportAsync(new ViewPortOptions { Width = width, Height = 800 });
        await page.EmulateMediaFeaturesAsync([new MediaFeatureValue { MediaFeature = MediaFeature.PrefersColorScheme, Value = theme }]);
        return page;
    }

    public async ValueTask DisposeAsync()
    {
        if (_browser is not null)
        {
            await _browser.CloseAsync();
            await _browser.DisposeAsync();
        }

        _folder.Dispose();
    }
}
