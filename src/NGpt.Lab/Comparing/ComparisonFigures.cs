using NGpt.Core.Configuration;
using NGpt.Lab.Figures;
using NGpt.Lab.Runs;
using NGpt.Lab.Statistics;

namespace NGpt.Lab.Comparing;

/// <summary>The figures of a comparison.</summary>
internal static class ComparisonFigures
{
    private const int NGptColor = 0;
    private const int GptColor = 1;

    public static Figure LossByTokens(ComparedRuns runs) => new()
    {
        Name = "loss-by-tokens",
        Title = "Held-out loss by training tokens",
        Caption = $"Lower is better. Lines are means over seeds{Spread(runs)}.",
        X = new FigureAxis("training tokens", "millions"),
        Y = LossAxis(runs),
        Series = Curves(runs, _ => 1e-6),
    };

    public static Figure LossByTime(ComparedRuns runs) => new()
    {
        Name = "loss-by-time",
        Title = "Held-out loss by training time",
        Caption = "The same curves over training time: tokens times the median time per token, without evaluations and checkpoints.",
        X = new FigureAxis("training time", "seconds"),
        Y = LossAxis(runs),
        Series = Curves(runs, SecondsPerToken),
    };

    public static Figure SpeedupByLoss(ComparedRuns runs) => new()
    {
        Name = "speedup",
        Title = "Speedup of nGPT at equal loss",
        Caption = $"GPT's training tokens{(runs.TimeProblem is null ? " and time" : "")} over nGPT's to reach each loss: above 1 nGPT was faster. Losses fall towards the left, so training goes from right to left.",
        X = LossAxis(runs),
        Y = new FigureAxis("GPT over nGPT", "times"),
        Series =
        [
            Ratios("tokens", NGptColor, runs.Speedup.Levels, level => level.Tokens, isDashed: false),
            .. runs.TimeProblem is null ? [Ratios("time", 2, runs.Speedup.Levels, level => level.Time, isDashed: true)] : Array.Empty<FigureSeries>(),
        ],
        Marks = [new FigureMark("equally fast", 1)],
    };

    public static Figure LossByRate(IReadOnlyList<RecipeChoice> choices) => new()
    {
        Name = "loss-by-learning-rate",
        Title = "Final loss by learning rate",
        Caption = "How each architecture's learning rate was chosen, with one seed that is not among the compared ones. A run that diverged has no point.",
        X = new FigureAxis("peak learning rate") { IsLogarithmic = true },
        Y = new FigureAxis("final held-out loss", "bits per byte"),
        Series = [.. choices.Select(Rates)],
    };

    private static FigureSeries Rates(RecipeChoice choice)
    {
        Recipe? reference = choice.Tried.Count > 0 ? choice.Tried[0].Recipe : null;
        // Only the rate differs here; other weight decays and warmups are in the table.
        TriedRecipe[] rates = [.. choice.Tried
            .Where(tried => reference is not null && tried.Recipe == reference with { LearningRate = tried.Recipe.LearningRate })
            .OrderBy(tried => tried.Recipe.LearningRate)];
        return new FigureSeries
        {
            Name = choice.Architecture.DisplayName(),
            Kind = SeriesKind.LineAndPoints,
            Color = ColorOf(choice.Architecture),
            X = [.. rates.Select(tried => tried.Recipe.LearningRate)],
            Y = [.. rates.Select(tried => double.IsFinite(tried.Result.FinalLoss(LossMeasure.BitsPerByte)) ? tried.Result.FinalLoss(LossMeasure.BitsPerByte) : double.NaN)],
        };
    }

    private static FigureSeries[] Curves(ComparedRuns runs, Func<IReadOnlyList<RecordedRun>, double> unit) =>
    [
        Curve(Architecture.NGpt, runs.NGpt, runs.Measure, unit),
        Curve(Architecture.Gpt, runs.Gpt, runs.Measure, unit),
    ];

    private static FigureSeries Curve(
        Architecture architecture, IReadOnlyList<RecordedRun> runs, LossMeasure measure, Func<IReadOnlyList<RecordedRun>, double> unit)
    {
        LossCurves curves = new(runs, measure);
        int[] seeds = [.. Enumerable.Range(0, curves.Count)];
        return new FigureSeries
        {
            Name = architecture.DisplayName(),
            Color = ColorOf(architecture),
            IsDashed = architecture == Architecture.Gpt,
            X = [.. curves.Tokens.Select(tokens => tokens * unit(runs))],
            Y = curves.Mean(seeds),
            Band = curves.Count == 1 ? null : new FigureBand(
                $"lowest and highest of {curves.Count} seeds",
                [.. Enumerable.Range(0, curves.Tokens.Count).Select(i => seeds.Min(seed => curves.Losses(seed)[i]))],
                [.. Enumerable.Range(0, curves.Tokens.Count).Select(i => seeds.Max(seed => curves.Losses(seed)[i]))]),
        };
    }

    private static FigureSeries Ratios(string name, int color, IReadOnlyList<SpeedupAtLoss> levels, Func<SpeedupAtLoss, Estimate> of, bool isDashed)
    {
        SpeedupAtLoss[] ascending = [.. levels.OrderBy(level => level.Loss)];
        return new FigureSeries
        {
            Name = name,
            Kind = SeriesKind.LineAndPoints,
            Color = color,
            IsDashed = isDashed,
            X = [.. ascending.Select(level => level.Loss)],
            Y = [.. ascending.Select(level => of(level).Value)],
            Band = ascending.Length > 0 && Array.TrueForAll(ascending, level => of(level).HasInterval)
                ? new FigureBand("95% interval", [.. ascending.Select(level => of(level).Low!.Value)], [.. ascending.Select(level => of(level).High!.Value)])
                : null,
        };
    }

    private static int ColorOf(Architecture architecture) => architecture == Architecture.NGpt ? NGptColor : GptColor;

    private static double SecondsPerToken(IReadOnlyList<RecordedRun> runs) => runs.Average(run => run.SecondsPerToken);

    private static FigureAxis LossAxis(ComparedRuns runs) => new("held-out loss", runs.Measure == LossMeasure.BitsPerByte ? "bits per byte" : "nats per token");

    private static string Spread(ComparedRuns runs) => runs.NGpt.Count > 1 || runs.Gpt.Count > 1 ? ", bands are from the lowest to the highest seed" : "";
}
