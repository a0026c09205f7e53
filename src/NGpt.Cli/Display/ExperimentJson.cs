using System.Text.Json;
using System.Text.Json.Serialization;
using NGpt.Core.Configuration;
using NGpt.Lab.Comparing;
using NGpt.Lab.Reports;
using NGpt.Lab.Runs;
using NGpt.Lab.Statistics;
using NGpt.Lab.Sweeping;

namespace NGpt.Cli.Display;

/// <summary>The result of a comparison as one line of JSON; everything else is in the JSON of the report.</summary>
internal static class ComparisonJson
{
    public static string Write(Report report, ComparedRuns runs, string page, int exitCode)
    {
        Speedup speedup = runs.Speedup;
        ComparisonLine line = new(
            exitCode,
            page,
            runs.Measure == LossMeasure.BitsPerByte ? "bits_per_byte" : "nats_per_token",
            runs.NGpt.Count,
            runs.Gpt.Count,
            speedup.FinalTokens,
            speedup.FinalLosses.NGpt,
            speedup.FinalLosses.Gpt,
            EstimateJson.Of(speedup.FinalDifference),
            runs.TimeProblem is null,
            EstimateJson.Of(speedup.StepTimeRatio),
            speedup.AtLowest is SpeedupAtLoss lowest ? LossLevel.Of(lowest) : null,
            [.. speedup.Levels.Select(LossLevel.Of)],
            report.Findings,
            report.Cautions);
        return JsonSerializer.Serialize(line, ExperimentJsonContext.Default.ComparisonLine);
    }
}

/// <summary>The result of a sweep as one line of JSON; everything else is in the JSON of the report.</summary>
internal static class SweepJson
{
    public static string Write(Report report, SweepResult sweep, string page, int exitCode)
    {
        SweepLine line = new(
            exitCode,
            page,
            sweep.Plan.Axis.Name(),
            sweep.Plan.Base.Steps,
            sweep.Outcomes.Count,
            sweep.Plan.RunCount,
            sweep.Transfers.ToDictionary(
                transfer => transfer.Parametrization.Name(),
                transfer => new Transfer(transfer.SeedCount, EstimateJson.Of(transfer.Drift), transfer.IsBound, [.. transfer.Curves.Select(curve => Size(sweep.Plan, transfer, curve))])),
            report.Findings,
            report.Cautions);
        return JsonSerializer.Serialize(line, ExperimentJsonContext.Default.SweepLine);
    }

    private static SizeResult Size(SweepPlan plan, RateTransfer transfer, RateCurve curve)
    {
        double value = plan.AxisValue(curve.Multiple);
        return new SizeResult(
            curve.Multiple,
            plan.Axis == SweepAxis.Width ? value : null,
            plan.Axis == SweepAxis.Depth ? value : null,
            plan.Axis == SweepAxis.Tokens ? value : null,
            EstimateJson.Of(transfer.RateOf(curve)),
            curve.Best is BestRate best ? JsonNamingPolicy.SnakeCaseLower.ConvertName(best.Position.ToString()) : null,
            curve.Best?.Loss,
            [.. curve.Rates.Zip(curve.Mean(curve.AllSeeds), (rate, loss) => new RateLoss(rate, double.IsFinite(loss) ? loss : null))]);
    }
}

internal sealed record ComparisonLine(
    int ExitCode,
    string Report,
    string Measure,
    int NgptSeeds,
    int GptSeeds,
    double FinalTokens,
    double NgptFinalLoss,
    double GptFinalLoss,
    EstimateJson FinalDifference,
    bool TimesAreComparable,
    EstimateJson TokenTimeRatio,
    LossLevel? LowestCommonLoss,
    IReadOnlyList<LossLevel> Speedup,
    IReadOnlyList<string> Findings,
    IReadOnlyList<string> Cautions);

internal sealed record LossLevel(double Loss, double NgptTokens, double GptTokens, EstimateJson Tokens, EstimateJson Time)
{
    public static LossLevel Of(SpeedupAtLoss level) => new(
        level.Loss, Math.Round(level.NGptTokens), Math.Round(level.GptTokens), EstimateJson.Of(level.Tokens), EstimateJson.Of(level.Time));
}

internal sealed record SweepLine(
    int ExitCode,
    string Report,
    string Axis,
    int BaseSteps,
    int Runs,
    int PlannedRuns,
    IReadOnlyDictionary<string, Transfer> Parametrizations,
    IReadOnlyList<string> Findings,
    IReadOnlyList<string> Cautions);

internal sealed record Transfer(int Seeds, EstimateJson Drift, bool DriftIsBound, IReadOnlyList<SizeResult> Sizes);

/// <summary>The result of one size; only the axis of the sweep has a value, and only a converged size a position and a loss.</summary>
internal sealed record SizeResult(
    int Multiple,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] double? Width,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] double? Depth,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] double? Tokens,
    EstimateJson BestRate,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Position,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] double? Loss,
    IReadOnlyList<RateLoss> Losses);

internal sealed record RateLoss(double Rate, double? Loss);

/// <summary>JSON has no numbers that are not finite: they are null. One seed has no interval.</summary>
internal sealed record EstimateJson(
    double? Value,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] double? Low,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] double? High)
{
    public static EstimateJson Of(Estimate estimate) => new(double.IsFinite(estimate.Value) ? estimate.Value : null, estimate.Low, estimate.High);
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(ComparisonLine))]
[JsonSerializable(typeof(SweepLine))]
internal sealed partial class ExperimentJsonContext : JsonSerializerContext;
