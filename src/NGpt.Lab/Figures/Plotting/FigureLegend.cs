using ScottPlot;

namespace NGpt.Lab.Figures.Plotting;

/// <summary>The legend in rows below the horizontal axis: every series, and the meaning of the bands.</summary>
internal sealed class FigureLegend : IPanel
{
    public const int RowHeight = 27;

    private const float FontSize = 16;
    private const float SymbolWidth = 34;
    private const float SymbolGap = 7;
    private const float EntryGap = 20;
    private const float Margin = 10;

    private readonly FigureLayout _layout;
    private readonly Entry[][] _rows;
    private readonly FigureColors _colors;

    public FigureLegend(Figure figure, FigureLayout layout, FigureColors colors, LineStyles lines)
    {
        _layout = layout;
        _colors = colors;
        _rows = [.. RowsOf(figure, layout).Select(row => row.Select(entry => new Entry(entry.Text, entry.X, SymbolOf(entry.Series, colors, lines))).ToArray())];
    }

    /// <inheritdoc/>
    public bool IsVisible { get; set; } = true;

    /// <inheritdoc/>
    public float MinimumSize { get; set; }

    /// <inheritdoc/>
    public float MaximumSize { get; set; } = float.MaxValue;

    /// <inheritdoc/>
    public Edge Edge => Edge.Bottom;

    /// <inheritdoc/>
    public bool ShowDebugInformation { get; set; }

    public static int HeightOf(Figure figure, FigureLayout layout) => RowsOf(figure, layout).Count * RowHeight;

    /// <inheritdoc/>
    public float Measure(Paint paint) => _rows.Length * RowHeight;

    /// <inheritdoc/>
    public PixelRect GetPanelRect(PixelRect dataRect, float size, float offset, Paint paint) =>
        new(0, _layout.Width, dataRect.Bottom + offset + size, dataRect.Bottom + offset);

    /// <inheritdoc/>
    public void Render(RenderPack rp, float size, float offset)
    {
        float top = rp.DataRect.Bottom + offset;
        for (int row = 0; row < _rows.Length; row++)
        {
            float middle = top + ((row + 0.4f) * RowHeight);
            foreach (Entry entry in _rows[row])
            {
                DrawSymbol(rp, entry, middle);
                LabelStyle label = new()
                {
                    Text = entry.Text,
                    FontName = FigureFont.Name,
                    FontSize = FontSize,
                    ForeColor = _colors.Text,
                    Alignment = Alignment.MiddleLeft,
                };
                label.Render(rp.Canvas, new Pixel(entry.X + SymbolWidth + SymbolGap, middle), rp.Paint);
            }
        }
    }

    private static void DrawSymbol(RenderPack rp, Entry entry, float middle)
    {
        if (entry.Symbol.Fill is { } fill)
        {
            Drawing.FillRectangle(rp.Canvas, new PixelRect(entry.X, entry.X + SymbolWidth, middle + 7, middle - 7), rp.Paint, fill);
        }

        if (entry.Symbol.Line is { } line)
        {
            Drawing.DrawLine(rp.Canvas, rp.Paint, new PixelLine(entry.X, middle, entry.X + SymbolWidth, middle), line);
        }

        if (entry.Symbol.Marker is { } marker)
        {
            Drawing.DrawMarker(rp.Canvas, rp.Paint, new Pixel(entry.X + (SymbolWidth / 2), middle), marker);
        }
    }

    // Entries in rows, from the left; an entry that is too long for a row is shortened and has a row of its own.
    private static List<List<(string Text, float X, FigureSeries? Series)>> RowsOf(Figure figure, FigureLayout layout)
    {
        IEnumerable<(string Text, FigureSeries? Series)> entries =
        [
            .. figure.Series.Select(series => (series.Name, (FigureSeries?)series)),
            .. figure.Series.Select(series => series.Band?.Meaning).OfType<string>().Distinct().Select(meaning => (meaning, (FigureSeries?)null)),
        ];
        List<List<(string, float, FigureSeries?)>> rows = [];
        float x = float.PositiveInfinity;
        foreach ((string name, FigureSeries? series) in entries)
        {
            string text = FigureFont.Drawable(name, layout.MaxLabelLength);
            float width = SymbolWidth + SymbolGap + FigureFont.WidthOf(text, FontSize) + EntryGap;
            if (x + width - EntryGap > layout.Width - Margin)
            {
                rows.Add([]);
                x = Margin;
            }

            rows[^1].Add((text, x, series));
            x += width;
        }

        return rows;
    }

    private static Symbol SymbolOf(FigureSeries? series, FigureColors colors, LineStyles lines)
    {
        if (series is null)
        {
            return new Symbol(new FillStyle { IsVisible = true, Color = colors.Mark.WithAlpha(0.35) }, null, null);
        }

        Color color = colors.ColorOf(series.Color);
        return new Symbol(
            null,
            series.Kind == SeriesKind.Points ? null : SeriesDrawing.LineStyleOf(series, color, lines),
            series.Kind == SeriesKind.Histogram ? null : SeriesDrawing.MarkerStyleOf(series, color, SeriesDrawing.SmallMarkerSize));
    }

    private sealed record Symbol(FillStyle? Fill, LineStyle? Line, MarkerStyle? Marker);

    private sealed record Entry(string Text, float X, Symbol Symbol);
}
