using Spectre.Console;

namespace NGpt.Cli.Display;

/// <summary>How the parts of a report look: plain text, or markup for a terminal.</summary>
internal sealed class ReportStyle
{
    private readonly bool _isMarkup;

    private ReportStyle(bool isMarkup) => _isMarkup = isMarkup;

    /// <summary>Plain text.</summary>
    public static ReportStyle Plain { get; } = new(isMarkup: false);

    /// <summary>Markup.</summary>
    public static ReportStyle Terminal { get; } = new(isMarkup: true);

    /// <summary>Text as it is.</summary>
    public string Text(string text) => _isMarkup ? text.EscapeMarkup() : text;

    /// <summary>Names of columns.</summary>
    public string Header(string text) => Styled("bold", text);

    /// <summary>What stands after or below a figure.</summary>
    public string Detail(string text) => Styled("grey", text);

    /// <summary>A line below the names of columns; none in plain text.</summary>
    public IEnumerable<string> Rule(int width) => _isMarkup ? [Detail(new string('─', width))] : [];

    private string Styled(string style, string text) => _isMarkup ? $"[{style}]{text.EscapeMarkup()}[/]" : text;
}
