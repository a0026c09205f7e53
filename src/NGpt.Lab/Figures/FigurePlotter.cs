using NGpt.Lab.Figures.Plotting;
using ScottPlot;

namespace NGpt.Lab.Figures;

/// <summary>
/// Draws figures as pictures. A value that is not a number, or that its axis cannot show (0 on a logarithmic one), is a gap.
/// Pictures are the same on every machine: their font comes with this assembly.
/// </summary>
public static class FigurePlotter
{
    /// <summary>Width of a picture in units of CSS pixels.</summary>
    public const int Width = 720;

    /// <summary>How many pixels of a PNG one CSS pixel is, so that it is sharp on dense screens and in print.</summary>
    public const int PngScale = 2;

    /// <summary>Height of a figure's picture in units of CSS pixels: more where its legend has many rows.</summary>
    /// <param name="figure">The figure.</param>
    /// <returns>The height.</returns>
    /// <exception cref="ArgumentException">The figure contradicts itself: the message has every problem.</exception>
    public static int HeightOf(Figure figure)
    {
        FigureChecks.Require(figure);
        return FigureDrawing.HeightOf(figure);
    }

    /// <summary>Draws a figure on a light background.</summary>
    /// <param name="figure">What to draw.</param>
    /// <returns>A PNG file of <see cref="PngScale"/> times <see cref="Width"/> pixels and the height of the figure, scaled alike.</returns>
    /// <exception cref="ArgumentException">The figure contradicts itself: the message has every problem.</exception>
    public static byte[] Png(Figure figure)
    {
        FigureChecks.Require(figure);
        using Plot plot = FigureDrawing.Draw(figure, FigureTheme.Light, LineStyles.Pixels);
        plot.ScaleFactor = PngScale;
        using Image image = plot.GetImage(Width * PngScale, HeightOf(figure) * PngScale);
        return image.GetImageBytes(ImageFormat.Png);
    }

    /// <summary>Draws a figure as text that browsers and editors show at any size.</summary>
    /// <param name="figure">What to draw.</param>
    /// <param name="theme">What it is seen on.</param>
    /// <returns>An SVG file, <see cref="Width"/> wide, with title and description for people who cannot see it.</returns>
    /// <exception cref="ArgumentException">The figure contradicts itself: the message has every problem.</exception>
    public static string Svg(Figure figure, FigureTheme theme)
    {
        FigureChecks.Require(figure);
        using Plot plot = FigureDrawing.Draw(figure, theme, LineStyles.Vectors);
        int height = HeightOf(figure);
        return SvgPicture.Rewrite(plot.GetSvgXml(Width, height), figure, Width, height);
    }
}
