using ScottPlot;
using ScottPlot.AxisPanels;
using ScottPlot.Plottables;
using ScottPlot.TickGenerators;

namespace NGpt.Lab.Figures.Plotting;

/// <summary>Draws axes, legend and reference lines of a figure; <see cref="SeriesDrawing"/> draws its series.</summary>
internal static class FigureDrawing
{
    // Readable where a wide picture is shrunk to two thirds.
    private const float FontSize = 17;

    private const float TickFontSize = 16;

    private const float MarkWidth = 1.5f;
    private const int MaxYTicks = 7;

    public static int HeightOf(Figure figure, FigureLayout layout) =>
        layout.HeightWithoutLegend + FigureLegend.HeightOf(figure, layout) + (int)RotatedLabelHeight(figure, layout);

    /// <summary>Draws a valid figure; the caller disposes the plot.</summary>
    public static Plot Draw(Figure figure, FigureTheme theme, FigureLayout layout, LineStyles lines)
    {
        FigureFont.Register();
        FigureColors colors = FigureColors.Of(theme);
        AxisScale x = new(figure.X, SeriesDrawing.XValues(figure));
        AxisScale y = new(figure.Y, SeriesDrawing.YValues(figure));
        Plot plot = new();
        try
        {
            Style(plot, figure, layout, x, y, colors);
            plot.Axes.AddPanel(new FigureLegend(figure, layout, colors, lines));
            foreach (FigureMark mark in figure.Marks)
            {
                DrawMark(plot, mark, x, y, colors, lines);
            }

            for (int place = 0; place < figure.Series.Count; place++)
            {
                SeriesDrawing.Draw(plot, figure.Series[place], place, x, y, colors, lines);
            }

            foreach (FigureMark mark in figure.Marks)
            {
                DrawMarkText(plot, figure, layout, mark, x, y, colors);
            }

            if (!figure.Series.Any(series => series.Y.Any(value => double.IsFinite(y.PositionOf(value)))))
            {
                DrawText(plot, "no values", new Coordinates((x.Low + x.High) / 2, (y.Low + y.High) / 2), Alignment.MiddleCenter, colors);
            }

            plot.Axes.SetLimits(x.Low, x.High, y.Low, y.High);
            return plot;
        }
        catch
        {
            plot.Dispose();
            throw;
        }
    }

    private static void Style(Plot plot, Figure figure, FigureLayout layout, AxisScale x, AxisScale y, FigureColors colors)
    {
        plot.FigureBackground.Color = colors.Background;
        plot.DataBackground.Color = colors.Background;
        plot.Axes.Color(colors.Frame);
        plot.Axes.Right.FrameLineStyle.Width = 0;
        plot.Axes.Top.FrameLineStyle.Width = 0;
        plot.Axes.Left.FrameLineStyle.Width = figure.Y.Categories.Count > 0 ? 0 : 1;
        plot.Grid.MajorLineColor = colors.Grid;
        plot.Grid.MajorLineWidth = 1;
        plot.Grid.XAxisStyle.IsVisible = figure.X.Categories.Count == 0;

        Label(plot.Axes.Bottom.Label, figure.X, layout, colors);
        Label(plot.Axes.Left.Label, figure.Y, layout, colors);
        bool isRotated = RotatedLabelHeight(figure, layout) > 0;
        Tick[] below = x.Ticks(isRotated ? 3 * layout.MaxXTicks : Math.Max(layout.MaxXTicks, figure.X.Categories.Count));
        Ticks(plot.Axes.Bottom, below, colors);
        Ticks(plot.Axes.Left, y.Ticks(figure.Y.Categories.Count > 0 ? 16 : MaxYTicks), colors);
        if (isRotated)
        {
            plot.Axes.Bottom.TickLabelStyle.Rotation = -35;
            plot.Axes.Bottom.TickLabelStyle.Alignment = Alignment.MiddleRight;
            plot.Axes.Bottom.MinimumSize = (float)RotatedLabelHeight(figure, layout) + 50;
        }

        if (plot.Axes.Left is LeftAxis left)
        {
            left.PaddingOutsideAxisLabels = new PixelPadding(8, 8, 0, 0);
            left.PaddingBetweenTickAndAxisLabels = new PixelPadding(10, 10, 0, 0);
        }

        plot.Axes.Right.MinimumSize = 24;
        plot.Axes.Top.MinimumSize = 14;
        plot.HideLegend();
    }

    private static void Label(LabelStyle style, FigureAxis axis, FigureLayout layout, FigureColors colors)
    {
        style.Text = FigureFont.Drawable(axis.Label, layout.MaxLabelLength - 4);
        style.FontName = FigureFont.Name;
        style.FontSize = FontSize;
        style.Bold = false;
        style.ForeColor = colors.Text;
    }

    private static void Ticks(IAxis axis, Tick[] ticks, FigureColors colors)
    {
        axis.TickGenerator = new NumericManual(ticks);
        axis.TickLabelStyle.FontName = FigureFont.Name;
        axis.TickLabelStyle.FontSize = TickFontSize;
        axis.TickLabelStyle.ForeColor = colors.Text;
        axis.MajorTickStyle.Color = colors.Frame;
        axis.MinorTickStyle.Color = colors.Frame;
    }

    // Labels of categories are rotated where they would overlap; 0 where they are not.
    private static double RotatedLabelHeight(Figure figure, FigureLayout layout)
    {
        if (figure.X.Categories.Count == 0)
        {
            return 0;
        }

        double widest = figure.X.Categories.Max(name => FigureFont.WidthOf(FigureFont.Drawable(name, 28), TickFontSize));
        return (widest + 10) * figure.X.Categories.Count <= layout.PlotWidth ? 0 : widest * Math.Sin(35 * Math.PI / 180);
    }

    private static void DrawMark(Plot plot, FigureMark mark, AxisScale x, AxisScale y, FigureColors colors, LineStyles lines)
    {
        double position = (mark.IsVertical ? x : y).PositionOf(mark.Value);
        if (double.IsNaN(position))
        {
            return;
        }

        if (mark.IsVertical)
        {
            plot.Add.VerticalLine(position, MarkWidth + lines.DottedExcess, colors.Mark, lines.Dots);
        }
        else
        {
            plot.Add.HorizontalLine(position, MarkWidth + lines.DottedExcess, colors.Mark, lines.Dots);
        }
    }

    // Last, over the series, with a background: it must be readable where a curve passes behind it.
    private static void DrawMarkText(Plot plot, Figure figure, FigureLayout layout, FigureMark mark, AxisScale x, AxisScale y, FigureColors colors)
    {
        double position = (mark.IsVertical ? x : y).PositionOf(mark.Value);
        if (double.IsNaN(position) || mark.Text.Length == 0)
        {
            return;
        }

        if (mark.IsVertical)
        {
            bool isPastMiddle = position > ((x.Low + x.High) / 2);
            Text text = DrawText(plot, FigureFont.Drawable(mark.Text, 40), new Coordinates(position, y.High), isPastMiddle ? Alignment.UpperRight : Alignment.UpperLeft, colors);
            text.OffsetX = isPastMiddle ? -5 : 5;
            text.OffsetY = 2;
        }
        else
        {
            string words = FigureFont.Drawable(mark.Text, 60);
            (bool isRight, bool isAbove) = FreestCorner(figure, layout, words, position, x, y);
            Alignment alignment = (isRight, isAbove) switch
            {
                (true, true) => Alignment.LowerRight,
                (true, false) => Alignment.UpperRight,
                (false, true) => Alignment.LowerLeft,
                (false, false) => Alignment.UpperLeft,
            };
            Text text = DrawText(plot, words, new Coordinates(isRight ? x.High : x.Low, position), alignment, colors);
            text.OffsetX = isRight ? -2 : 6;
            text.OffsetY = isAbove ? -2 : 2;
        }
    }

    // Of the four corners at the ends of a line, above and below it, the first that covers the fewest values.
    private static (bool IsRight, bool IsAbove) FreestCorner(Figure figure, FigureLayout layout, string words, double position, AxisScale x, AxisScale y)
    {
        // Sizes as shares of the data area.
        double width = (FigureFont.WidthOf(words, TickFontSize) + 8) / layout.PlotWidth;
        const double Height = 26.0 / 330;
        double line = (position - y.Low) / (y.High - y.Low);
        (double X, double Y)[] points = [.. figure.Series.SelectMany(series => SeriesDrawing.Path(series, x, y))
            .Select(point => ((point.X - x.Low) / (x.High - x.Low), (point.Y - y.Low) / (y.High - y.Low)))];
        (bool, bool)[] places = [(true, true), (true, false), (false, true), (false, false)];
        return places.MinBy(place =>
        {
            (bool isRight, bool isAbove) = place;
            double bottom = isAbove ? line : line - Height;
            bool isInside = bottom >= 0 && bottom + Height <= 1;
            return isInside
                ? points.Count(point => (isRight ? 1 - point.X : point.X) <= width && point.Y >= bottom && point.Y <= bottom + Height)
                : int.MaxValue;
        });
    }

    private static Text DrawText(Plot plot, string content, Coordinates place, Alignment alignment, FigureColors colors)
    {
        Text text = plot.Add.Text(content, place);
        text.Alignment = alignment;
        text.LabelFontName = FigureFont.Name;
        text.LabelFontSize = TickFontSize - 1;
        text.LabelFontColor = colors.Mark;
        text.LabelBackgroundColor = colors.Background.WithAlpha(0.75);
        return text;
    }
}
