using System.Globalization;
using ScottPlot;

namespace NGpt.Lab.Figures.Plotting;

/// <summary>
/// How lines are broken. In pixels Skia does it. Its SVG has no dashes: it writes every dash as a path of its own and
/// complains on standard error. There a broken line is drawn whole and a hair wider, and <see cref="DashesOf"/> tells it by that.
/// </summary>
/// <param name="Dashes">Pattern of the lines of some series.</param>
/// <param name="Dots">Pattern of the lines of marks.</param>
/// <param name="DashedExcess">How much wider a dashed line is.</param>
/// <param name="DottedExcess">How much wider a dotted line is.</param>
internal sealed record LineStyles(LinePattern Dashes, LinePattern Dots, float DashedExcess, float DottedExcess)
{
    // Powers of two, and all widths are multiples of 1/4: the widths are exact in the SVG's decimals.
    private const float Hair = 1f / 256;

    /// <summary>For pictures of pixels.</summary>
    public static LineStyles Pixels { get; } = new(new LinePattern([7, 5], 0, "dashes"), new LinePattern([2, 4], 0, "dots"), 0, 0);

    /// <summary>For SVG.</summary>
    public static LineStyles Vectors { get; } = new(LinePattern.Solid, LinePattern.Solid, Hair, 2 * Hair);

    /// <summary>The dashes of a line in an SVG, as its attribute has them; null for a whole line.</summary>
    /// <param name="width">Width of the line.</param>
    public static string? DashesOf(double width)
    {
        LinePattern? pattern = (Math.Round(width / Hair) % 64) switch
        {
            1 => Pixels.Dashes,
            2 => Pixels.Dots,
            _ => null,
        };
        return pattern is { } broken ? string.Join(' ', broken.Intervals.Select(length => length.ToString(CultureInfo.InvariantCulture))) : null;
    }
}
