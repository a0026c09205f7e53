using ScottPlot;

namespace NGpt.Lab.Figures.Plotting;

/// <summary>
/// Colours of a theme. Those of the series are told apart by people with any kind of colour vision (after Okabe and Ito;
/// the two that are too pale for a page are darkened, those too dark for a dark one lightened), and never alone: see <see cref="MarkerOf"/>.
/// </summary>
/// <param name="Background">The picture's ground.</param>
/// <param name="Text">Labels.</param>
/// <param name="Frame">Axis lines and ticks.</param>
/// <param name="Grid">Lines behind the data.</param>
/// <param name="Mark">Lines of particular values.</param>
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
