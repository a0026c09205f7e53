using NGpt.Lab.Figures;
using NGpt.Lab.Figures.Plotting;
using NGpt.Lab.Runs;

namespace NGpt.Lab.Reports;

/// <summary>Validation of reports before anything is written.</summary>
internal static class ReportChecks
{
    private const int MaxNameLength = 80;

    public static void ThrowIfInvalid(Report report)
    {
        List<string> problems = [];
        Names(problems, "figure", [.. report.Figures.Select(figure => figure.Name)]);
        Names(problems, "table", [.. report.Tables.Select(table => table.Name)]);
        foreach (ReportTable table in report.Tables)
        {
            if (table.Headers.Count == 0)
            {
                problems.Add($"table '{table.Name}' has no columns");
            }

            int wrong = table.Rows.Count(row => row.Count != table.Headers.Count);
            if (wrong > 0)
            {
                problems.Add($"{RunDescription.Count(wrong, "row")} of table '{table.Name}' {(wrong == 1 ? "does" : "do")} not have its {table.Headers.Count} columns");
            }
        }

        foreach (Figure figure in report.Figures)
        {
            problems.AddRange(FigureChecks.Problems(figure).Select(problem => $"figure '{figure.Name}': {problem}"));
        }

        if (problems.Count > 0)
        {
            throw new ArgumentException($"The report cannot be written: {string.Join("; ", problems)}", nameof(report));
        }
    }

    private static void Names(List<string> problems, string kind, string[] names)
    {
        problems.AddRange(names.Where(name => !IsName(name))
            .Select(name => $"the name '{name}' of a {kind} is not 1 to {MaxNameLength} lower case letters, digits and hyphens"));
        problems.AddRange(names.GroupBy(name => name).Where(group => group.Count() > 1)
            .Select(group => $"{group.Count()} {kind}s are named '{group.Key}'"));
    }

    // Windows reserves some names for devices, with any extension.
    private static bool IsName(string name) =>
        name.Length is > 0 and <= MaxNameLength && name.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '-')
        && name is not ("con" or "prn" or "aux" or "nul") && !(name.Length == 4 && name[..3] is "com" or "lpt" && char.IsAsciiDigit(name[3]));
}
