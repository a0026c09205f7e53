using NGpt.Core.Configuration;
using NGpt.Lab.Figures;

namespace NGpt.Lab.Sweeping;

/// <summary>The figures of a sweep.</summary>
internal static class SweepFigures
{
    private const int PublishedColor = 0;
    private const int NuGptColor = 2;
    private const int EndColor = 3;

    public static Figure BestRates(SweepResult result)
    {
        SweepPlan plan = result.Plan;
        bool hasEnds = result.Transfers.Any(transfer => transfer.IsBound);
        return new Figure
        {
            Name = "best-rate",
            Title = $"Best learning rate by {plan.Axis.Name()}",
            Caption = $"Best base learning rate of each size over that of the base model: a rate that transfers stays at 1.{(hasEnds ? " Diamonds are at the end of the grid: the best rate is there or beyond." : "")}",
            X = SizeAxis(plan),
            Y = new FigureAxis("best rate over the base model's", "times") { IsLogarithmic = true },
            Series =
            [
                .. result.Transfers.Select(transfer => Ratios(plan, transfer)),
                .. hasEnds ? [Ends(plan, result.Transfers)] : Array.Empty<FigureSeries>(),
            ],
            Marks = [new FigureMark("transfers", 1)],
        };
    }

    public static Figure LossByRate(SweepPlan plan, RateTransfer transfer)
    {
        string name = transfer.Parametrization.DisplayName();
        return new Figure
        {
            Name = $"loss-by-rate-{transfer.Parametrization.Name()}",
            Title = $"{name}: final loss by base learning rate",
            Caption = $"Lower is better. Where the rate transfers, all curves have their minimum at the same rate.{(transfer.SeedCount > 1 ? " Lines are means over seeds, bands are from the lowest to the highest seed." : "")} A run that diverged has no point.",
            X = new FigureAxis("base learning rate") { IsLogarithmic = true },
            Y = new FigureAxis("final held-out loss", "bits per byte"),
            Series = [.. transfer.Curves.Select((curve, color) => Losses(plan, curve, color))],
            Marks = transfer.Curves[0].Best is BestRate best ? [new FigureMark($"best {(best.IsAtEnd ? "tried " : "")}at {plan.SizeText(1)}", best.Rate, IsVertical: true)] : [],
        };
    }

    private static FigureSeries Losses(SweepPlan plan, RateCurve curve, int color)
    {
        double[] mean = [.. curve.Mean(curve.AllSeeds).Select(FiniteOrGap)];
        return new FigureSeries
        {
            Name = plan.SizeText(curve.Multiple),
            Kind = SeriesKind.LineAndPoints,
            Color = color,
            IsDashed = color % 2 == 1,
            X = curve.Rates,
            Y = mean,
            Band = curve.AllSeeds.Count == 1 ? null : new FigureBand(
                $"lowest and highest of {curve.AllSeeds.Count} seeds",
                [.. mean.Select((loss, rate) => double.IsNaN(loss) ? loss : curve.AllSeeds.Min(seed => curve.Losses(seed)[rate]))],
                [.. mean.Select((loss, rate) => double.IsNaN(loss) ? loss : curve.AllSeeds.Max(seed => curve.Losses(seed)[rate]))]),
        };
    }

    private static FigureSeries Ratios(SweepPlan plan, RateTransfer transfer)
    {
        Statistics.Estimate[] ratios = [.. transfer.Curves.Select(transfer.RatioToBase)];
        return new FigureSeries
        {
            Name = transfer.Parametrization.DisplayName(),
            Kind = SeriesKind.LineAndPoints,
            Color = transfer.Parametrization == Parametrization.Published ? PublishedColor : NuGptColor,
            IsDashed = transfer.Parametrization == Parametrization.NuGpt,
            X = [.. transfer.Curves.Select(curve => plan.AxisValue(curve.Multiple))],
            Y = [.. ratios.Select(ratio => FiniteOrGap(ratio.Value))],
            Band = Array.Exists(ratios, ratio => !ratio.HasInterval)
                ? null
                : new FigureBand("95% interval", [.. ratios.Select(ratio => ratio.Low!.Value)], [.. ratios.Select(ratio => ratio.High!.Value)]),
        };
    }

    private static FigureSeries Ends(SweepPlan plan, IReadOnlyList<RateTransfer> transfers)
    {
        (double X, double Y)[] points = [.. transfers
            .SelectMany(transfer => transfer.Curves
                .Where(curve => curve.Best is { IsAtEnd: true })
                .Select(curve => (plan.AxisValue(curve.Multiple), FiniteOrGap(transfer.RatioToBase(curve).Value))))
            .OrderBy(point => point.Item1)];
        return new FigureSeries
        {
            Name = "at the end of the grid",
            Kind = SeriesKind.Points,
            Color = EndColor,
            X = [.. points.Select(point => point.X)],
            Y = [.. points.Select(point => point.Y)],
        };
    }

    private static FigureAxis SizeAxis(SweepPlan plan) => plan.Axis switch
    {
        SweepAxis.Width => new FigureAxis("width of the embedding") { IsLogarithmic = true },
        SweepAxis.Depth => new FigureAxis("layers") { IsLogarithmic = true },
        _ => new FigureAxis("training tokens") { IsLogarithmic = true },
    };

    private static double FiniteOrGap(double value) => double.IsFinite(value) ? value : double.NaN;
}
