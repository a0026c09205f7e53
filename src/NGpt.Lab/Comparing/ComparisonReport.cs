using System.Globalization;
using NGpt.Core.Configuration;
using NGpt.Lab.Reports;
using NGpt.Lab.Runs;
using NGpt.Lab.Statistics;
using static NGpt.Lab.Runs.RunDescription;

namespace NGpt.Lab.Comparing;

/// <summary>Makes the report of a comparison: findings, what limits them, figures and tables.</summary>
internal static class ComparisonReport
{
    // The paper's smallest model has ten times as many parameters.
    private const long SmallModel = 50_000_000;

    /// <summary>The report of a comparison that trained its runs.</summary>
    public static Report Of(ComparisonResult result, ReportOrigin origin)
    {
        ComparedRuns runs = new(result.NGptRuns, result.GptRuns, LossMeasure.BitsPerByte);
        RecipeChoice[] choices = [result.NGptChoice, result.GptChoice];
        ReportSection recipes = new(
            "Choice of the recipes",
            [
                $"Each architecture was trained with seed {result.Plan.SweepSeed} at every learning rate of its grid, for as many steps as the compared runs, and at further rates while the best one was at an end of the grid. The baseline was then trained with other weight decays and warmups at its best rate; nGPT has neither. The compared runs have other seeds.",
            ])
        {
            Tables = [RecipeTable(choices)],
            Figures = [ComparisonFigures.LossByRate(choices)],
        };
        return Build(runs, [.. Cautions(runs), .. Cautions(result)], [recipes], origin);
    }

    /// <summary>The report of runs that were trained before.</summary>
    public static Report Of(ComparedRuns runs, IReadOnlyList<string> cautions, ReportOrigin origin)
    {
        return Build(runs, [.. Cautions(runs), "The recipes were not tuned by this comparison: either architecture may have a better one.", .. cautions], [], origin);
    }

    /// <summary>Model, recipe and data of the compared runs, for the origin of a report.</summary>
    public static IReadOnlyList<(string Label, string Value)> Configuration(ComparedRuns runs)
    {
        (RunConfig nGpt, RunConfig gpt) = (runs.NGpt[0].Config, runs.Gpt[0].Config);
        return
        [
            ("models", Both(config => Shape(config.Model))),
            ("parameters", Text($"nGPT {nGpt.Model.ParameterCount:N0}, GPT {gpt.Model.ParameterCount:N0}")),
            ("data", Both(DataText)),
            ("batches", Text($"{nGpt.Training.BatchSize * nGpt.Training.GradientAccumulation} sequences of {nGpt.Model.ContextLength} tokens, {Count(nGpt.Training.Steps, "step")}")),
            ("nGPT", RecipeOf(nGpt)),
            ("GPT", RecipeOf(gpt)),
            ("precision", Both(Precision)),
        ];

        string Both(Func<RunConfig, string> describe) =>
            describe(nGpt) == describe(gpt) ? describe(nGpt) : $"{describe(nGpt)}; GPT: {describe(gpt)}";
    }

    private static Report Build(ComparedRuns runs, IReadOnlyList<string> cautions, IReadOnlyList<ReportSection> further, ReportOrigin origin) => new()
    {
        Title = "nGPT and GPT at equal tokens",
        Findings = Findings(runs),
        Cautions = cautions,
        Sections =
        [
            new ReportSection("Loss",
            [
                $"Held-out loss in {Unit(runs)}, measured on {HeldOut(runs.All)}, the same ones at every evaluation{(runs.HaveSameData ? " and for both architectures" : "")}; no run was trained on them. ngpt eval measures a checkpoint on all held-out tokens.",
                .. TimeParagraphs(runs, "There is no figure over training time"),
            ])
            {
                Figures = runs.TimeProblem is null ? [ComparisonFigures.LossByTokens(runs), ComparisonFigures.LossByTime(runs)] : [ComparisonFigures.LossByTokens(runs)],
            },
            new ReportSection("Speedup at equal loss",
            [
                $"For every loss that all seeds of both architectures reached: the training tokens after which the mean curve of each architecture first reached it. Intervals contain the true ratio in about {SeedBootstrap.Confidence:0%} of such experiments; they come from resampling the seeds{(runs.ArePaired ? ", the same ones for both architectures, since equal seeds were trained on equal batches" : "")}.",
                "The learning rates of both curves decay until the last step. A run with fewer planned steps would reach a loss sooner than these curves do, with either architecture; only the final losses are free of that.",
                .. TimeParagraphs(runs, "There is no speedup in time"),
            ])
            {
                Tables = [SpeedupTable(runs)],
                Figures = runs.Speedup.Levels.Count > 0 ? [ComparisonFigures.SpeedupByLoss(runs)] : [],
            },
            .. further,
            new ReportSection("Runs",
            [
                .. runs.All.DistinctBy(run => run.Config.Model.Architecture).Select(run => $"{Name(run)}: {RecipeOf(run.Config)}."),
            ])
            {
                Tables = [RunTable(runs)],
            },
        ],
        Origin = origin,
    };

    private static List<string> Findings(ComparedRuns runs)
    {
        Speedup speedup = runs.Speedup;
        string unit = Unit(runs);
        (double nGpt, double gpt) = speedup.FinalLosses;
        List<string> findings =
        [
            Text($"After {speedup.FinalTokens:N0} training tokens each, nGPT reached {nGpt:0.0000} {unit} and GPT {gpt:0.0000} ({Seeds(runs)}, {HeldOut(runs.All)}): ")
            + Verdict(speedup.FinalDifference),
        ];
        if (speedup.AtLowest is not SpeedupAtLoss lowest)
        {
            findings.Add("The curves have no loss in common, so there is no speedup to state.");
            return findings;
        }

        findings.Add(Text($"To reach {lowest.Loss:0.0000} {unit}, the lowest loss that both reached, {Verdict(lowest.Tokens, "training tokens")}."));
        findings.Add(runs.TimeProblem is string problem
            ? Text($"Training times cannot be compared: {problem}; ratios are stated up to {ComparedRuns.MaxStepTimeSpread:0%}.")
            : Text($"To reach that loss, {Verdict(lowest.Time, "seconds of training")}; nGPT took {speedup.StepTimeRatio.Value:0.00} times as long per token as GPT."));
        SpeedupAtLoss[] behind = [.. speedup.Levels.Where(level => level.Tokens.Value < 1)];
        if (behind.Length > 0 && behind.Length < speedup.Levels.Count)
        {
            findings.Add(Text($"nGPT needed more tokens than GPT to reach {Losses(behind)} {unit}."));
        }

        return findings;

        static string Losses(SpeedupAtLoss[] levels) => levels.Length == 1
            ? Text($"{levels[0].Loss:0.###}")
            : Text($"{levels.Length} of the compared losses, from {levels.Max(level => level.Loss):0.###} to {levels.Min(level => level.Loss):0.###}");
    }

    private static string Verdict(Estimate difference) =>
        !difference.HasInterval ? Text($"a difference of {difference.Value:+0.0000;-0.0000}, but one seed cannot show whether that is more than chance.")
        : difference.Includes(0) ? $"no significant difference ({Interval(difference, "+0.0000;-0.0000")})."
        : Text($"nGPT is {(difference.Value < 0 ? "lower" : "higher")} by {Math.Abs(difference.Value):0.0000} ({Interval(difference, "+0.0000;-0.0000")}).");

    private static string Verdict(Estimate ratio, string quantity)
    {
        string statement = Text($"GPT needed {ratio.Value:0.00} times as many {quantity} as nGPT");
        return !ratio.HasInterval ? $"{statement}, but one seed cannot show whether that is more than chance"
            : ratio.Includes(1) ? $"{statement} ({Interval(ratio, "0.00")}, which includes 1): no significant difference"
            : $"{statement} ({Interval(ratio, "0.00")}): nGPT was {(ratio.Value > 1 ? "faster" : "slower")}";
    }

    private static IEnumerable<string> TimeParagraphs(ComparedRuns runs, string consequence) =>
        runs.TimeProblem is string problem ? [$"{consequence}, because training times cannot be compared: {problem}."] : [];

    private static IEnumerable<string> Cautions(ComparedRuns runs)
    {
        int seeds = Math.Min(runs.NGpt.Count, runs.Gpt.Count);
        if (seeds == 1)
        {
            yield return "One seed: differences between architectures cannot be told from differences between seeds.";
        }
        else if (seeds < 5)
        {
            yield return $"{seeds} seeds: intervals are wide and approximate.";
        }

        if (!runs.HaveSameData)
        {
            yield return "The runs have different data or vocabularies: bits per byte can be compared, but part of any difference is that of the texts.";
        }
        else if (!runs.ArePaired)
        {
            yield return "The runs of the two architectures were not trained on the same batches in the same order.";
        }

        RunConfig config = runs.NGpt[0].Config;
        if (config.Model.ParameterCount < SmallModel)
        {
            yield return Text($"The models are small ({config.Model.ParameterCount:N0} parameters, {runs.NGpt[0].Last.Tokens:N0} tokens): the paper's have 468 million parameters and more, and its speedups grow with the length of training.");
        }

        (double min, double max) = (runs.All.Min(run => run.Last.Tokens), runs.All.Max(run => run.Last.Tokens));
        if (min != max)
        {
            yield return Text($"The runs have different lengths, {min:N0} to {max:N0} tokens: final losses are compared after {runs.Speedup.FinalTokens:N0} tokens, where the learning rate of the longer runs has not decayed.");
        }

        if (runs.NGpt[0].Config.Precision != runs.Gpt[0].Config.Precision || runs.NGpt[0].Config.Engine != runs.Gpt[0].Config.Engine)
        {
            yield return "The two architectures were trained with different precisions or engines: see precision below.";
        }
    }

    private static IEnumerable<string> Cautions(ComparisonResult result)
    {
        if (result.NGptRuns.Count < result.Plan.Seeds.Count || result.GptRuns.Count < result.Plan.Seeds.Count)
        {
            yield return $"Of {Count(result.Plan.Seeds.Count, "planned seed")} nGPT finished {result.NGptRuns.Count} and GPT {result.GptRuns.Count}{(result.End == ExperimentEnd.TimeLimit ? " within the time limit. The same command resumes the comparison" : "")}.";
        }

        foreach ((Architecture architecture, long seed) in result.Diverged)
        {
            yield return $"{architecture.DisplayName()} diverged with seed {seed}, which is excluded from the means.";
        }

        foreach (RecipeChoice choice in new[] { result.NGptChoice, result.GptChoice }.Where(choice => !choice.IsBracketed))
        {
            yield return $"The best learning rate of {choice.Architecture.DisplayName()} is at the end of the grid: a better one may lie beyond.";
        }

        if (result.GptChoice.Best is Recipe gpt && result.Plan.GptWarmups.Count > 1 && gpt.Warmup == result.Plan.GptWarmups.Max())
        {
            yield return Text($"GPT's best warmup, {gpt.Warmup:0.##%} of the steps, is the longest that was tried: a longer one may be better (--gpt-warmups).");
        }

        if (result.GptChoice.Best is Recipe decaying && result.Plan.GptWeightDecays.Count > 1 && decaying.WeightDecay == result.Plan.GptWeightDecays.Max())
        {
            yield return Text($"GPT's best weight decay, {decaying.WeightDecay:0.####}, is the largest that was tried: a larger one may be better (--gpt-weight-decays).");
        }
    }

    private static ReportTable RunTable(ComparedRuns runs) => new(
        "runs",
        "The compared runs",
        ["architecture", "seed", "final bits per byte", "final loss (nats per token)", "training tokens", "tokens per second", "step time spread", "training time (s)", "run"],
        [.. runs.All.Select(run => (IReadOnlyList<string>)
        [
            Name(run),
            Text($"{run.Config.Training.Seed}"),
            Text($"{run.Last.BitsPerByte:0.0000}"),
            Text($"{run.Last.Loss:0.0000}"),
            Text($"{run.Last.Tokens:N0}"),
            Text($"{1 / run.SecondsPerToken:N0}"),
            double.IsNaN(run.StepTimeSpread) ? "–" : Text($"{run.StepTimeSpread:0%}"),
            Text($"{run.TrainingTime.TotalSeconds:N0}"),
            run.Name,
        ])]);

    private static ReportTable SpeedupTable(ComparedRuns runs)
    {
        bool hasTime = runs.TimeProblem is null;
        List<(SpeedupAtLoss At, string Loss)> rows = [.. runs.Speedup.Levels.Select(level => (level, Text($"{level.Loss:0.####}")))];
        if (runs.Speedup.AtLowest is SpeedupAtLoss lowest)
        {
            rows.Add((lowest, Text($"{lowest.Loss:0.0000} (lowest of both)")));
        }

        return new ReportTable(
            "speedup",
            "GPT over nGPT at equal loss",
            [$"held-out loss ({Unit(runs)})", "nGPT tokens", "GPT tokens", "speedup in tokens", "95% interval", .. hasTime ? ["speedup in time", "95% interval"] : Array.Empty<string>()],
            [.. rows.Select(row => (IReadOnlyList<string>)
            [
                row.Loss, Text($"{row.At.NGptTokens:N0}"), Text($"{row.At.GptTokens:N0}"), .. Cells(row.At.Tokens), .. hasTime ? Cells(row.At.Time) : [],
            ])]);

        static string[] Cells(Estimate ratio) => [Text($"{ratio.Value:0.00}"), Range(ratio, "0.00")];
    }

    private static ReportTable RecipeTable(IReadOnlyList<RecipeChoice> choices) => new(
        "recipes",
        "The recipes that were tried",
        ["architecture", "learning rate", "weight decay", "warmup", "final bits per byte", "chosen"],
        [.. choices.SelectMany(choice => choice.Tried.Select(tried => (IReadOnlyList<string>)
        [
            choice.Architecture.DisplayName(),
            Rate(tried.Recipe.LearningRate),
            Rate(tried.Recipe.WeightDecay),
            Text($"{tried.Recipe.Warmup:0.##%}"),
            tried.Result.Divergence is null ? Text($"{tried.Result.FinalLoss(LossMeasure.BitsPerByte):0.0000}") : "diverged",
            tried.Recipe == choice.Best ? "yes" : "",
        ]))]);

    private static string Name(RecordedRun run) => run.Config.Model.Architecture.DisplayName();

    private static string RecipeOf(RunConfig config) => $"learning rate {Rate(config.Training.LearningRate)}, {Schedule(config.Training)}";

    private static string Interval(Estimate estimate, string format) => $"95% interval {Range(estimate, format)}";

    private static string Range(Estimate estimate, string format) => estimate is { Low: double low, High: double high }
        ? $"{low.ToString(format, CultureInfo.InvariantCulture)} to {high.ToString(format, CultureInfo.InvariantCulture)}"
        : "–";

    private static string Unit(ComparedRuns runs) => runs.Measure == LossMeasure.BitsPerByte ? "bits per byte" : "nats per token";

    private static string Seeds(ComparedRuns runs) => runs.NGpt.Count == runs.Gpt.Count
        ? runs.NGpt.Count == 1 ? "one seed" : $"means of {runs.NGpt.Count} seeds"
        : $"means of {runs.NGpt.Count} and {runs.Gpt.Count} seeds";
}
