using NGpt.Lab.Figures;

namespace NGpt.Lab.Tests.Figures;

/// <summary>Figures of every kind, with gaps, bands, marks, logarithms, names and texts that would break a careless page.</summary>
internal static class SampleFigures
{
    public const string Hostile = "</title><script>alert(1)</script> & \"quoted\" 'text' ]]> \u0001\u202e 日本 \ud800";

    public static Figure Curves { get; } = new()
    {
        Name = "curves",
        Title = "Held-out loss",
        Caption = "Lower is better.",
        X = new FigureAxis("training tokens", "tokens"),
        Y = new FigureAxis("held-out loss", "bits per byte"),
        Series =
        [
            Line("nGPT", 0, tokens => 1 + (30 / Math.Sqrt(tokens))) with { Band = Band("lowest and highest of 3 seeds", tokens => 1 + (30 / Math.Sqrt(tokens)), 0.05) },
            Line("GPT", 1, tokens => tokens is > 2e5 and < 3e5 ? double.NaN : 1.1 + (40 / Math.Sqrt(tokens))),
            Line("nGPT without warmup", 0, tokens => 1.2 + (30 / Math.Sqrt(tokens))) with { IsDashed = true },
        ],
        Marks = [new FigureMark("loss of GPT", 1.15), new FigureMark("rate decays", 250_000, IsVertical: true)],
    };

    public static Figure Conditions { get; } = new()
    {
        Name = "conditions",
        Title = "Condition numbers",
        Caption = "Of every matrix.",
        X = new FigureAxis("step") { IsLogarithmic = true },
        Y = new FigureAxis("condition number") { IsLogarithmic = true },
        Series =
        [
            new FigureSeries { Name = "Wq", Color = 0, Kind = SeriesKind.LineAndPoints, X = [1, 10, 100, 1000], Y = [2, 20, 0, 20_000] },
            new FigureSeries { Name = "Wo", Color = 1, Kind = SeriesKind.Points, X = [1, 10, 1000], Y = [5, 50, 500], Band = new FigureBand("quartiles", [2, 0, 200], [10, 100, double.PositiveInfinity]) },
        ],
        Marks = [new FigureMark("orthogonal", 1)],
    };

    public static Figure Alphas { get; } = new()
    {
        Name = "alphas",
        Title = "Eigen learning rates",
        Caption = "Mean of every layer.",
        X = new FigureAxis("layer") { Categories = ["first", "second", "third"] },
        Y = new FigureAxis("α"),
        Series =
        [
            new FigureSeries { Name = "attention", Color = 0, Kind = SeriesKind.Points, X = [0, 1, 2], Y = [0.2, 0.3, 0.4], Band = new FigureBand("least and greatest", [0.1, 0.25, 0.35], [0.4, 0.45, 0.5]) },
            new FigureSeries { Name = "MLP", Color = 1, Kind = SeriesKind.LineAndPoints, X = [0, 1, 2], Y = [0.25, double.NaN, 0.15] },
        ],
    };

    public static Figure Norms { get; } = new()
    {
        Name = "norms",
        Title = "Norms of embeddings",
        Caption = "Of every token.",
        X = new FigureAxis("norm"),
        Y = new FigureAxis("tokens", "count"),
        Series =
        [
            new FigureSeries { Name = "nGPT", Color = 0, Kind = SeriesKind.Histogram, X = [0.5, 1, 1.5, 2], Y = [0, 4000, 96, 0] },
            new FigureSeries { Name = "GPT", Color = 1, Kind = SeriesKind.Histogram, IsDashed = true, X = [0.5, 1, 1.5, 2], Y = [1000, 1200, 1100, 796] },
        ],
    };

    public static Figure Strange { get; } = new()
    {
        Name = "strange",
        Title = Hostile,
        Caption = Hostile,
        X = new FigureAxis(Hostile, Hostile),
        Y = new FigureAxis("y" + Hostile, Hostile),
        Series = [new FigureSeries { Name = Hostile, Color = 9, X = [1, 2, 3], Y = [1, 3, 2], Band = new FigureBand(Hostile, [0, 0, 0], [4, 4, 4]) }],
        Marks = [new FigureMark(Hostile, 2), new FigureMark(Hostile, 2, IsVertical: true)],
    };

    public static Figure Empty { get; } = new()
    {
        Name = "empty",
        Title = "Nothing",
        Caption = "No value was measured.",
        X = new FigureAxis("x") { IsLogarithmic = true },
        Y = new FigureAxis("y"),
        Series = [new FigureSeries { Name = "none", Color = 0, X = [1, 2], Y = [double.NaN, double.NaN] }, new FigureSeries { Name = "no points", Color = 1, X = [], Y = [] }],
    };

    public static IReadOnlyList<Figure> All { get; } = [Curves, Conditions, Alphas, Norms, Strange, Empty];

    public static TheoryData<string> Names => [.. All.Select(figure => figure.Name)];

    public static Figure Named(string name) => All.Single(figure => figure.Name == name);

    private static FigureSeries Line(string name, int color, Func<double, double> loss)
    {
        double[] tokens = [.. Enumerable.Range(1, 50).Select(i => i * 10_000.0)];
        return new FigureSeries { Name = name, Color = color, X = tokens, Y = [.. tokens.Select(loss)] };
    }

    private static FigureBand Band(string meaning, Func<double, double> loss, double half)
    {
        double[] values = [.. Enumerable.Range(1, 50).Select(i => loss(i * 10_000.0))];
        return new FigureBand(meaning, [.. values.Select(value => value - half)], [.. values.Select(value => value + half)]);
    }
}
