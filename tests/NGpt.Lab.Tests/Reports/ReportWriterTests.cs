using NGpt.Core.Errors;
using NGpt.Lab.Reports;
using NGpt.Lab.Tests.Figures;

namespace NGpt.Lab.Tests.Reports;

public sealed class ReportWriterTests
{
    [Fact]
    public void Every_file_is_written_and_named()
    {
        using TemporaryFolder folder = new();
        string target = folder.File("a/report");
        IReadOnlyList<string> paths = ReportWriter.Write(SampleReports.Everything, target);
        Assert.Equal(Path.Combine(target, "report.html"), paths[0]);
        string[] expected =
        [
            "report.html", "report.json", "tables/outcome.csv",
            .. SampleFigures.All.SelectMany(figure => (string[])[$"figures/{figure.Name}.png", $"figures/{figure.Name}.svg", $"figures/{figure.Name}.csv"]),
        ];
        Assert.Equal(expected.Order(), paths.Select(path => Path.GetRelativePath(target, path).Replace('\\', '/')).Order());
        Assert.Equal(paths.Order(), Directory.EnumerateFiles(target, "*", SearchOption.AllDirectories).Order());
        Assert.All(paths, path => Assert.NotEqual(0, new FileInfo(path).Length));
        Assert.Equal(HtmlReport.Of(SampleReports.Everything), File.ReadAllText(paths[0]));
    }

    [Fact]
    public void Writing_again_replaces_the_files()
    {
        using TemporaryFolder folder = new();
        ReportWriter.Write(SampleReports.Everything, folder.Path);
        Report other = SampleReports.Everything with { Title = "another" };
        foreach (string part in (string[])[folder.Path, .. Directory.GetDirectories(folder.Path)])
        {
            File.WriteAllText(Path.Combine(part, ".cut.svg.tmp-4711-3"), "by a kill");
        }

        string page = ReportWriter.Write(other, folder.Path)[0];
        Assert.Empty(Directory.GetFiles(folder.Path, "*.tmp-*", SearchOption.AllDirectories));
        Assert.Contains("<h1>another</h1>", File.ReadAllText(page), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("../escape")]
    [InlineData("Upper")]
    [InlineData("")]
    [InlineData("a b")]
    [InlineData("a.b")]
    [InlineData("a/b")]
    [InlineData("a\\b")]
    [InlineData("ä")]
    [InlineData("con")]
    [InlineData("lpt1")]
    public void A_name_that_is_not_valid_for_a_file_is_rejected_and_nothing_is_written(string name)
    {
        using TemporaryFolder folder = new();
        string target = folder.File("report");
        Report figure = SampleReports.Everything with { Sections = [new ReportSection("s", []) { Figures = [SampleFigures.Curves with { Name = name }] }] };
        Report table = SampleReports.Everything with { Sections = [new ReportSection("s", []) { Tables = [SampleReports.Outcome with { Name = name }] }] };
        Assert.Contains($"'{name}'", Assert.Throws<ArgumentException>(() => ReportWriter.Write(figure, target)).Message, StringComparison.Ordinal);
        Assert.Contains($"'{name}'", Assert.Throws<ArgumentException>(() => ReportWriter.Write(table, target)).Message, StringComparison.Ordinal);
        Assert.False(Directory.Exists(target));
    }

    [Fact]
    public void All_problems_are_named_at_once()
    {
        Report report = SampleReports.Everything with
        {
            Sections =
            [
                new ReportSection("s", [])
                {
                    Figures = [SampleFigures.Curves, SampleFigures.Curves],
                    Tables = [new ReportTable("t", "t", ["a", "b"], [["1", "2"], ["3"]]), new ReportTable("none", "none", [], [])],
                },
            ],
        };
        string message = Assert.Throws<ArgumentException>(() => HtmlReport.Of(report)).Message;
        Assert.Contains("2 figures are named 'curves'", message, StringComparison.Ordinal);
        Assert.Contains("1 row of table 't' does not have its 2 columns", message, StringComparison.Ordinal);
        Assert.Contains("table 'none' has no columns", message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_in_place_of_the_folder_is_reported_in_one_line()
    {
        using TemporaryFolder folder = new();
        string target = folder.File("report");
        File.WriteAllText(target, "a file");
        NGptException error = Assert.ThrowsAny<NGptException>(() => ReportWriter.Write(SampleReports.Everything, target));
        Assert.DoesNotContain('\n', error.Message);
        Assert.Contains(target, error.Message, StringComparison.Ordinal);
    }
}
