using System.Text.Json;
using NGpt.Lab.Figures;
using NGpt.Lab.Tests.Figures;
using NGpt.Lab.Tests.Reports;
using PuppeteerSharp;
using SkiaSharp;

namespace NGpt.Lab.Tests.Browser;

public sealed class ReportPageTests(ReportPage report) : IClassFixture<ReportPage>
{
    private const int Phone = 360;
    private const int Desk = 1200;

    [Fact]
    public async Task The_page_requests_nothing_and_the_browser_reports_no_error()
    {
        await using IPage page = await report.OpenAsync(Desk);
        Assert.Empty(report.Complaints);
        Assert.All(report.Requests, address => Assert.Equal(report.Address, address));
        Assert.NotEmpty(report.Requests);
        Assert.StartsWith("Comparison of </title><script>alert(1)</script>", await page.GetTitleAsync(), StringComparison.Ordinal);
        Assert.Equal(0, await page.EvaluateExpressionAsync<int>("document.scripts.length"));
        Assert.Equal("CSS1Compat", await page.EvaluateExpressionAsync<string>("document.compatMode"));
    }

    [Theory]
    [InlineData(Phone)]
    [InlineData(Desk)]
    public async Task The_page_does_not_scroll_sideways(int width)
    {
        await using IPage page = await report.OpenAsync(width);
        await page.EvaluateExpressionAsync("document.querySelectorAll('details').forEach(details => details.open = true)");
        Assert.Equal(width, await page.EvaluateExpressionAsync<int>("window.innerWidth"));
        Assert.InRange(await page.EvaluateExpressionAsync<int>("document.documentElement.scrollWidth"), 1, width);

        // Pictures and the report's tables fit; only the numbers of a figure may scroll, in their own box.
        Assert.False(await page.EvaluateExpressionAsync<bool>("[...document.querySelectorAll('.result')].some(box => box.scrollWidth > box.clientWidth)"));
        Assert.False(await page.EvaluateExpressionAsync<bool>("[...document.querySelectorAll('figure img')].some(image => image.getBoundingClientRect().right > image.closest('figure').getBoundingClientRect().right)"));
    }

    [Fact]
    public async Task On_a_phone_every_cell_of_a_table_has_the_name_of_its_column()
    {
        const string Labels = "[...document.querySelector('.result tbody tr').cells].map(cell => getComputedStyle(cell, '::before').content)";
        await using IPage phone = await report.OpenAsync(Phone);
        await using IPage desk = await report.OpenAsync(Desk);
        Assert.Equal(SampleReports.Outcome.Headers.Select(header => $"\"{header}\""), await phone.EvaluateExpressionAsync<string[]>(Labels));
        Assert.All(await desk.EvaluateExpressionAsync<string[]>(Labels), label => Assert.Equal("none", label));
    }

    [Theory]
    [InlineData(Phone, "light")]
    [InlineData(Desk, "light")]
    [InlineData(Desk, "dark")]
    public async Task Every_picture_is_visible(int width, string theme)
    {
        await using IPage page = await report.OpenAsync(width, theme);
        IElementHandle[] images = await page.QuerySelectorAllAsync("figure img");
        Assert.Equal(SampleFigures.All.Count, images.Length);
        foreach ((IElementHandle image, Figure figure) in images.Zip(SampleFigures.All))
        {
            Assert.True(await image.EvaluateFunctionAsync<bool>("image => image.decode().then(() => true, () => false)"), $"{figure.Name} cannot be decoded.");
            FigureLayout layout = width == Phone ? FigureLayout.Narrow : FigureLayout.Wide;
            Assert.Equal(layout.Width, await image.EvaluateFunctionAsync<int>("image => image.naturalWidth"));
            Assert.Equal(layout.HeightOf(figure), await image.EvaluateFunctionAsync<int>("image => image.naturalHeight"));
            Assert.True(await image.EvaluateFunctionAsync<bool>("image => image.checkVisibility()"));
            double shown = await image.EvaluateFunctionAsync<double>("image => image.getBoundingClientRect().width");
            // At two thirds of its size a picture is readable.
            Assert.InRange(shown, layout.Width * 2 / 3.0, layout.Width);

            using SKBitmap picture = SKBitmap.Decode(await image.ScreenshotDataAsync());
            SKColor[] pixels = picture.Pixels;
            Assert.True(pixels.Distinct().Count() > 30, $"{figure.Name} has {pixels.Distinct().Count()} colours.");
            SKColor ground = pixels.GroupBy(pixel => pixel).MaxBy(group => group.Count())!.Key;
            Assert.Equal(theme == "dark", ground.Red < 128);
        }
    }

    [Fact]
    public async Task A_dark_system_makes_the_page_and_its_pictures_dark()
    {
        const string Look = "({ page: getComputedStyle(document.body).backgroundColor, text: getComputedStyle(document.body).color, source: document.querySelector('figure img').currentSrc })";
        await using IPage light = await report.OpenAsync(Desk);
        await using IPage dark = await report.OpenAsync(Desk, "dark");
        JsonElement lightLook = await light.EvaluateExpressionAsync<JsonElement>(Look);
        JsonElement darkLook = await dark.EvaluateExpressionAsync<JsonElement>(Look);
        Assert.Equal("rgb(246, 247, 249)", lightLook.GetProperty("page").GetString());
        Assert.Equal("rgb(13, 17, 23)", darkLook.GetProperty("page").GetString());
        Assert.NotEqual(lightLook.GetProperty("text").GetString(), darkLook.GetProperty("text").GetString());
        Assert.NotEqual(lightLook.GetProperty("source").GetString(), darkLook.GetProperty("source").GetString());
    }

    [Fact]
    public async Task The_numbers_of_a_figure_open_on_a_click()
    {
        await using IPage page = await report.OpenAsync(Phone);
        foreach (Figure figure in SampleFigures.All)
        {
            IElementHandle table = await page.QuerySelectorAsync($"#figure-{figure.Name} details table");
            Assert.False(await table.EvaluateFunctionAsync<bool>("table => table.checkVisibility()"));
            await page.ClickAsync($"#figure-{figure.Name} summary");
            Assert.True(await table.EvaluateFunctionAsync<bool>("table => table.checkVisibility()"));
            Assert.Equal(FigureTable.Of(figure).Rows.Count, await table.EvaluateFunctionAsync<int>("table => table.tBodies[0].rows.length"));
        }
    }

    [Fact]
    public async Task Links_of_the_contents_go_to_their_sections()
    {
        await using IPage page = await report.OpenAsync(Desk);
        await page.ClickAsync("nav li:nth-child(3) a");
        Assert.Equal("Odd", await page.EvaluateExpressionAsync<string>("document.querySelector(':target h2').textContent"));
        Assert.True(await page.EvaluateExpressionAsync<double>("window.scrollY") > 500);
    }
}
