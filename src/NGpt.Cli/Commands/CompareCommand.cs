using System.CommandLine;
using System.CommandLine.Help;
using NGpt.Cli.Display;
using NGpt.Core.Configuration;
using NGpt.Core.Errors;
using NGpt.Lab.Comparing;
using NGpt.Lab.Reports;
using NGpt.Lab.Runs;

namespace NGpt.Cli.Commands;

/// <summary>
/// <c>ngpt compare</c>: nGPT and the GPT baseline on the same tokens, each with its own best recipe, over several seeds;
/// or runs that were trained before. The findings go to standard output, progress to standard error.
/// </summary>
internal sealed class CompareCommand : Command
{
    private const string BitsPerByte = "bits-per-byte";
    private const string Nats = "nats";

    // What a comparison decides itself, and what belongs to a single run.
    private static readonly Setting[] NotOffered =
    [
        SettingCatalog.Architecture, SettingCatalog.LearningRate, SettingCatalog.WeightDecay, SettingCatalog.WarmupSteps, SettingCatalog.DecaySteps,
        SettingCatalog.CheckpointInterval, SettingCatalog.KeepCheckpoints, SettingCatalog.Out, SettingCatalog.InitFrom, SettingCatalog.Resume,
        SettingCatalog.EvalOnly, SettingCatalog.ExplainMemory, SettingCatalog.TimeLimit, SettingCatalog.SampleTokens,
        SettingCatalog.Parametrization, .. SettingCatalog.Base,
    ];

    private readonly Argument<string[]> _runs = new("RUN") { Description = "Folders of finished runs to compare; none to train them", Arity = ArgumentArity.ZeroOrMore };
    private readonly Option<bool> _quick = new("--quick") { Description = $"Small models: {ComparisonPreset.Quick.Description}" };
    private readonly Option<bool> _paper = new("--paper") { Description = $"The paper's settings: {ComparisonPreset.Paper.Description}" };
    private readonly Option<string?> _budget = Text("--budget", "TIME", "Time of the whole comparison: seconds, or 90s, 30m, 1h; default 10m with --quick, else 1h where --steps is not given");
    private readonly Option<string?> _seeds = Text("--seeds", "N", "Seeds that are compared, besides the one that recipes are chosen with; default 3");
    private readonly Option<string?> _nGptRates = Text("--ngpt-rates", "RATE,...", "Learning rates of nGPT that are tried; further ones follow while the best lies at an end");
    private readonly Option<string?> _gptRates = Text("--gpt-rates", "RATE,...", "Learning rates of GPT that are tried");
    private readonly Option<string?> _gptWeightDecays = Text("--gpt-weight-decays", "X,...", "Weight decays of GPT: the first with every rate, the others with the best; default 0.1,0,0.3, with --quick 0.1");
    private readonly Option<string?> _gptWarmups = Text("--gpt-warmups", "SHARE,...", "Warmups of GPT as shares of all steps, likewise; default 5%,15%, with --quick 5%");
    private readonly Option<string?> _preset = Text("--preset", "NAME", $"Size of both models: {string.Join(", ", Presets.All.Select(preset => preset.Name))}; default small, with --quick nano, with --paper 0.5b");
    private readonly Option<string?> _config = Text("--config", "FILE", "TOML file of settings; options win over it");
    private readonly Option<string?> _out = Text("--out", "FOLDER", "Folder of the comparison; the same one goes on where it ended; default compare/quick, compare/standard or compare/paper");
    private readonly Option<string?> _measure = Text("--measure", $"{BitsPerByte}|{Nats}", "In what the losses of given runs are compared; default bits-per-byte");
    private readonly Option<bool> _json = new("--json") { Description = "Print the outcome as one line of JSON on standard output; everything else goes to standard error" };
    private readonly IReadOnlyList<SettingOption> _settings = [.. SettingCatalog.All.Except(NotOffered).Select(setting => new SettingOption(setting))];

    /// <summary>Creates the command.</summary>
    public CompareCommand()
        : base("compare", "Compare nGPT with the GPT baseline at equal tokens, each with its own best recipe, over several seeds.")
    {
        Add(_runs);
        foreach (Option option in (IEnumerable<Option>)[_quick, _paper, _budget, _seeds, _nGptRates, _gptRates, _gptWeightDecays, _gptWarmups, _preset, _config, _out, _measure, _json, .. _settings])
        {
            Add(option);
        }

        Add(new HelpOption
        {
            Action = new SettingsHelp(
                "ngpt compare [RUN...] [options]",
                [
                    "ngpt compare --quick",
                    "ngpt compare --data my-texts --tokenizer bpe --budget 30m --out compare/my-texts",
                    "ngpt compare runs/small-ngpt runs/small-gpt",
                ],
                "Spending",
                [.. ComparisonPreset.All.Select(preset => (preset.Name, preset.Description))]),
        });
        SetAction(Run);
    }

    private int Run(ParseResult result)
    {
        string[] runs = result.GetValue(_runs) ?? [];
        TextWriter output = result.InvocationConfiguration.Output;
        TextWriter error = result.InvocationConfiguration.Error;
        bool json = result.GetValue(_json);
        if (runs.Length > 0)
        {
            return CompareRuns(result, runs, json ? error : output, json ? output : null);
        }

        ComparisonOptions options = Read(result);
        using StopSignal stop = new();
        ComparisonResult comparison;
        try
        {
            comparison = ExperimentDisplays.Watch(error, observer => Comparison.Run(options, observer, stop.Token));
        }
        catch (OperationCanceledException) when (stop.Token.IsCancellationRequested)
        {
            error.WriteLine("ngpt: stopped before anything was trained");
            return stop.ExitCode;
        }

        int exitCode = ExperimentEnd.ExitCodeOf(comparison.End, stop);
        if (!comparison.CanBeReported)
        {
            return exitCode != ExitCode.Done
                ? ExperimentEnd.Tell(error, options.Folder, exitCode)
                : throw new NGptException("no recipe of one of the architectures converged: there is nothing to compare", "give lower --ngpt-rates or --gpt-rates, and another --out");
        }

        ComparedRuns compared = new(comparison.NGptRuns, comparison.GptRuns, LossMeasure.BitsPerByte);
        Report report = ComparisonReport.Of(comparison, Origin(result, compared, comparison.TrainingTime, [comparison.Plan.SweepSeed, .. comparison.Plan.Seeds]));
        Show(report, compared, options.Folder, json ? error : output, json ? output : null, exitCode);
        return ExperimentEnd.Tell(error, options.Folder, exitCode);
    }

    private int CompareRuns(ParseResult result, string[] runs, TextWriter output, TextWriter? json)
    {
        TextWriter error = result.InvocationConfiguration.Error;
        Option[] unused = [_quick, _paper, _budget, _seeds, _nGptRates, _gptRates, _gptWeightDecays, _gptWarmups, _preset, _config, .. _settings];
        foreach (Option option in unused.Where(option => result.GetResult(option) is { Implicit: false }))
        {
            error.WriteLine($"warning: {option.Name} has no effect: the runs are there already");
        }

        LossMeasure measure = result.GetValue(_measure) switch
        {
            null or BitsPerByte => LossMeasure.BitsPerByte,
            Nats => LossMeasure.NatsPerToken,
            string other => throw new UsageException($"--measure {other} is neither {BitsPerByte} nor {Nats}"),
        };
        List<string> leftOut = [];
        ComparedRuns compared = ComparedRuns.Read(runs, measure, message =>
        {
            leftOut.Add(message);
            error.WriteLine($"warning: {message}");
        });
        TimeSpan elapsed = TimeSpan.FromSeconds(compared.All.Sum(run => run.TrainingTime.TotalSeconds));
        Report report = ComparisonReport.Of(compared, leftOut, Origin(result, compared, elapsed, [.. compared.All.Select(run => run.Config.Training.Seed).Distinct().Order()]));
        Show(report, compared, result.GetValue(_out) ?? Path.Combine("compare", "runs"), output, json, ExitCode.Done);
        return ExitCode.Done;
    }

    private ComparisonOptions Read(ParseResult result)
    {
        bool quick = result.GetValue(_quick);
        bool paper = result.GetValue(_paper);
        if (quick && paper)
        {
            throw new UsageException("--quick and --paper exclude each other");
        }

        ComparisonPreset preset = quick ? ComparisonPreset.Quick : paper ? ComparisonPreset.Paper : ComparisonPreset.Standard;
        ExperimentSettings settings = ExperimentSettings.Read(_settings, result);
        return new ComparisonOptions
        {
            Preset = preset,
            Training = result.GetValue(_preset) is string size ? Presets.Named(size) : null,
            Steps = settings.Steps,
            EvalInterval = settings.EvalInterval,
            Seed = settings.Seed,
            Settings = settings.Others,
            ConfigPath = result.GetValue(_config),
            NGptRates = NumberList.Read(_nGptRates.Name, result.GetValue(_nGptRates)),
            GptRates = NumberList.Read(_gptRates.Name, result.GetValue(_gptRates)),
            GptWeightDecays = NumberList.Read(_gptWeightDecays.Name, result.GetValue(_gptWeightDecays)),
            GptWarmups = NumberList.Read(_gptWarmups.Name, result.GetValue(_gptWarmups)),
            Seeds = result.GetValue(_seeds) is string seeds ? SettingText.Read(SettingCatalog.Layers, _seeds.Name, seeds) : null,
            Budget = result.GetValue(_budget) is string budget ? SettingText.Read(SettingCatalog.TimeLimit, _budget.Name, budget) : null,
            Folder = result.GetValue(_out) ?? Path.Combine("compare", preset.Name),
        };
    }

    private static void Show(Report report, ComparedRuns compared, string folder, TextWriter output, TextWriter? json, int exitCode)
    {
        string page = ReportWriter.Write(report, Path.Combine(folder, "report"))[0];
        ReportText.Write(output, report, page);
        json?.WriteLine(ComparisonJson.Write(report, compared, page, exitCode));
    }

    private static ReportOrigin Origin(ParseResult result, ComparedRuns compared, TimeSpan elapsed, IReadOnlyList<long> seeds) =>
        ReportOrigins.Now(CommandText.Of(result), elapsed, seeds, ComparisonReport.Configuration(compared));

    private static Option<string?> Text(string name, string value, string description) => new(name) { Description = description, HelpName = value };
}
