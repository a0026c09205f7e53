using System.Text;
using System.Xml.Linq;
using NGpt.Lab.Figures;
using NGpt.Lab.Reports;
using NGpt.Lab.Tests.Figures;

namespace NGpt.Lab.Tests.Reports;

public sealed class HtmlReportTests
{
    private static readonly string Page = HtmlReport.Of(SampleReports.Everything);

    private static readonly XElement Root = XElement.Parse(Page[Page.IndexOf("<html", StringComparison.Ordinal)..]);

    // As the page shows it: what XML has no place for is replaced.
    private static readonly string Shown = SampleFigures.Hostile.Replace('\u0001', '\ufffd').Replace('\ud800', '\ufffd');

    [Fact]
    public void The_page_is_HTML_with_language_title_and_viewport()
    {
        Assert.StartsWith("<!DOCTYPE html>\n<html lang=\"en\">", Page, StringComparison.Ordinal);
        Assert.Equal("Comparison of " + Shown, Root.Descendants("title").Single().Value);
        Assert.Contains(Root.Descendants("meta"), meta => (string?)meta.Attribute("name") == "viewport");
        Assert.Equal("utf-8", (string?)Root.Element("head")!.Elements().First().Attribute("charset"));
    }

    [Fact]
    public void Text_is_escaped()
    {
        Assert.Empty(Root.Descendants("script"));
        Assert.DoesNotContain("<script", Page, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain('\u0001', Page);

        string[] texts = [.. Root.Descendants().Where(element => !element.HasElements).Select(element => element.Value)];
        foreach (string name in (string[])["li", "p", "h2", "h3", "td", "th", "dd", "caption"])
        {
            Assert.Contains(Root.Descendants(name), element => element.Value.Contains(Shown, StringComparison.Ordinal));
        }

        Assert.Contains(texts, text => text == "nGPT needs 1.3 times fewer steps.");
        Assert.Contains(Root.Descendants("section").Single(element => (string?)element.Attribute("class") == "cautions").Descendants("li"), element => element.Value == "Three seeds are few.");
    }

    [Fact]
    public void Nothing_is_loaded_and_nothing_runs()
    {
        string policy = (string)Root.Descendants("meta").Single(meta => (string?)meta.Attribute("http-equiv") == "Content-Security-Policy").Attribute("content")!;
        Assert.StartsWith("default-src 'none'; style-src 'unsafe-inline'; img-src data:", policy, StringComparison.Ordinal);
        Assert.All(Root.Descendants().Attributes().Where(attribute => attribute.Name == "src" || attribute.Name == "srcset"), attribute => Assert.StartsWith("data:image/svg+xml;base64,", attribute.Value));
        Assert.All(Root.Descendants().Attributes("href"), attribute => Assert.StartsWith("#", attribute.Value));
        Assert.DoesNotContain(Root.Descendants().Attributes(), attribute => attribute.Name.LocalName.StartsWith("on", StringComparison.Ordinal));

        // HTML does not decode what is in a style element, so XML must not have encoded anything there.
        Assert.DoesNotContain(Page[Page.IndexOf("<style>", StringComparison.Ordinal)..Page.IndexOf("</style>", StringComparison.Ordinal)], c => c == '&');
    }

    [Fact]
    public void Headings_skip_no_level_and_links_have_targets()
    {
        int[] levels = [.. Root.Descendants().Where(element => element.Name.LocalName is "h1" or "h2" or "h3" or "h4").Select(element => element.Name.LocalName[1] - '0')];
        Assert.Equal(1, levels[0]);
        Assert.Equal(1, levels.Count(level => level == 1));
        Assert.All(levels.Zip(levels.Skip(1)), pair => Assert.True(pair.Second <= pair.First + 1));

        string[] ids = [.. Root.Descendants().Attributes("id").Select(id => id.Value)];
        Assert.Equal(ids.Length, ids.Distinct().Count());
        Assert.NotEmpty(Root.Descendants("a"));
        Assert.All(Root.Descendants("a"), link => Assert.Contains(((string)link.Attribute("href")!)[1..], ids));
    }

    [Fact]
    public void Every_figure_has_pictures_for_both_themes_a_text_and_its_numbers()
    {
        XElement[] figures = [.. Root.Descendants("figure")];
        Assert.Equal(SampleFigures.All.Count, figures.Length);
        foreach ((XElement element, Figure figure) in figures.Zip(SampleFigures.All))
        {
            XElement image = element.Descendants("img").Single();
            XElement[] sources = [.. element.Descendants("source")];
            Assert.Equal(
                ["(max-width: 30rem) and (prefers-color-scheme: dark)", "(max-width: 30rem)", "(prefers-color-scheme: dark)"],
                sources.Select(source => (string?)source.Attribute("media")));
            Assert.Equal(FigurePlotter.Svg(figure, FigureTheme.Dark, FigureLayout.Narrow), Decoded((string)sources[0].Attribute("srcset")!));
            Assert.Equal(FigurePlotter.Svg(figure, FigureTheme.Light, FigureLayout.Narrow), Decoded((string)sources[1].Attribute("srcset")!));
            Assert.Equal((FigureLayout.Narrow.Width, FigureLayout.Narrow.HeightOf(figure)), ((int)sources[1].Attribute("width")!, (int)sources[1].Attribute("height")!));
            Assert.Equal(FigurePlotter.Svg(figure, FigureTheme.Light, FigureLayout.Wide), Decoded((string)image.Attribute("src")!));
            Assert.Equal(FigurePlotter.Svg(figure, FigureTheme.Dark, FigureLayout.Wide), Decoded((string)sources[2].Attribute("srcset")!));
            Assert.Equal((FigureLayout.Wide.Width, FigureLayout.Wide.HeightOf(figure)), ((int)image.Attribute("width")!, (int)image.Attribute("height")!));
            Assert.NotEmpty((string)image.Attribute("alt")!);

            XElement table = element.Elements("details").Single().Descendants("table").Single();
            FigureTable numbers = FigureTable.Of(figure);
            Assert.Equal(numbers.Rows.Count, table.Element("tbody")!.Elements("tr").Count());
            Assert.NotEmpty(table.Element("caption")!.Value);
            Assert.All(table.Element("thead")!.Descendants("th"), cell => Assert.Equal("col", (string?)cell.Attribute("scope")));
            Assert.All(table.Element("tbody")!.Elements("tr"), row => Assert.Equal("row", (string?)row.Element("th")!.Attribute("scope")));
        }

        string alt = (string)figures[0].Descendants("img").Single().Attribute("alt")!;
        Assert.Contains("held-out loss (bits per byte) over training tokens (tokens)", alt, StringComparison.Ordinal);
    }

    [Fact]
    public void Numbers_are_readable_and_gaps_are_dashes()
    {
        string[][] rows = [.. Root.Descendants("figure").ElementAt(1).Descendants("tbody").Single().Elements("tr").Select(row => row.Elements().Select(cell => cell.Value).ToArray())];
        Assert.Equal([["1", "2", "5", "2", "10"], ["10", "20", "50", "0", "100"], ["100", "0", "–", "–", "–"], ["1,000", "20,000", "500", "200", "∞"]], rows);
    }

    [Fact]
    public void A_long_table_is_thinned_and_says_so()
    {
        double[] steps = [.. Enumerable.Range(1, 1001).Select(step => (double)step)];
        Figure figure = SampleFigures.Curves with { Series = [new FigureSeries { Name = "long", Color = 0, X = steps, Y = steps }] };
        Report report = SampleReports.Everything with { Sections = [new ReportSection("One", []) { Figures = [figure] }] };
        string page = HtmlReport.Of(report);
        XElement table = XElement.Parse(page[page.IndexOf("<html", StringComparison.Ordinal)..]).Descendants("figure").Single().Descendants("table").Single();
        string[] first = [.. table.Element("tbody")!.Elements("tr").Select(row => row.Element("th")!.Value)];
        Assert.Equal(200, first.Length);
        Assert.Equal(200, first.Distinct().Count());
        Assert.Equal(("1", "1,001"), (first[0], first[^1]));
        Assert.Contains("200 of 1,001 rows", table.Element("caption")!.Value, StringComparison.Ordinal);
        Assert.Contains("figures/curves.csv", table.Element("caption")!.Value, StringComparison.Ordinal);
    }

    [Fact]
    public void The_footer_says_how_the_report_was_made()
    {
        Dictionary<string, string> entries = Root.Descendants("footer").Single().Descendants("div").ToDictionary(entry => entry.Element("dt")!.Value, entry => entry.Element("dd")!.Value);
        Assert.Equal("2026-11-25 13:14:15 +02:00", entries["Written"]);
        Assert.Equal("1 h 2 min", entries["Computing time"]);
        Assert.Equal("7, 11, 13", entries["Seeds"]);
        Assert.Equal("a processor, 2 cores", entries["Machine"]);
        Assert.Equal("4 layers", entries["shape"]);
        Assert.Equal("ngpt compare --runs '" + Shown + "'", entries["Command"]);
    }

    private static string Decoded(string address) => Encoding.UTF8.GetString(Convert.FromBase64String(address["data:image/svg+xml;base64,".Length..]));
}
