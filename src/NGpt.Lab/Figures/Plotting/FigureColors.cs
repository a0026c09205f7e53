using System.Globalization;
using ScottPlot;

namespace NGpt.Lab.Figures.Plotting;

/// <summary>
/// Colours of a theme. Those of the series are distinguishable with any kind of colour vision (after Okabe and Ito; two that
/// are too pale for a light page are darkened, those too dark for a dark one lightened), and each has its own marker.
/// </summary>
internal sealed record FigureColors(Color Background, Color Text, Color Frame, Color Grid, Color Mark)
{
    private static readonly MarkerShape[] Markers =
    [
        MarkerShape.FilledCircle, MarkerShape.FilledSquare, MarkerShape.FilledTriangleUp, MarkerShape.FilledDiamond,
        MarkerShape.FilledTriangleDown, MarkerShape.OpenCircle, MarkerShape.OpenSquare, MarkerShape.OpenTriangleUp,
    ];

    private static readonly FigureColors Light =
        new(Color.FromHex("#FFFFFF"), Color.FromHex("#1F2328"), Color.FromHex("#6E7781"), Color.FromHex("#E4E7EB"), Color.FromHex("#57606A"))
        {
            SeriesColors = [.. ((string[])["#0072B2", "#D55E00", "#009E73", "#B1549A", "#B98300", "#2F9AD6", "#000000", "#7A6F00"]).Select(Color.FromHex)],
        };

    private static readonly FigureColors Dark =
        new(Color.FromHex("#161B22"), Color.FromHex("#E6EDF3"), Color.FromHex("#8B949E"), Color.FromHex("#2C333C"), Color.FromHex("#A9B3BE"))
        {
            SeriesColors = [.. ((string[])["#56B4E9", "#F5873B", "#2FC79A", "#E39AC9", "#E69F00", "#9CD3F5", "#F0F0F0", "#F0E442"]).Select(Color.FromHex)],
        };

    private Color[] SeriesColors { get; init; } = [];

    /// <summary>The colours for a theme.</summary>
    public static FigureColors Of(FigureTheme theme) => theme == FigureTheme.Dark ? Dark : Light;

    /// <summary>The colour of series with a number.</summary>
    public Color ColorOf(int number) => SeriesColors[number % SeriesColors.Length];

    /// <summary>The marker that goes with a colour. Colours that come again have another marker than before.</summary>
    public static MarkerShape MarkerOf(int number) => Markers[(number + (number / Markers.Length)) % Markers.Length];
}

/// <summary>
/// Dash patterns of lines. In pixels Skia draws them. Skia's SVG has no dashes: it writes every dash as a separate path and
/// prints warnings to standard error. There a dashed line is drawn solid and slightly wider, by which <see cref="DashesOf"/>
/// recognizes it.
/// </summary>
internal sealed record LineStyles(LinePattern Dashes, LinePattern Dots, float DashedExcess, float DottedExcess)
{
    // Powers of two, and all widths are multiples of 1/4: the widths are exact in the SVG's decimals.
    private const float Hair = 1f / 256;

    /// <summary>For pictures of pixels.</summary>
    public static LineStyles Pixels { get; } = new(new LinePattern([7, 5], 0, "dashes"), new LinePattern([2, 4], 0, "dots"), 0, 0);

    /// <summary>For SVG.</summary>
    public static LineStyles Vectors { get; } = new(LinePattern.Solid, LinePattern.Solid, Hair, 2 * Hair);

    /// <summary>The dashes of a line in an SVG, as its attribute has them; null for a whole line.</summary>
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
