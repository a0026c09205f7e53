using System.Xml.Linq;
using NGpt.Lab.Figures;
using SkiaSharp;

namespace NGpt.Lab.Tests.Figures;

public sealed class FigurePlotterTests
{
    private const string Blue = "#0072B2";
    private const string Orange = "#D55E00";

    [Fact]
    public void An_SVG_has_labels_with_units_ticks_names_and_marks()
    {
        SvgReading svg = new(FigurePlotter.Svg(SampleFigures.Curves, FigureTheme.Light, FigureLayout.Wide));
        string[] texts = [.. svg.Texts.Select(text => text.Text)];
        string[] expected =
        [
            "training tokens (tokens)", "held-out loss (bits per byte)", "0", "100k", "500k", "1.1", "1.3",
            "nGPT", "GPT", "nGPT without warmup", "lowest and highest of 3 seeds", "loss of GPT", "rate decays",
        ];
        Assert.All(expected, text => Assert.Contains(text, texts));
        Assert.Equal("Held-out loss", svg.Root.Elements().First().Value);
        Assert.Equal("Lower is better.", svg.Root.Elements().Skip(1).First().Value);
        Assert.All(svg.Root.Descendants().Attributes("font-family"), family => Assert.EndsWith("sans-serif", family.Value));
    }

    [Fact]
    public void Values_are_at_their_ticks()
    {
        Figure figure = SampleFigures.Alphas with
        {
            X = new FigureAxis("x"),
            Y = new FigureAxis("y"),
            Series = [new FigureSeries { Name = "s", Color = 0, Kind = SeriesKind.Points, X = [1, 2, 4], Y = [20, 60, 30] }],
        };
        SvgReading svg = new(FigurePlotter.Svg(figure, FigureTheme.Light, FigureLayout.Wide));
        (double X, double Y)[] marks = [.. svg.Circles(Blue).Skip(1)]; // the first from the left is the legend's
        Assert.Equal(3, marks.Length);
        string[] x = ["1", "2", "4"];
        string[] y = ["20", "60", "30"];
        for (int i = 0; i < 3; i++)
        {
            Assert.Equal(svg.XOf(x[i]), marks[i].X, 0.6);
            Assert.Equal(svg.YOf(y[i]), marks[i].Y, 0.6);
        }

        Assert.True(svg.YOf("60") < svg.YOf("20"), "Up is more.");
        Assert.True(svg.XOf("1") < svg.XOf("4"), "Right is more.");
    }

    [Fact]
    public void Equal_distances_of_a_logarithmic_axis_are_equal_ratios()
    {
        SvgReading svg = new(FigurePlotter.Svg(SampleFigures.Conditions, FigureTheme.Light, FigureLayout.Wide));
        Assert.Equal(svg.XOf("100") - svg.XOf("10"), svg.XOf("10") - svg.XOf("1"), 0.5);
        (double X, double Y)[] marks = [.. svg.Circles(Blue).Skip(1)];
        Assert.Equal([svg.XOf("1"), svg.XOf("10"), svg.XOf("1000")], marks.Select(mark => mark.X), (a, b) => Math.Abs(a - b) < 0.6);
        Assert.Equal(marks[0].Y - marks[1].Y, (marks[1].Y - marks[2].Y) / 3, 0.5);
    }

    [Fact]
    public void Error_bars_are_from_the_low_to_the_high_end()
    {
        Figure figure = SampleFigures.Alphas with
        {
            Y = new FigureAxis("α") { Min = 0, Max = 0.6 },
            Series = [new FigureSeries { Name = "s", Color = 0, Kind = SeriesKind.Points, X = [0], Y = [0.2], Band = new FigureBand("m", [0.1], [0.5]) }],
        };
        SvgReading svg = new(FigurePlotter.Svg(figure, FigureTheme.Light, FigureLayout.Wide));
        double[] heights = [.. svg.Strokes(Blue).SelectMany(numbers => numbers.Where((_, i) => i % 2 == 1))];
        Assert.Equal(svg.YOf("0.1"), heights.Max(), 0.6);
        Assert.Equal(svg.YOf("0.5"), heights.Min(), 0.6);
    }

    [Fact]
    public void A_missing_value_breaks_the_line()
    {
        FigureSeries whole = new() { Name = "s", Color = 0, X = [1, 2, 3, 4, 5], Y = [1, 2, 3, 2, 1] };
        Figure figure = SampleFigures.Curves with { Series = [whole], Marks = [] };
        Figure broken = figure with { Series = [whole with { Y = [1, 2, double.NaN, 2, 1] }] };
        int legend = 1;
        Assert.Equal(1 + legend, new SvgReading(FigurePlotter.Svg(figure, FigureTheme.Light, FigureLayout.Wide)).Strokes(Blue).Count);
        Assert.Equal(2 + legend, new SvgReading(FigurePlotter.Svg(broken, FigureTheme.Light, FigureLayout.Wide)).Strokes(Blue).Count);
    }

    [Fact]
    public void A_value_between_gaps_is_drawn()
    {
        Figure figure = SampleFigures.Curves with { Series = [new FigureSeries { Name = "s", Color = 0, X = [1, 2, 3, 4, 5], Y = [double.NaN, double.NaN, 3, double.NaN, double.NaN] }], Marks = [] };
        Assert.NotEmpty(new SvgReading(FigurePlotter.Svg(figure, FigureTheme.Light, FigureLayout.Wide)).Circles(Blue).Skip(1));
    }

    [Fact]
    public void Lines_of_one_colour_differ_by_dashes()
    {
        SvgReading svg = new(FigurePlotter.Svg(SampleFigures.Curves, FigureTheme.Light, FigureLayout.Wide));
        Assert.Equal(2, svg.Dashes(Blue).Count(dashes => dashes is not null)); // the line and its place in the legend
        Assert.Equal(2, svg.Dashes(Blue).Count(dashes => dashes is null));
        Assert.All(svg.Dashes(Orange), Assert.Null);
    }

    [Fact]
    public void A_histogram_is_an_outline_from_zero()
    {
        SvgReading svg = new(FigurePlotter.Svg(SampleFigures.Norms, FigureTheme.Light, FigureLayout.Wide));
        double[] outline = svg.Strokes(Blue).MaxBy(numbers => numbers.Length)!;
        Assert.Equal(2 * 10, outline.Length); // two corners for each of four bins, and two on the ground
        double ground = svg.YOf("0");
        Assert.Equal(ground, outline[1], 0.6);
        Assert.Equal(ground, outline[^1], 0.6);
        Assert.Equal(svg.YOf("4000"), outline.Where((_, i) => i % 2 == 1).Min(), 0.6);
        Assert.Equal(3 * (svg.XOf("1.5") - svg.XOf("1")), (outline[^2] - outline[0]) * 3 / 4, 1.2);
    }

    [Theory]
    [MemberData(nameof(SampleFigures.Names), MemberType = typeof(SampleFigures))]
    public void A_PNG_has_its_size_and_is_not_blank(string name)
    {
        Figure figure = SampleFigures.Named(name);
        using SKBitmap picture = SKBitmap.Decode(FigurePlotter.Png(figure));
        Assert.Equal(FigurePlotter.PngScale * FigureLayout.Wide.Width, picture.Width);
        Assert.Equal(FigurePlotter.PngScale * FigureLayout.Wide.HeightOf(figure), picture.Height);
        Dictionary<SKColor, int> colors = picture.Pixels.GroupBy(pixel => pixel).ToDictionary(group => group.Key, group => group.Count());
        Assert.True(colors.Count > 50, $"{colors.Count} colours");
        Assert.True(colors[SKColors.White] > picture.Pixels.Length / 4, "A light ground.");

        // Text: in the margin left of the data there is nothing else.
        Assert.Contains(Enumerable.Range(0, picture.Height).SelectMany(y => Enumerable.Range(0, 60).Select(x => picture.GetPixel(x, y))), pixel => pixel.Red < 100);
    }

    [Theory]
    [MemberData(nameof(SampleFigures.Names), MemberType = typeof(SampleFigures))]
    public void Every_figure_is_drawn_in_both_themes_and_the_same_again(string name)
    {
        Figure figure = SampleFigures.Named(name);
        string light = FigurePlotter.Svg(figure, FigureTheme.Light, FigureLayout.Wide);
        string dark = FigurePlotter.Svg(figure, FigureTheme.Dark, FigureLayout.Wide);
        Assert.NotEqual(light, dark);
        Assert.Equal(light, FigurePlotter.Svg(figure, FigureTheme.Light, FigureLayout.Wide));
        Assert.Equal(new SvgReading(light).Texts, new SvgReading(dark).Texts);
        Assert.DoesNotContain("<script", light, StringComparison.Ordinal);
    }

    [Fact]
    public void The_label_of_a_mark_does_not_cover_values()
    {
        FigureSeries series = new() { Name = "s", Color = 0, X = [0, 1, 2, 3, 4], Y = [9, 8, 6.4, 6.2, 6.2] };
        Figure figure = SampleFigures.Curves with { Y = new FigureAxis("y") { Min = 0, Max = 10 }, Series = [series], Marks = [new FigureMark("a mark", 6)] };
        SvgReading above = new(FigurePlotter.Svg(figure, FigureTheme.Light, FigureLayout.Wide));
        SvgReading below = new(FigurePlotter.Svg(figure with { Series = [series with { Y = [1, 3, 5.7, 5.8, 5.8] }] }, FigureTheme.Light, FigureLayout.Wide));
        Assert.True(above.YOf("a mark") > above.YOf("6"), "The curve is above the line, so the text is below it.");
        Assert.True(below.YOf("a mark") < below.YOf("6"), "The curve is below the line.");
    }

    [Fact]
    public void A_figure_without_values_says_so() =>
        Assert.Contains("no values", new SvgReading(FigurePlotter.Svg(SampleFigures.Empty, FigureTheme.Light, FigureLayout.Wide)).Texts.Select(text => text.Text));

    [Fact]
    public void All_problems_of_a_figure_are_named_at_once()
    {
        Figure figure = SampleFigures.Curves with
        {
            X = new FigureAxis("x") { Min = 2, Max = 1 },
            Series = [new FigureSeries { Name = "uneven", Color = 0, X = [1, 2], Y = [1], Band = new FigureBand("m", [1], []) }],
        };
        ArgumentException error = Assert.Throws<ArgumentException>(() => FigurePlotter.Svg(figure, FigureTheme.Light, FigureLayout.Wide));
        Assert.Contains("starts at 2 and ends at 1", error.Message, StringComparison.Ordinal);
        Assert.Contains("2 x and 1 y", error.Message, StringComparison.Ordinal);
        Assert.Contains("1 lower and 0 upper ends for 1 values", error.Message, StringComparison.Ordinal);
    }
}
