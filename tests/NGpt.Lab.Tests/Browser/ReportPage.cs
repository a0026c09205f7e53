using NGpt.Lab.Reports;
using NGpt.Lab.Tests.Reports;
using PuppeteerSharp;

namespace NGpt.Lab.Tests.Browser;

/// <summary>The sample report in a real browser, opened from disk, with all that the browser says about it.</summary>
public sealed class ReportPage : IAsyncLifetime
{
    private readonly TemporaryFolder _folder = new();
    private IBrowser? _browser;

    /// <summary>Errors and warnings of the console, and exceptions.</summary>
    internal List<string> Complaints { get; } = [];

    /// <summary>Addresses that the page asked for, without those that are data themselves.</summary>
    internal List<string> Requests { get; } = [];

    /// <summary>Address of the page.</summary>
    internal string Address { get; private set; } = string.Empty;

    public async ValueTask InitializeAsync()
    {
        if (BrowserProgram.Find() is not { } program)
        {
            return;
        }

        string file = ReportWriter.Write(SampleReports.Everything, _folder.File("report"))[0];
        Address = new Uri(file).AbsoluteUri;
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
    }

    /// <summary>Opens the page.</summary>
    /// <param name="width">Width of the screen in CSS pixels.</param>
    /// <param name="theme">What the reader prefers.</param>
    internal async Task<IPage> OpenAsync(int width, string theme = "light")
    {
        if (_browser is null)
        {
            Assert.Skip(BrowserProgram.Missing);
        }

        IPage page = await _browser.NewPageAsync();
        page.Console += (_, message) => Complaints.Add($"{message.Message.Type}: {message.Message.Text}");
        page.PageError += (_, error) => Complaints.Add(error.Message);
        page.Error += (_, error) => Complaints.Add(error.Error);
        page.Dialog += async (_, dialog) =>
        {
            Complaints.Add($"dialog: {dialog.Dialog.Message}");
            await dialog.Dialog.Dismiss();
        };
        page.Request += (_, request) =>
        {
            if (!request.Request.Url.StartsWith("data:", StringComparison.Ordinal))
            {
                Requests.Add(request.Request.Url);
            }
        };
        await page.SetViewportAsync(new ViewPortOptions { Width = width, Height = 800 });
        await page.EmulateMediaFeaturesAsync([new MediaFeatureValue { MediaFeature = MediaFeature.PrefersColorScheme, Value = theme }]);
        await page.GoToAsync(Address);
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
