using System.Globalization;
using NGpt.Core.Configuration;
using NGpt.Lab.Reports;
using NGpt.Lab.Runs;
using NGpt.Lab.Statistics;

namespace NGpt.Lab.Comparing;

/// <summary>Says what a comparison found, with everything that a reader has to know before believing it.</summary>
public static class ComparisonReport
{
    /// <summary>The report of a comparison that trained its runs.</summary>
    /// <param name="result">What it found; <see cref="ComparisonResult.CanBeReported"/>.</param>
    /// <param name="origin">How it was made.</param>
    /// <returns>The report.</returns>
    public static Report Of(ComparisonResult result, ReportOrigin origin)
    {
        ArgumentNullException.ThrowIfNull(result);
        ComparedRuns runs = new(result.NGptRuns, result.GptRuns, LossMeasure.BitsPerByte);
        RecipeChoice[] choices = [result.NGptChoice, result.GptChoice];
        ReportSection recipes = new(
            "How the learning rates were chosen",
            [
                $"Each architecture was trained with seed {result.Plan.SweepSeed} at every learning rate of its grid, for as many steps as the runs that are compared, and further rates beyond the best one while it lay at an end of the grid. The baseline was then tried with other weight decays and warmups at its best rate; nGPT has neither. The runs that are compared have other seeds.",
            ])
        {
            Tables = [TriedTable(choices)],
            Figures = [ComparisonFigures.LossByRate(choices)],
        };
        return Build(runs, [.. Cautions(runs), .. Cautions(result)], [recipes], origin);
    }

    /// <summary>The report of runs that were trained before.</summary>
    /// <param name="runs">The runs.</param>
    /// <param name="cautions">What else a reader has to know.</param>
    /// <param name="origin">How it was made.</param>
    /// <returns>The report.</returns>
    public static Report Of(ComparedRuns runs, IReadOnlyList<string> cautions, ReportOrigin origin)
    {
        ArgumentNullException.ThrowIfNull(runs);
        ArgumentNullException.ThrowIfNull(cautions);
        return Build(runs, [.. Cautions(runs), "The recipes were not searched for here: whether each architecture has its best one is not known.", .. cautions], [], origin);
    }

    /// <summary>Model, recipe and data of the compared runs, for the origin of a report.</summary>
    /// <param name="runs">The runs.</param>
    /// <returns>Label and value.</returns>
    public static IReadOnlyList<(string Label, string Value)> Configuration(ComparedRuns runs)
    {
        ArgumentNullException.ThrowIfNull(runs);
        (RunConfig nGpt, RunConfig gpt) = (runs.NGpt[0].Config, runs.Gpt[0].Config);
        return
        [
            ("models", $"{Shape(nGpt.Model)}{(Shape(nGpt.Model) == Shape(gpt.Model) ? "" : $"; GPT: {Shape(gpt.Model)}")}"),
            ("parameters", Text($"nGPT {nGpt.Model.ParameterCount:N0}, GPT {gpt.Model.ParameterCount:N0}")),
            ("data", $"{nGpt.Data.Source}, tokenizer {nGpt.Data.Tokenizer}, fingerprint {nGpt.Data.Fingerprint}"),
            ("batches", Text($"{nGpt.Training.BatchSize * nGpt.Training.GradientAccumulation} sequences of {nGpt.Model.ContextLength} tokens, {nGpt.Training.Steps:N0} steps")),
            ("nGPT", Recipe(nGpt.Training)),
            ("GPT", Recipe(gpt.Training)),
            ("precision", $"{nGpt.Precision.Name()} matrix products, float32 weights and moments, {nGpt.Engine.Name()} engine{(gpt.Precision == nGpt.Precision && gpt.Engine == nGpt.Engine ? "" : $"; GPT: {gpt.Precision.Name()}, {gpt.Engine.Name()} engine")}"),
        ];

        static string Shape(ModelConfig model) => Text($"{model.LayerCount} layers, width {model.EmbeddingWidth}, {model.HeadCount} heads, MLP {model.MlpWidth}, context {model.ContextLength}, vocabulary {model.VocabularySize:N0}");

        static string Recipe(TrainingConfig training) => Text(
            $"learning rate {training.LearningRate:0.######} to {training.MinLearningRate:0.######} ({training.Schedule.Name()}), warmup {training.WarmupSteps} steps, weight decay {training.WeightDecay:0.####}, Adam {training.Beta1}, {training.Beta2}, gradient clip {training.GradientClip}");
    }

    private static Report Build(ComparedRuns runs, IReadOnlyList<string> cautions, IReadOnlyList<ReportSection> further, ReportOrigin origin) => new()
    {
        Title = "nGPT and GPT at equal tokens",
        Findings = Findings(runs),
        Cautions = cautions,
        Sections =
        [
            new ReportSection("Loss", [$"Held-out loss in {Unit(runs)}: the same text for both, never trained on."])
            {
                Tables = [RunTable(runs)],
                Figures = [ComparisonFigures.LossByTokens(runs), ComparisonFigures.LossByTime(runs)],
            },
            new ReportSection("Speedup at equal loss",
            [
                $"For every loss that all seeds of both architectures reached: the tokens and the training time after which each mean curve first was there. Intervals hold the true ratio in about {SeedBootstrap.Confidence:0%} of such experiments; they come from drawing the seeds again{(runs.ArePaired ? ", the same ones for both architectures, since equal seeds saw equal batches" : "")}.",
                "Both curves are of runs whose learning rate falls to its end value at the last step. A run planned to be shorter would reach a loss sooner than these do on their way, in either architecture; only the last points of both are free of that.",
            ])
            {
                Tables = [SpeedupTable(runs)],
                Figures = runs.Speedup.Levels.Count > 0 ? [ComparisonFigures.SpeedupByLoss(runs)] : [],
            },
            .. further,
        ],
        Origin = origin,
    };

    private static List<string> Findings(ComparedRuns runs)
    {
        Speedup speedup = runs.Speedup;
        string unit = Unit(runs);
        (double nGpt, double gpt) = speedup.FinalLosses;
        Estimate difference = speedup.FinalDifference;
        List<string> findings =
        [
            Text($"After equal tokens nGPT ended at {nGpt:0.0000} {unit} and GPT at {gpt:0.0000} ({Seeds(runs)}): ")
            + (difference.Includes(0) ? Text($"{(difference.HasInterval ? "no difference that the seeds could tell from none" : "one seed cannot tell whether that is more than chance")} ({Interval(difference, "+0.0000;-0.0000")}).")
                : Text($"nGPT {(difference.Value < 0 ? "lower" : "higher")} by {Math.Abs(difference.Value):0.0000} ({Interval(difference, "+0.0000;-0.0000")}).")),
        ];
        if (speedup.AtLowest is not SpeedupAtLevel lowest)
        {
            findings.Add("The curves have no loss in common, so there is no speedup to state.");
            return findings;
        }

        findings.Add(Text($"At {lowest.Level:0.0000} {unit}, the lowest loss that both reached, {Verdict(lowest.Tokens, "tokens")}."));
        findings.Add(Text($"In time there, {Verdict(lowest.Time, "seconds")}: a token of nGPT took {speedup.StepTimeRatio.Value:0.00} times as long as one of GPT."));
        SpeedupAtLevel[] behind = [.. speedup.Levels.Where(level => level.Tokens.Value < 1)];
        if (behind.Length > 0 && behind.Length < speedup.Levels.Count)
        {
            findings.Add(Text($"On the way nGPT was behind in tokens at {Losses(behind)} {unit}."));
        }

        return findings;

        static string Losses(SpeedupAtLevel[] levels) => levels.Length == 1
            ? Text($"{levels[0].Level:0.###}")
            : Text($"{levels.Length} of the compared losses, from {levels.Max(level => level.Level):0.###} to {levels.Min(level => level.Level):0.###}");
    }

    private static string Verdict(Estimate ratio, string unit)
    {
        string figure = Text($"GPT needed {ratio.Value:0.00} {unit} for each of nGPT's ({Interval(ratio, "0.00")})");
        return !ratio.HasInterval ? $"{figure}; one seed cannot tell whether that is more than chance"
            : ratio.Includes(1) ? $"{figure}: the interval includes 1, so neither is shown to be faster"
            : ratio.Value > 1 ? $"{figure}: nGPT was faster"
            : $"{figure}: nGPT was slower";
    }

    private static IEnumerable<string> Cautions(ComparedRuns runs)
    {
        int seeds = Math.Min(runs.NGpt.Count, runs.Gpt.Count);
        if (seeds == 1)
        {
            yield return "One seed: what differs between seeds cannot be told from what differs between architectures.";
        }
        else if (seeds < 5)
        {
            yield return $"{seeds} seeds: intervals of so few are wide and rough.";
        }

        if (!runs.HaveSameData)
        {
            yield return "The runs were trained or evaluated on different text or with different vocabularies: bits per byte can be held against each other, but a part of any difference is the text's.";
        }
        else if (!runs.ArePaired)
        {
            yield return "The runs of the two architectures did not see the same batches in the same order.";
        }

        RunConfig config = runs.NGpt[0].Config;
        if (config.Model.ParameterCount < 50_000_000)
        {
            yield return Text($"The models are small ({config.Model.ParameterCount:N0} parameters, {runs.NGpt[0].Last.Tokens:N0} tokens): the paper's have 468 million and more, and its factors grow with the length of training.");
        }

        (double min, double max) = (runs.All.Min(run => run.Last.Tokens), runs.All.Max(run => run.Last.Tokens));
        if (min != max)
        {
            yield return Text($"The runs have different lengths, {min:N0} to {max:N0} tokens: the curves are compared where both exist, the final losses at the end of the shorter.");
        }

        if (runs.NGpt[0].Config.Precision != runs.Gpt[0].Config.Precision || runs.NGpt[0].Config.Engine != runs.Gpt[0].Config.Engine)
        {
            yield return "The two architectures were not computed in the same way: see precision below.";
        }
    }

    private static IEnumerable<string> Cautions(ComparisonResult result)
    {
        if (result.NGptRuns.Count < result.Plan.Seeds.Count || result.GptRuns.Count < result.Plan.Seeds.Count)
        {
            yield return $"Of {result.Plan.Seeds.Count} planned seeds nGPT finished {result.NGptRuns.Count} and GPT {result.GptRuns.Count}{(result.End == SequenceEnd.OutOfTime ? ": the time was over. The same command goes on" : "")}.";
        }

        foreach (string name in result.Diverged)
        {
            yield return $"{name} diverged and is not among the means.";
        }

        foreach (RecipeChoice choice in new[] { result.NGptChoice, result.GptChoice }.Where(choice => !choice.IsBracketed))
        {
            yield return $"The best learning rate of {choice.Architecture.DisplayName()} lies at the end of the rates that were tried: a better one may lie beyond.";
        }

        if (result.GptChoice.Best is Recipe gpt && result.Plan.GptWarmups.Count > 1 && gpt.Warmup == result.Plan.GptWarmups.Max())
        {
            yield return Text($"GPT's best warmup, {gpt.Warmup:0.##%} of the steps, is the longest that was tried: a longer one may be better still (--gpt-warmups).");
        }

        if (result.GptChoice.Best is Recipe decaying && result.Plan.GptWeightDecays.Count > 1 && decaying.WeightDecay == result.Plan.GptWeightDecays.Max())
        {
            yield return Text($"GPT's best weight decay, {decaying.WeightDecay:0.####}, is the largest that was tried: a larger one may be better still (--gpt-weight-decays).");
        }
    }

    private static ReportTable RunTable(ComparedRuns runs) => new(
        "runs",
        "The runs that are compared",
        ["run", "seed", "learning rate", "final bits per byte", "final loss (nats a token)", "tokens a second", "training time (s)"],
        [.. runs.All.Select(run => (IReadOnlyList<string>)
        [
            run.Name,
            Text($"{run.Config.Training.Seed}"),
            Text($"{run.Config.Training.LearningRate:0.######}"),
            Text($"{run.Last.BitsPerByte:0.0000}"),
            Text($"{run.Last.Loss:0.0000}"),
            Text($"{1 / run.SecondsPerToken:N0}"),
            Text($"{run.TrainingTime.TotalSeconds:N0}"),
        ])]);

    private static ReportTable SpeedupTable(ComparedRuns runs) => new(
        "speedup",
        "GPT over nGPT at equal loss",
        [$"held-out loss ({Unit(runs)})", "nGPT tokens", "GPT tokens", "speedup in tokens", "95% interval", "speedup in time", "95% interval"],
        [.. runs.Speedup.Levels.Select(level => Row(level, "0.####")),
         .. runs.Speedup.AtLowest is SpeedupAtLevel lowest ? [Row(lowest, "0.0000 '(lowest of both)'")] : Array.Empty<IReadOnlyList<string>>()]);

    private static IReadOnlyList<string> Row(SpeedupAtLevel level, string format) =>
    [
        level.Level.ToString(format, CultureInfo.InvariantCulture),
        Text($"{level.NGptTokens:N0}"),
        Text($"{level.GptTokens:N0}"),
        Text($"{level.Tokens.Value:0.00}"),
        Range(level.Tokens, "0.00"),
        Text($"{level.Time.Value:0.00}"),
        Range(level.Time, "0.00"),
    ];

    private static ReportTable TriedTable(IReadOnlyList<RecipeChoice> choices) => new(
        "recipes",
        "What was tried",
        ["architecture", "learning rate", "weight decay", "warmup", "final bits per byte", "chosen"],
        [.. choices.SelectMany(choice => choice.Tried.Select(tried => (IReadOnlyList<string>)
        [
            choice.Architecture.DisplayName(),
            Text($"{tried.Recipe.LearningRate:0.######}"),
            Text($"{tried.Recipe.WeightDecay:0.####}"),
            Text($"{tried.Recipe.Warmup:0.##%}"),
            tried.Result.Divergence is null ? Text($"{tried.Result.FinalLoss(LossMeasure.BitsPerByte):0.0000}") : "diverged",
            tried.Recipe == choice.Best ? "yes" : "",
        ]))]);

    private static string Interval(Estimate estimate, string format) => estimate.HasInterval ? $"95% interval {Range(estimate, format)}" : "no interval from one seed";

    private static string Range(Estimate estimate, string format) => estimate.HasInterval
        ? $"{estimate.Low!.Value.ToString(format, CultureInfo.InvariantCulture)} to {estimate.High!.Value.ToString(format, CultureInfo.InvariantCulture)}"
        : "–";

    private static string Unit(ComparedRuns runs) => runs.Measure == LossMeasure.BitsPerByte ? "bits per byte" : "nats a token";

    private static string Seeds(ComparedRuns runs) => runs.NGpt.Count == runs.Gpt.Count
        ? runs.NGpt.Count == 1 ? "one seed" : $"means of {runs.NGpt.Count} seeds"
        : $"means of {runs.NGpt.Count} and {runs.Gpt.Count} seeds";

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
