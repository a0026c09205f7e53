using NGpt.Lab.Reports;
using NGpt.Lab.Tests.Reports;
using NGpt.Tests.Browser;
using PuppeteerSharp;

namespace NGpt.Lab.Tests.Browser;

/// <summary>The sample report in a real browser, opened from disk, with all that the browser says about it.</summary>
public sealed class ReportPage : IAsyncLifetime
{
    private readonly TemporaryFolder _folder = new();
    private readonly TestBrowser _browser = new();

    /// <summary>Errors and warnings of the console, and exceptions.</summary>
    internal List<string> Complaints { get; } = [];

    /// <summary>Addresses that the page asked for, without those that are data themselves.</summary>
    internal List<string> Requests { get; } = [];

    /// <summary>Address of the page.</summary>
    internal string Address { get; private set; } = string.Empty;

    public async ValueTask InitializeAsync()
    {
        if (await _browser.StartAsync())
        {
            string file = ReportWriter.Write(SampleReports.Everything, _folder.File("report"))[0];
            Address = new Uri(file).AbsoluteUri;
        }
    }

    /// <summary>Opens the page.</summary>
    /// <param name="width">Width of the screen in CSS pixels.</param>
    /// <param name="theme">What the reader prefers.</param>
    internal async Task<IPage> OpenAsync(int width, string theme = "light")
    {
        IPage page = await _browser.OpenAsync(width, theme, Complaints.Add, Requests.Add);
        await page.GoToAsync(Address);
        return page;
    }

    public async ValueTask DisposeAsync()
    {
        await _browser.DisposeAsync();
        _folder.Dispose();
    }
}
