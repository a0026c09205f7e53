using ScottPlot;
using ScottPlot.Plottables;

namespace NGpt.Lab.Figures.Plotting;

/// <summary>Draws the series of a figure: bands first, then lines, then markers.</summary>
internal static class SeriesDrawing
{
    /// <summary>Size of the markers on a line.</summary>
    public const float SmallMarkerSize = 8;

    // Multiples of 1/4: see LineStyles.
    private const float LineWidth = 2.25f;
    private const float ThinLineWidth = 1.5f;
    private const float MarkerSize = 9;
    private const double BandOpacity = 0.2;

    // A line has a few markers, so that it can be recognized without its colour.
    private const int MarksOfLine = 6;

    /// <summary>All values along the horizontal axis that are drawn.</summary>
    public static IEnumerable<double> XValues(Figure figure)
    {
        foreach (FigureSeries series in figure.Series)
        {
            double half = series.Kind == SeriesKind.Histogram ? BinWidth(series.X) / 2 : 0;
            foreach (double value in series.X)
            {
                yield return value - half;
                yield return value + half;
            }
        }

        foreach (FigureMark mark in figure.Marks.Where(mark => mark.IsVertical))
        {
            yield return mark.Value;
        }
    }

    /// <summary>All values along the vertical axis that are drawn.</summary>
    public static IEnumerable<double> YValues(Figure figure)
    {
        foreach (FigureSeries series in figure.Series)
        {
            IEnumerable<double> values = [.. series.Y, .. series.Band?.Low ?? [], .. series.Band?.High ?? []];
            foreach (double value in values)
            {
                yield return value;
            }

            if (series.Kind == SeriesKind.Histogram)
            {
                yield return 0;
            }
        }

        foreach (FigureMark mark in figure.Marks.Where(mark => !mark.IsVertical))
        {
            yield return mark.Value;
        }
    }

    /// <summary>Draws a series.</summary>
    public static void Draw(Plot plot, FigureSeries series, int place, AxisScale x, AxisScale y, FigureColors colors, LineStyles lines)
    {
        Color color = colors.ColorOf(series.Color);
        Coordinates[] points = [.. series.X.Zip(series.Y, (a, b) => new Coordinates(x.PositionOf(a), y.PositionOf(b)))];
        if (series.Kind == SeriesKind.Histogram)
        {
            DrawHistogram(plot, series, points, x, y, color, lines);
            return;
        }

        bool hasMarkers = series.Kind is SeriesKind.Points or SeriesKind.LineAndPoints;
        if (series.Band is { } band)
        {
            if (series.Kind == SeriesKind.Points)
            {
                DrawErrorBars(plot, points, band, y, color);
            }
            else
            {
                DrawBand(plot, points, band, y, color);
            }
        }

        Coordinates[][] runs = [.. Runs(points)];
        if (series.Kind != SeriesKind.Points)
        {
            foreach (Coordinates[] run in runs.Where(run => run.Length > 1))
            {
                DrawLine(plot, run, series, color, lines);
            }
        }

        IEnumerable<Coordinates> marked = hasMarkers
            ? runs.SelectMany(run => run)
            : [.. FewOf(runs, place, x), .. runs.Where(run => run.Length == 1).Select(run => run[0])];
        DrawMarks(plot, [.. marked], series, color, hasMarkers ? MarkerSize : SmallMarkerSize);
    }

    /// <summary>Points along a series: its values, and for lines some between them.</summary>
    public static IEnumerable<Coordinates> Path(FigureSeries series, AxisScale x, AxisScale y)
    {
        const int Parts = 8;
        int parts = series.Kind == SeriesKind.Points ? 1 : Parts;
        Coordinates last = new(double.NaN, double.NaN);
        foreach ((double a, double b) in series.X.Zip(series.Y))
        {
            Coordinates next = new(x.PositionOf(a), y.PositionOf(b));
            for (int part = 1; part < parts; part++)
            {
                double share = (double)part / parts;
                yield return new Coordinates(last.X + (share * (next.X - last.X)), last.Y + (share * (next.Y - last.Y)));
            }

            yield return next;
            last = next;
        }
    }

    /// <summary>The line of a series.</summary>
    public static LineStyle LineStyleOf(FigureSeries series, Color color, LineStyles lines) => new()
    {
        Color = color,
        Width = (series.Kind == SeriesKind.LineAndPoints ? ThinLineWidth : LineWidth) + (series.IsDashed ? lines.DashedExcess : 0),
        Pattern = series.IsDashed ? lines.Dashes : LinePattern.Solid,
    };

    /// <summary>The marks of a series.</summary>
    public static MarkerStyle MarkerStyleOf(FigureSeries series, Color color, float size) => new()
    {
        IsVisible = true,
        Shape = FigureColors.MarkerOf(series.Color),
        Size = size,
        FillColor = color,
        LineColor = color,
        LineWidth = ThinLineWidth,
    };

    private static double BinWidth(IReadOnlyList<double> middles) =>
        middles.Count < 2 ? 1 : (middles[^1] - middles[0]) / (middles.Count - 1);

    private static void DrawLine(Plot plot, Coordinates[] points, FigureSeries series, Color color, LineStyles lines)
    {
        Scatter line = plot.Add.ScatterLine(points, color);
        line.LineStyle = LineStyleOf(series, color, lines);
        line.MarkerShape = MarkerShape.None;
    }

    private static void DrawMarks(Plot plot, Coordinates[] points, FigureSeries series, Color color, float size)
    {
        if (points.Length == 0)
        {
            return;
        }

        Scatter marks = plot.Add.ScatterPoints(points, color);
        marks.MarkerStyle = MarkerStyleOf(series, color, size);
    }

    private static void DrawBand(Plot plot, Coordinates[] points, FigureBand band, AxisScale y, Color color)
    {
        List<(double X, double Top, double Bottom)> run = [];
        for (int i = 0; i <= points.Length; i++)
        {
            double low = i < points.Length ? y.EndOf(band.Low[i]) : double.NaN;
            double high = i < points.Length ? y.EndOf(band.High[i]) : double.NaN;
            if (i < points.Length && double.IsFinite(points[i].X) && double.IsFinite(low) && double.IsFinite(high))
            {
                run.Add((points[i].X, high, low));
                continue;
            }

            if (run.Count > 1)
            {
                FillY fill = plot.Add.FillY(run.ToArray());
                fill.FillColor = color.WithAlpha(BandOpacity);
                fill.LineWidth = 0;
                fill.MarkerShape = MarkerShape.None;
            }

            run.Clear();
        }
    }

    private static void DrawErrorBars(Plot plot, Coordinates[] points, FigureBand band, AxisScale y, Color color)
    {
        int[] shown = [.. Enumerable.Range(0, points.Length).Where(i =>
            double.IsFinite(points[i].X) && double.IsFinite(points[i].Y) && double.IsFinite(y.EndOf(band.Low[i])) && double.IsFinite(y.EndOf(band.High[i])))];
        if (shown.Length == 0)
        {
            return;
        }

        double[] nothing = new double[shown.Length];
        ErrorBar bars = new(
            xs: [.. shown.Select(i => points[i].X)],
            ys: [.. shown.Select(i => points[i].Y)],
            xErrorsPositive: nothing,
            xErrorsNegative: nothing,
            yErrorsPositive: [.. shown.Select(i => Math.Max(0, y.EndOf(band.High[i]) - points[i].Y))],
            yErrorsNegative: [.. shown.Select(i => Math.Max(0, points[i].Y - y.EndOf(band.Low[i])))])
        {
            Color = color,
            LineWidth = ThinLineWidth,
            CapSize = 5,
        };
        plot.PlottableList.Add(bars);
    }

    private static void DrawHistogram(Plot plot, FigureSeries series, Coordinates[] points, AxisScale x, AxisScale y, Color color, LineStyles lines)
    {
        double half = BinWidth(series.X) / 2;
        double zero = y.EndOf(0);
        foreach (int[] run in RunsOf(points.Length, i => double.IsFinite(points[i].Y)))
        {
            List<Coordinates> outline = [new(x.EndOf(series.X[run[0]] - half), zero)];
            foreach (int i in run)
            {
                outline.Add(new Coordinates(x.EndOf(series.X[i] - half), points[i].Y));
                outline.Add(new Coordinates(x.EndOf(series.X[i] + half), points[i].Y));
            }

            outline.Add(new Coordinates(x.EndOf(series.X[run[^1]] + half), zero));
            FillY fill = plot.Add.FillY([.. outline.Select(point => (point.X, point.Y, zero))]);
            fill.FillColor = color.WithAlpha(BandOpacity / 2);
            fill.LineWidth = 0;
            fill.MarkerShape = MarkerShape.None;
            DrawLine(plot, [.. outline], series, color, lines);
        }
    }

    private static IEnumerable<Coordinates[]> Runs(Coordinates[] points) =>
        RunsOf(points.Length, i => double.IsFinite(points[i].X) && double.IsFinite(points[i].Y)).Select(run => run.Select(i => points[i]).ToArray());

    private static IEnumerable<int[]> RunsOf(int count, Func<int, bool> isShown)
    {
        List<int> run = [];
        for (int i = 0; i <= count; i++)
        {
            if (i < count && isShown(i))
            {
                run.Add(i);
            }
            else if (run.Count > 0)
            {
                yield return [.. run];
                run.Clear();
            }
        }
    }

    // The points nearest to equally spaced positions along the axis, shifted a little from series to series.
    private static IEnumerable<Coordinates> FewOf(Coordinates[][] runs, int place, AxisScale x)
    {
        Coordinates[] points = [.. runs.SelectMany(run => run)];
        if (points.Length == 0)
        {
            yield break;
        }

        double step = (x.High - x.Low) / MarksOfLine;
        double start = x.Low + (step * (0.3 + (0.17 * place % 0.6)));
        int last = -1;
        for (int mark = 0; mark < MarksOfLine; mark++)
        {
            double wanted = start + (mark * step);
            int nearest = Enumerable.Range(0, points.Length).MinBy(i => Math.Abs(points[i].X - wanted));
            if (nearest != last && Math.Abs(points[nearest].X - wanted) < step / 2)
            {
                yield return points[nearest];
            }

            last = nearest;
        }
    }
}
