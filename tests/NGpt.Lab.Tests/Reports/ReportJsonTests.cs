using System.Text.Json;
using NGpt.Lab.Reports;
using NGpt.Lab.Tests.Figures;

namespace NGpt.Lab.Tests.Reports;

public sealed class ReportJsonTests
{
    [Fact]
    public void Everything_is_written()
    {
        Report report = SampleReports.Everything;
        using var document = JsonDocument.Parse(ReportJson.Of(report));
        JsonElement root = document.RootElement;
        Assert.Equal("schema", root.EnumerateObject().First().Name);
        Assert.Equal(1, root.GetProperty("schema").GetInt32());
        Assert.Equal(Whole(report.Title), root.GetProperty("title").GetString());
        Assert.Equal(report.Findings.Select(Whole), Texts(root.GetProperty("findings")));
        Assert.Equal(report.Cautions.Select(Whole), Texts(root.GetProperty("cautions")));

        JsonElement[] sections = [.. root.GetProperty("sections").EnumerateArray()];
        Assert.Equal(report.Sections.Select(section => Whole(section.Title)), sections.Select(section => section.GetProperty("title").GetString()));
        Assert.Equal(report.Sections[0].Text.Select(Whole), Texts(sections[0].GetProperty("text")));
        JsonElement table = sections[0].GetProperty("tables")[0];
        Assert.Equal("outcome", table.GetProperty("name").GetString());
        Assert.Equal(SampleReports.Outcome.Headers, Texts(table.GetProperty("headers")));
        Assert.Equal(
            SampleReports.Outcome.Rows.Select(row => row.Select(Whole)), table.GetProperty("rows").EnumerateArray().Select(Texts));

        JsonElement[] figures = [.. sections.SelectMany(section => section.GetProperty("figures").EnumerateArray())];
        Assert.Equal(report.Figures.Select(figure => figure.Name), figures.Select(figure => figure.GetProperty("name").GetString()));
        JsonElement origin = root.GetProperty("origin");
        Assert.Equal(3723, origin.GetProperty("elapsed_seconds").GetDouble());
        Assert.Equal([7, 11, 13], origin.GetProperty("seeds").EnumerateArray().Select(seed => seed.GetInt64()));
        Assert.Equal("2026-11-25T13:14:15+02:00", origin.GetProperty("written").GetString());
        Assert.Equal("a processor, 2 cores", origin.GetProperty("machine").GetString());
        Assert.Equal("ngpt 1.2.3 (commit 0123456789)", origin.GetProperty("version").GetString());
        Assert.Equal("4 layers", origin.GetProperty("configuration")[1].GetProperty("value").GetString());
    }

    [Fact]
    public void A_figure_has_its_axes_series_bands_and_marks()
    {
        using var document = JsonDocument.Parse(ReportJson.Of(SampleReports.Everything));
        JsonElement figure = document.RootElement.GetProperty("sections")[0].GetProperty("figures")[1];
        Assert.True(figure.GetProperty("x").GetProperty("logarithmic").GetBoolean());
        Assert.Equal("condition number", figure.GetProperty("y").GetProperty("quantity").GetString());
        Assert.Equal(JsonValueKind.Null, figure.GetProperty("y").GetProperty("unit").ValueKind);
        JsonElement line = figure.GetProperty("series")[0];
        JsonElement points = figure.GetProperty("series")[1];
        Assert.Equal("line_and_points", line.GetProperty("kind").GetString());
        Assert.Equal(SampleFigures.Conditions.Series[0].X, Numbers(line.GetProperty("x")));
        Assert.Equal(SampleFigures.Conditions.Series[0].Y, Numbers(line.GetProperty("y")));
        Assert.Equal("quartiles", points.GetProperty("band").GetProperty("meaning").GetString());
        Assert.Equal([2, 0, 200], Numbers(points.GetProperty("band").GetProperty("low")));
        Assert.Equal([10, 100, double.NaN], Numbers(points.GetProperty("band").GetProperty("high")));
        Assert.Equal("y", figure.GetProperty("marks")[0].GetProperty("axis").GetString());
        Assert.Equal("count", document.RootElement.GetProperty("sections")[1].GetProperty("figures")[1].GetProperty("y").GetProperty("unit").GetString());
    }

    // A half of a surrogate pair has no place in UTF-8.
    private static string Whole(string text) => text.Replace('\ud800', '\ufffd');

    private static IEnumerable<string?> Texts(JsonElement array) => array.EnumerateArray().Select(text => text.GetString());

    private static IEnumerable<double> Numbers(JsonElement array) =>
        array.EnumerateArray().Select(number => number.ValueKind == JsonValueKind.Null ? double.NaN : number.GetDouble());
}
