using System.Globalization;
using System.Text;
using System.Xml.Linq;
using NGpt.Lab.Figures;
using NGpt.Lab.Figures.Plotting;
using NGpt.Lab.Reports.Html;

namespace NGpt.Lab.Reports;

/// <summary>
/// A report as one self-contained page: no network, no other file, no script. It is HTML that is also well-formed XML, light
/// or dark as the reader's system is. On a narrow screen the rows of tables become lists, and pictures have a narrow form.
/// </summary>
internal static class HtmlReport
{
    // Even if hostile text were not escaped, it could load nothing and run nothing.
    private const string Policy = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'";

    private const int MinSectionsForContents = 4;

    /// <summary>Makes the page.</summary>
    public static string Of(Report report)
    {
        ReportChecks.ThrowIfInvalid(report);
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
        Tag.Of("section", Tag.Class("findings"), Tag.Of("h2", "Findings"), List(report.Findings, "None.")),
        report.Cautions.Count == 0
            ? null
            : Tag.Of("section", Tag.Class("cautions"), Tag.Of("h2", "Limitations"), List(report.Cautions, string.Empty)));

    private static XElement List(IReadOnlyList<string> texts, string none) => texts.Count == 0
        ? Tag.Of("p", none)
        : Tag.Of("ul", texts.Select(text => Tag.Of("li", text)));

    private static XElement? Contents(Report report) => report.Sections.Count < MinSectionsForContents
        ? null
        : Tag.Of(
            "nav",
            new XAttribute("aria-label", "Contents"),
            Tag.Of("ul", report.Sections.Select((section, index) =>
                Tag.Of("li", Tag.Of("a", new XAttribute("href", $"#section-{index + 1}"), section.Title)))));

    private static XElement Section(ReportSection section, int index) => Tag.Of(
        "section",
        new XAttribute("id", $"section-{index + 1}"),
        Tag.Of("h2", section.Title),
        section.Text.Select(text => Tag.Of("p", text)),
        section.Figures.Count + section.Tables.Count == 0
            ? null
            : Tag.Of("div", Tag.Class("results"), section.Figures.Select(FigureElement), section.Tables.Select(TableElements.Of)));

    private static XElement FigureElement(Figure figure) => Tag.Of(
        "figure",
        new XAttribute("id", $"figure-{figure.Name}"),
        Tag.Of("figcaption", Tag.Of("h3", figure.Title), Tag.Of("p", figure.Caption)),
        Tag.Of(
            "picture",
            Source(figure, "(max-width: 30rem) and (prefers-color-scheme: dark)", FigureTheme.Dark, FigureLayout.Narrow),
            Source(figure, "(max-width: 30rem)", FigureTheme.Light, FigureLayout.Narrow),
            Source(figure, "(prefers-color-scheme: dark)", FigureTheme.Dark, FigureLayout.Wide),
            new XElement(
                "img",
                new XAttribute("src", Picture(figure, FigureTheme.Light, FigureLayout.Wide)),
                new XAttribute("alt", AlternativeText(figure)),
                new XAttribute("width", FigureLayout.Wide.Width),
                new XAttribute("height", FigureLayout.Wide.HeightOf(figure)))),
        Tag.Of("details", Tag.Of("summary", "Numbers of this figure"), TableElements.Of(figure)));

    private static XElement Source(Figure figure, string media, FigureTheme theme, FigureLayout layout) => new(
        "source",
        new XAttribute("media", media),
        new XAttribute("srcset", Picture(figure, theme, layout)),
        new XAttribute("width", layout.Width),
        new XAttribute("height", layout.HeightOf(figure)));

    private static string Picture(Figure figure, FigureTheme theme, FigureLayout layout) =>
        "data:image/svg+xml;base64," + Convert.ToBase64String(Encoding.UTF8.GetBytes(FigurePlotter.Svg(figure, theme, layout)));

    private static string AlternativeText(Figure figure)
    {
        string series = string.Join(", ", figure.Series.Select(series => series.Name));
        return PlainText.Of($"{figure.Title}: {figure.Y.Label} over {figure.X.Label}, for {series}. The numbers are in the table below.");
    }
}
