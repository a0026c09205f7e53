namespace NGpt.Lab.Reports;

/// <summary>A table of a report.</summary>
/// <param name="Name">Name of its file: lower case letters, digits and hyphens.</param>
/// <param name="Title">What it shows.</param>
/// <param name="Headers">Names of the columns; the first is that of the rows.</param>
/// <param name="Rows">One text for each column.</param>
public sealed record ReportTable(string Name, string Title, IReadOnlyList<string> Headers, IReadOnlyList<IReadOnlyList<string>> Rows);
