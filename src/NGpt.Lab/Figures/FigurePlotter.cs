using NGpt.Lab.Figures.Plotting;
using ScottPlot;

namespace NGpt.Lab.Figures;

/// <summary>
/// Draws figures as pictures. NaN, and a value that its axis cannot show (0 on a logarithmic one), is a gap. Pictures are
/// the same on every machine: their font is embedded in this assembly.
/// </summary>
internal static class FigurePlotter
{
    /// <summary>Pixels of a PNG for one CSS pixel, so that it is sharp on dense screens and in print.</summary>
    public const int PngScale = 2;

    /// <summary>Draws a figure on a light background, as a PNG file of <see cref="PngScale"/> times the pixels of <see cref="FigureLayout.Wide"/>.</summary>
    public static byte[] Png(Figure figure)
    {
        FigureChecks.ThrowIfInvalid(figure);
        FigureLayout layout = FigureLayout.Wide;
        using Plot plot = FigureDrawing.Draw(figure, FigureTheme.Light, layout, LineStyles.Pixels);
        plot.ScaleFactor = PngScale;
        using Image image = plot.GetImage(layout.Width * PngScale, layout.HeightOf(figure) * PngScale);
        return image.GetImageBytes(ImageFormat.Png);
    }

    /// <summary>Draws a figure as an SVG file with title and description for screen readers.</summary>
    public static string Svg(Figure figure, FigureTheme theme, FigureLayout layout)
    {
        FigureChecks.ThrowIfInvalid(figure);
        using Plot plot = FigureDrawing.Draw(figure, theme, layout, LineStyles.Vectors);
        int height = layout.HeightOf(figure);
        return SvgPicture.Rewrite(plot.GetSvgXml(layout.Width, height), figure, layout.Width, height);
    }
}

/// <summary>The background of a figure.</summary>
internal enum FigureTheme
{
    /// <summary>A light page, or paper.</summary>
    Light,

    /// <summary>A dark page.</summary>
    Dark,
}

/// <summary>The form of a figure's picture.</summary>
/// <param name="Width">Width in CSS pixels.</param>
/// <param name="HeightWithoutLegend">Height in CSS pixels without legend and rotated labels.</param>
/// <param name="MaxXTicks">Maximum number of labels below the horizontal axis.</param>
/// <param name="MaxLabelLength">Maximum number of characters of a legend entry; labels of axes are a little shorter.</param>
internal sealed record FigureLayout(int Width, int HeightWithoutLegend, int MaxXTicks, int MaxLabelLength)
{
    /// <summary>For pages and files.</summary>
    public static FigureLayout Wide { get; } = new(720, 412, 8, 64);

    /// <summary>For phones, where a wide picture would be cut or its text too small.</summary>
    public static FigureLayout Narrow { get; } = new(400, 340, 4, 36);

    // The width of the data area.
    internal double PlotWidth => Width - 120;

    /// <summary>Height of a figure's picture in CSS pixels, which depends on the rows of its legend.</summary>
    public int HeightOf(Figure figure)
    {
        FigureChecks.ThrowIfInvalid(figure);
        return FigureDrawing.HeightOf(figure, this);
    }
}
