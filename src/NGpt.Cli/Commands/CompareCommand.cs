using System.CommandLine;
using NGpt.Cli.Display;
using NGpt.Core.Configuration;
using NGpt.Core.Errors;
using NGpt.Lab.Comparing;
using NGpt.Lab.Reports;
using NGpt.Lab.Runs;

namespace NGpt.Cli.Commands;

/// <summary>
/// <c>ngpt compare</c>: nGPT and the GPT baseline on the same tokens, each with its own best recipe, over several seeds;
/// or runs that were trained before.
/// </summary>
internal sealed class CompareCommand : ExperimentCommand<ComparisonOptions>
{
    private const string BitsPerByte = "bits-per-byte";
    private const string Nats = "nats";

    // Settings that the comparison chooses, and those of a single run.
    private static readonly Setting[] NotOffered =
    [
        ModelConfig.ArchitectureSetting, TrainingConfig.LearningRateSetting, TrainingConfig.WeightDecaySetting, TrainingConfig.WarmupStepsSetting, TrainingConfig.DecayStepsSetting,
        TrainingConfig.CheckpointIntervalSetting, TrainingConfig.KeepCheckpointsSetting, RunOptions.OutSetting, TrainingConfig.SampleTokensSetting,
        TrainingConfig.ParametrizationSetting, .. ExperimentOptions.SingleRunSettings, .. SettingCatalog.Base,
    ];

    private readonly Argument<string[]> _runs = new("RUN") { Description = "Folders of finished runs to compare; none to train them", Arity = ArgumentArity.ZeroOrMore };
    private readonly Option<bool> _paper = new("--paper") { Description = $"The paper's settings: {ComparisonPreset.Paper.Description}" };
    private readonly Option<string?> _nGptRates = Text("--ngpt-rates", "RATE,...", "Learning rates of nGPT; further ones are tried while the best is at an end");
    private readonly Option<string?> _gptRates = Text("--gpt-rates", "RATE,...", "Learning rates of GPT; further ones are tried while the best is at an end");
    private readonly Option<string?> _gptWeightDecays = Text("--gpt-weight-decays", "X,...", "Weight decays of GPT: the first with every rate, the others with the best; default 0.1,0,0.3, with --quick 0.1");
    private readonly Option<string?> _gptWarmups = Text("--gpt-warmups", "SHARE,...", "Warmups of GPT as shares of all steps: the first with every rate, the others with the best; default 5%,15%, with --quick 5%");
    private readonly Option<string?> _measure = Text("--measure", $"{BitsPerByte}|{Nats}", "Unit of the losses of given runs; default bits-per-byte");

    /// <summary>Creates the command.</summary>
    public CompareCommand()
        : base(
            "compare",
            "Compare nGPT with the GPT baseline at equal tokens, each with its own best recipe, over several seeds.",
            new ExperimentHelp(
                "comparison",
                ComparisonPreset.Quick.Description,
                "10m",
                "Seeds that are compared, besides the one that recipes are chosen with; default 3",
                "Size of both models",
                "small, with --quick nano, with --paper 0.5b",
                "compare/quick, compare/standard or compare/paper"),
            NotOffered)
    {
        Add(_runs);
        AddOptions(
            [Quick, _paper, Budget, Seeds, _nGptRates, _gptRates, _gptWeightDecays, _gptWarmups, Preset, Config, Out, _measure, Json],
            "ngpt compare [RUN...] [options]",
            [
                "ngpt compare --quick",
                "ngpt compare --data my-texts --tokenizer bpe --budget 30m --out compare/my-texts",
                "ngpt compare runs/small-ngpt runs/small-gpt",
            ],
            ComparisonPreset.All.Select(preset => (preset.Name, preset.Description)));
        SetAction(Run);
    }

    protected override ExperimentOutcome Run(ComparisonOptions options, IExperimentObserver observer, ParseResult result, CancellationToken stop)
    {
        ComparisonResult comparison = Comparison.Run(options, observer, stop);
        NGptException nothing = new("no recipe of one of the architectures converged: there is nothing to compare", "give lower --ngpt-rates or --gpt-rates, and another --out");
        if (!comparison.CanBeReported)
        {
            return new ExperimentOutcome(comparison.End, null, (_, _) => "", nothing);
        }

        ComparedRuns compared = new(comparison.NGptRuns, comparison.GptRuns, LossMeasure.BitsPerByte);
        Report report = ComparisonReport.Of(comparison, Origin(result, compared, comparison.TrainingTime, [comparison.Plan.SweepSeed, .. comparison.Plan.Seeds]));
        return new ExperimentOutcome(comparison.End, report, (page, exitCode) => ComparisonJson.Write(report, compared, page, exitCode), nothing);
    }

    private int Run(ParseResult result)
    {
        string[] runs = result.GetValue(_runs) ?? [];
        if (runs.Length > 0)
        {
            return CompareRuns(result, runs);
        }

        WarnUnused(result, [_measure], "it is for given runs");
        return Train(result, Read(result));
    }

    private int CompareRuns(ParseResult result, string[] runs)
    {
        WarnUnused(result, [Quick, _paper, Budget, Seeds, _nGptRates, _gptRates, _gptWeightDecays, _gptWarmups, Preset, Config, .. Settings], "the given runs are not trained");
        LossMeasure measure = result.GetValue(_measure) switch
        {
            null or BitsPerByte => LossMeasure.BitsPerByte,
            Nats => LossMeasure.NatsPerToken,
            string other => throw new UsageException($"--measure {other} is neither {BitsPerByte} nor {Nats}"),
        };
        List<string> skipped = [];
        ComparedRuns compared = ComparedRuns.Read(runs, measure, message =>
        {
            skipped.Add(message);
            result.InvocationConfiguration.Error.WriteLine($"warning: {message}");
        });
        TimeSpan elapsed = TimeSpan.FromSeconds(compared.All.Sum(run => run.TrainingTime.TotalSeconds));
        Report report = ComparisonReport.Of(compared, skipped, Origin(result, compared, elapsed, [.. compared.All.Select(run => run.Config.Training.Seed).Distinct().Order()]));
        string folder = result.GetValue(Out) ?? Path.Combine("compare", "runs");
        Show(result, report, folder, ExitCode.Done, (page, exitCode) => ComparisonJson.Write(report, compared, page, exitCode));
        return ExitCode.Done;
    }

    private ComparisonOptions Read(ParseResult result)
    {
        bool quick = result.GetValue(Quick);
        bool paper = result.GetValue(_paper);
        if (quick && paper)
        {
            throw new UsageException("--quick and --paper exclude each other");
        }

        ComparisonPreset preset = quick ? ComparisonPreset.Quick : paper ? ComparisonPreset.Paper : ComparisonPreset.Standard;
        return ReadCommon(
            new ComparisonOptions
            {
                Preset = preset,
                NGptRates = NumberList.Read(_nGptRates.Name, result.GetValue(_nGptRates)),
                GptRates = NumberList.Read(_gptRates.Name, result.GetValue(_gptRates)),
                GptWeightDecays = NumberList.Read(_gptWeightDecays.Name, result.GetValue(_gptWeightDecays)),
                GptWarmups = NumberList.Read(_gptWarmups.Name, result.GetValue(_gptWarmups)),
                Folder = result.GetValue(Out) ?? Path.Combine("compare", preset.Name),
            },
            result);
    }

    private static void WarnUnused(ParseResult result, IEnumerable<Option> options, string reason)
    {
        foreach (Option option in options.Where(option => result.GetResult(option) is { Implicit: false }))
        {
            result.InvocationConfiguration.Error.WriteLine($"warning: {option.Name} has no effect: {reason}");
        }
    }

    private static ReportOrigin Origin(ParseResult result, ComparedRuns compared, TimeSpan elapsed, IReadOnlyList<long> seeds) =>
        ReportOrigin.Now(CommandText.Of(result), elapsed, seeds, ComparisonReport.Configuration(compared));
}
