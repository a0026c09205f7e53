using System.CommandLine;
using System.CommandLine.Help;
using NGpt.Cli.Display;
using NGpt.Core.Configuration;
using NGpt.Core.Errors;
using NGpt.Lab.Reports;
using NGpt.Lab.Runs;

namespace NGpt.Cli.Commands;

/// <summary>
/// A command that trains the runs of an experiment and reports them. The findings go to standard output, progress to
/// standard error.
/// </summary>
internal abstract class ExperimentCommand<TOptions> : Command
    where TOptions : ExperimentOptions
{
    protected ExperimentCommand(string name, string description, ExperimentHelp help, IEnumerable<Setting> notOffered)
        : base(name, description)
    {
        Quick = new Option<bool>("--quick") { Description = $"Small models: {help.Quick}" };
        Budget = Text("--budget", "TIME", $"Time limit of the whole {help.Noun}: seconds, or 90s, 30m, 1h; default {help.QuickBudget} with --quick, else 1h unless --steps is given");
        Seeds = Text("--seeds", "N", help.Seeds);
        Preset = Text("--preset", "NAME", $"{help.Model}: {string.Join(", ", Presets.All.Select(preset => preset.Name))}; default {help.Presets}");
        Out = Text("--out", "FOLDER", $"Folder of the {help.Noun}; an unfinished {help.Noun} there is resumed; default {help.Folders}");
        Settings = [.. SettingCatalog.All.Except(notOffered).Select(setting => new SettingOption(setting))];
    }

    protected Option<bool> Quick { get; }

    protected Option<string?> Budget { get; }

    protected Option<string?> Seeds { get; }

    protected Option<string?> Preset { get; }

    protected Option<string?> Config { get; } = Text("--config", "FILE", "TOML file of settings, which options override");

    protected Option<string?> Out { get; }

    protected Option<bool> Json { get; } = new("--json") { Description = "Print the result as one line of JSON on standard output; everything else goes to standard error" };

    protected IReadOnlyList<SettingOption> Settings { get; }

    protected static Option<string?> Text(string name, string value, string description) => new(name) { Description = description, HelpName = value };

    protected void AddOptions(IEnumerable<Option> options, string usage, IReadOnlyList<string> examples, IEnumerable<(string Name, string Description)> presets)
    {
        foreach (Option option in options.Concat(Settings))
        {
            Add(option);
        }

        Add(new HelpOption { Action = new SettingsHelp(usage, examples, "Budget", [.. presets]) });
    }

    /// <summary>Adds the options that all experiments have to those of one.</summary>
    protected TOptions ReadCommon(TOptions options, ParseResult result)
    {
        List<(string Name, string Value)> others = [];
        (int? steps, int? evalInterval, long? seed) = (null, null, null);
        foreach (SettingOption option in Settings)
        {
            if (option.Given(result) is not (string name, string value))
            {
                continue;
            }

            if (option.Setting == TrainingConfig.StepsSetting)
            {
                steps = SettingText.Read(TrainingConfig.StepsSetting, $"--{name}", value);
            }
            else if (option.Setting == TrainingConfig.EvalIntervalSetting)
            {
                evalInterval = SettingText.Read(TrainingConfig.EvalIntervalSetting, $"--{name}", value);
            }
            else if (option.Setting == TrainingConfig.SeedSetting)
            {
                seed = SettingText.Read(TrainingConfig.SeedSetting, $"--{name}", value);
            }
            else
            {
                others.Add((option.Setting.Name, value));
            }
        }

        return (TOptions)((ExperimentOptions)options with
        {
            Training = result.GetValue(Preset) is string size ? Presets.Named(size) : null,
            Steps = steps,
            EvalInterval = evalInterval,
            Seed = seed,
            Seeds = result.GetValue(Seeds) is string seeds ? SettingText.Read(ModelConfig.LayersSetting, Seeds.Name, seeds) : null,
            Settings = others,
            ConfigPath = result.GetValue(Config),
            Budget = result.GetValue(Budget) is string budget ? SettingText.Read(RunOptions.TimeLimitSetting, Budget.Name, budget) : null,
        });
    }

    /// <summary>Trains the runs and shows the report.</summary>
    protected int Train(ParseResult result, TOptions options)
    {
        TextWriter error = result.InvocationConfiguration.Error;
        using StopSignal stop = new();
        ExperimentOutcome outcome;
        try
        {
            outcome = ExperimentDisplay.Watch(error, observer => Run(options, observer, result, stop.Token));
        }
        catch (OperationCanceledException) when (stop.Token.IsCancellationRequested)
        {
            error.WriteLine("ngpt: stopped before the first run");
            return stop.ExitCode;
        }

        int exitCode = outcome.End switch
        {
            ExperimentEnd.Stopped => stop.ExitCode,
            ExperimentEnd.TimeLimit => ExitCode.TimeLimit,
            _ => ExitCode.Done,
        };
        if (outcome.Report is Report report)
        {
            Show(result, report, options.Folder, exitCode, outcome.Json);
        }
        else if (exitCode == ExitCode.Done)
        {
            throw outcome.NothingToReport;
        }

        if (exitCode != ExitCode.Done)
        {
            error.WriteLine($"ngpt: {(exitCode == ExitCode.TimeLimit ? "time limit reached" : "stopped")} before all runs were trained: the same command resumes {options.Folder}");
        }

        return exitCode;
    }

    /// <summary>Writes the report and shows its short form, with <c>--json</c> on standard error.</summary>
    protected void Show(ParseResult result, Report report, string folder, int exitCode, Func<string, int, string> json)
    {
        string page = ReportWriter.Write(report, Path.Combine(folder, "report"))[0];
        bool hasJson = result.GetValue(Json);
        ReportText.Write(hasJson ? result.InvocationConfiguration.Error : result.InvocationConfiguration.Output, report, page);
        if (hasJson)
        {
            result.InvocationConfiguration.Output.WriteLine(json(page, exitCode));
        }
    }

    protected abstract ExperimentOutcome Run(TOptions options, IExperimentObserver observer, ParseResult result, CancellationToken stop);
}

/// <summary>The parts of the help that differ between experiments.</summary>
internal sealed record ExperimentHelp(string Noun, string Quick, string QuickBudget, string Seeds, string Model, string Presets, string Folders);

/// <summary>What a command shows of an experiment.</summary>
/// <param name="End">Why it stopped before all runs were trained, if it did.</param>
/// <param name="Report">The report; null where there are too few runs.</param>
/// <param name="Json">The line of <c>--json</c>, from the path of the page and the exit code.</param>
/// <param name="NothingToReport">The failure of a complete experiment without a report.</param>
internal sealed record ExperimentOutcome(ExperimentEnd End, Report? Report, Func<string, int, string> Json, NGptException NothingToReport);
