namespace NGpt.Cli.Display;

/// <summary>One cell of a table: a figure and, where it has one, what stands in brackets after it.</summary>
/// <param name="Value">The figure.</param>
/// <param name="Detail">Its quartiles or its share.</param>
internal sealed record ReportCell(string Value, string? Detail = null)
{
    /// <summary>A cell for a figure that is not known.</summary>
    public static ReportCell None { get; } = new("");
}
