using NGpt.Core.Files;
using NGpt.Lab.Figures;

namespace NGpt.Lab.Reports;

/// <summary>Writes a report into a folder: an HTML page, JSON, and pictures and numbers as files.</summary>
internal static class ReportWriter
{
    /// <summary>Name of the page.</summary>
    public const string PageName = "report.html";

    /// <summary>Name of the JSON file.</summary>
    public const string JsonName = "report.json";

    /// <summary>
    /// Writes <c>report.html</c>, <c>report.json</c>, <c>figures/NAME.png</c>, <c>.svg</c> and <c>.csv</c> for every figure, and
    /// <c>tables/NAME.csv</c> for every table. Each file is complete or absent; the page is written last.
    /// </summary>
    public static IReadOnlyList<string> Write(Report report, string folder)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        ReportChecks.ThrowIfInvalid(report);
        string page = Path.Combine(folder, PageName);
        List<string> others = [];
        MakeFolder(folder);
        RemoveLeftovers(folder);
        if (report.Figures.Any())
        {
            MakeFolder(Path.Combine(folder, "figures"));
            foreach (Figure figure in report.Figures)
            {
                byte[] png = FigurePlotter.Png(figure);
                Add($"figures/{figure.Name}.png", path => DurableFile.Write(path, stream => stream.Write(png)));
                AddText($"figures/{figure.Name}.svg", FigurePlotter.Svg(figure, FigureTheme.Light, FigureLayout.Wide));
                AddText($"figures/{figure.Name}.csv", CsvText.Of(figure));
            }
        }

        if (report.Tables.Any())
        {
            MakeFolder(Path.Combine(folder, "tables"));
            foreach (ReportTable table in report.Tables)
            {
                AddText($"tables/{table.Name}.csv", CsvText.Of(table));
            }
        }

        AddText(JsonName, ReportJson.Of(report));
        DurableFile.WriteText(page, HtmlReport.Of(report));
        return [page, .. others];

        void AddText(string name, string text) => Add(name, path => DurableFile.WriteText(path, text));

        void Add(string name, Action<string> write)
        {
            string path = Path.Combine([folder, .. name.Split('/')]);
            write(path);
            others.Add(path);
        }
    }

    // What a command that was killed while it wrote the same report left behind.
    private static void RemoveLeftovers(string folder)
    {
        foreach (string part in (string[])[folder, Path.Combine(folder, "figures"), Path.Combine(folder, "tables")])
        {
            DurableFolder.RemoveLeftovers(part);
        }
    }

    private static void MakeFolder(string folder)
    {
        try
        {
            Directory.CreateDirectory(folder);
        }
        catch (Exception failure) when (StorageFailure.Explain(failure, "writing", folder) is { } explained)
        {
            throw explained;
        }
    }
}
