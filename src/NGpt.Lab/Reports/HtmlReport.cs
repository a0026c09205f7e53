using System.Globalization;
using System.Text;
using System.Xml.Linq;
using NGpt.Lab.Figures;
using NGpt.Lab.Figures.Plotting;
using NGpt.Lab.Reports.Html;

namespace NGpt.Lab.Reports;

/// <summary>
/// A report as one page that needs nothing else: no network, no other file, no script. It is HTML that is also well-formed XML,
/// light or dark as the reader's system is, and its tables and pictures scroll in boxes of their own where a screen is narrow.
/// </summary>
public static class HtmlReport
{
    // Even a hostile text that found a way into the page could load nothing and run nothing.
    private const string Policy = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'";

    // From this number on a reader wants to see what there is.
    private const int SectionsWithContents = 4;

    /// <summary>Makes the page.</summary>
    /// <param name="report">The report.</param>
    /// <returns>The file's text.</returns>
    /// <exception cref="ArgumentException">The report contradicts itself.</exception>
    public static string Of(Report report)
    {
        ReportChecks.Require(report);
        XElement page = Tag.Of(
            "html",
            new XAttribute("lang", "en"),
            Head(report),
            Tag.Of("body", Header(report), Tag.Of("main", Summary(report), Contents(report), report.Sections.Select(Section)), OriginElement.Of(report.Origin)));
        return "<!DOCTYPE html>\n" + page.ToString(SaveOptions.DisableFormatting) + "\n";
    }

    private static XElement Head(Report report) => Tag.Of(
        "head",
        new XElement("meta", new XAttribute("charset", "utf-8")),
        new XElement("meta", new XAttribute("http-equiv", "Content-Security-Policy"), new XAttribute("content", Policy)),
        new XElement("meta", new XAttribute("name", "viewport"), new XAttribute("content", "width=device-width, initial-scale=1")),
        new XElement("meta", new XAttribute("name", "color-scheme"), new XAttribute("content", "light dark")),
        Tag.Of("title", report.Title),
        Tag.Of("style", PageStyle.Text));

    private static XElement Header(Report report) => Tag.Of(
        "header",
        Tag.Of("h1", report.Title),
        Tag.Of("p", Tag.Class("origin-line"), $"{report.Origin.Version} · {report.Origin.Written.ToString("d MMMM yyyy, HH:mm", CultureInfo.InvariantCulture)} · {report.Origin.Command}"));

    private static XElement Summary(Report report) => Tag.Of(
        "div",
        Tag.Class("summary"),
        Tag.Of("section", Tag.Class("findings"), Tag.Of("h2", "Findings"), List(report.Findings, "Nothing was found.")),
        report.Cautions.Count == 0
            ? null
            : Tag.Of("section", Tag.Class("cautions"), Tag.Of("h2", "Before you rely on it"), List(report.Cautions, string.Empty)));

    private static XElement List(IReadOnlyList<string> texts, string none) => texts.Count == 0
        ? Tag.Of("p", none)
        : Tag.Of("ul", texts.Select(text => Tag.Of("li", text)));

    private static XElement? Contents(Report report) => report.Sections.Count < SectionsWithContents
        ? null
        : Tag.Of(
            "nav",
            new XAttribute("aria-label", "Contents"),
            Tag.Of("ul", report.Sections.Select((section, place) =>
                Tag.Of("li", Tag.Of("a", new XAttribute("href", $"#section-{place + 1}"), section.Title)))));

    private static XElement Section(ReportSection section, int place) => Tag.Of(
        "section",
        new XAttribute("id", $"section-{place + 1}"),
        Tag.Of("h2", section.Title),
        section.Text.Select(text => Tag.Of("p", text)),
        section.Tables.Select(table => TableElements.Of(table)),
        section.Figures.Select(FigureElement));

    private static XElement FigureElement(Figure figure) => Tag.Of(
        "figure",
        new XAttribute("id", $"figure-{figure.Name}"),
        Tag.Of("figcaption", Tag.Of("h3", figure.Title), Tag.Of("p", figure.Caption)),
        TableElements.Box(
            $"Picture of: {figure.Title}",
            "plot",
            Tag.Of(
                "picture",
                new XElement("source", new XAttribute("media", "(prefers-color-scheme: dark)"), new XAttribute("srcset", Picture(figure, FigureTheme.Dark))),
                new XElement(
                    "img",
                    new XAttribute("src", Picture(figure, FigureTheme.Light)),
                    new XAttribute("alt", PlainTextOfPicture(figure)),
                    new XAttribute("width", FigurePlotter.Width),
                    new XAttribute("height", FigurePlotter.HeightOf(figure))))),
        Tag.Of("details", Tag.Of("summary", "Numbers of this figure"), TableElements.Of(figure)));

    private static string Picture(Figure figure, FigureTheme theme) =>
        "data:image/svg+xml;base64," + Convert.ToBase64String(Encoding.UTF8.GetBytes(FigurePlotter.Svg(figure, theme)));

    private static string PlainTextOfPicture(Figure figure)
    {
        string series = string.Join(", ", figure.Series.Select(series => series.Name));
        return PlainText.Of($"{figure.Title}: {figure.Y.Label} over {figure.X.Label}, for {series}. The numbers are in the table below.");
    }
}
