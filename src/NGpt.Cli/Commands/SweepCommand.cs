using System.CommandLine;
using System.CommandLine.Help;
using NGpt.Cli.Display;
using NGpt.Core.Configuration;
using NGpt.Core.Errors;
using NGpt.Lab.Reports;
using NGpt.Lab.Sweeping;

namespace NGpt.Cli.Commands;

/// <summary>
/// <c>ngpt sweep</c>: whether the best learning rate of a small base model is that of larger ones too, as published and
/// with νGPT. The findings go to standard output, progress to standard error.
/// </summary>
internal sealed class SweepCommand : Command
{
    private readonly Option<string?> _axis = Text("--axis", string.Join('|', SweepAxes.All.Select(axis => axis.Name())), "What of the base model is multiplied: width (with its heads and MLP), depth (layers) or tokens (steps); default width");
    private readonly Option<string?> _multiples = Text("--multiples", "N,...", "Multiples of the base model, 1 among them; default 1,2,4, with --quick 1,2");
    private readonly Option<string?> _rates = Text("--rates", "RATE,...", "Base learning rates that are tried at every size; default five, a factor of 2 apart, around the preset's, with --quick from 0.01 to 0.16");
    private readonly Option<string?> _seeds = Text("--seeds", "N", "Seeds; default 1");
    private readonly Option<bool> _quick = new("--quick") { Description = $"Small models: {SweepPreset.Quick.Description}" };
    private readonly Option<string?> _budget = Text("--budget", "TIME", "Time of the whole sweep: seconds, or 90s, 30m, 1h; default 5m with --quick, else 1h where --steps is not given");
    private readonly Option<string?> _preset = Text("--preset", "NAME", $"Size of the base model: {string.Join(", ", Presets.All.Select(preset => preset.Name))}; default small at half its width, with --quick nano");
    private readonly Option<string?> _config = Text("--config", "FILE", "TOML file of settings; options win over it");
    private readonly Option<string?> _out = Text("--out", "FOLDER", "Folder of the sweep; the same one goes on where it ended; default sweep/quick-AXIS or sweep/standard-AXIS");
    private readonly Option<bool> _json = new("--json") { Description = "Print the outcome as one line of JSON on standard output; everything else goes to standard error" };
    private readonly IReadOnlyList<SettingOption> _settings = [.. SettingCatalog.All.Except(SweepPlan.NotOffered).Select(setting => new SettingOption(setting))];

    /// <summary>Creates the command.</summary>
    public SweepCommand()
        : base("sweep", "Show whether the best learning rate transfers from a small base model to larger ones, as published and with νGPT.")
    {
        foreach (Option option in (IEnumerable<Option>)[_axis, _multiples, _rates, _seeds, _quick, _budget, _preset, _config, _out, _json, .. _settings])
        {
            Add(option);
        }

        Add(new HelpOption
        {
            Action = new SettingsHelp(
                "ngpt sweep [options]",
                [
                    "ngpt sweep --quick",
                    "ngpt sweep --axis depth --budget 30m",
                    "ngpt sweep --axis width --embedding-width 96 --heads 3 --multiples 1,2,3 --seeds 3",
                ],
                "Spending",
                [.. SweepPreset.All.Select(preset => (preset.Name, preset.Description))]),
        });
        SetAction(Run);
    }

    private int Run(ParseResult result)
    {
        TextWriter output = result.InvocationConfiguration.Output;
        TextWriter error = result.InvocationConfiguration.Error;
        bool json = result.GetValue(_json);
        SweepOptions options = Read(result);
        using StopSignal stop = new();
        SweepResult sweep;
        try
        {
            sweep = ExperimentDisplays.Watch(error, observer => Sweep.Run(options, observer, stop.Token));
        }
        catch (OperationCanceledException) when (stop.Token.IsCancellationRequested)
        {
            error.WriteLine("ngpt: stopped before anything was trained");
            return stop.ExitCode;
        }

        int exitCode = ExperimentEnd.ExitCodeOf(sweep.End, stop);
        if (!sweep.CanBeReported)
        {
            return exitCode != ExitCode.Done
                ? ExperimentEnd.Tell(error, options.Folder, exitCode)
                : throw new NGptException("no run converged: there is nothing to report", "give lower --rates, and another --out");
        }

        Report report = SweepReport.Of(sweep, ReportOrigins.Now(CommandText.Of(result), sweep.TrainingTime, sweep.Plan.Seeds, SweepReport.Configuration(sweep)));
        string page = ReportWriter.Write(report, Path.Combine(options.Folder, "report"))[0];
        ReportText.Write(json ? error : output, report, page);
        if (json)
        {
            output.WriteLine(SweepJson.Write(report, sweep, page, exitCode));
        }

        return ExperimentEnd.Tell(error, options.Folder, exitCode);
    }

    private SweepOptions Read(ParseResult result)
    {
        SweepPreset preset = result.GetValue(_quick) ? SweepPreset.Quick : SweepPreset.Standard;
        SweepAxis axis = result.GetValue(_axis) is string word ? SweepAxes.Named(word) : SweepAxis.Width;
        ExperimentSettings settings = ExperimentSettings.Read(_settings, result);
        return new SweepOptions
        {
            Preset = preset,
            Axis = axis,
            Training = result.GetValue(_preset) is string size ? Presets.Named(size) : null,
            Multiples = result.GetValue(_multiples) is string multiples
                ? [.. multiples.Split(',', StringSplitOptions.TrimEntries).Select(part => SettingText.Read(SettingCatalog.Layers, _multiples.Name, part))]
                : null,
            Rates = NumberList.Read(_rates.Name, result.GetValue(_rates)),
            Steps = settings.Steps,
            EvalInterval = settings.EvalInterval,
            Seeds = result.GetValue(_seeds) is string seeds ? SettingText.Read(SettingCatalog.Layers, _seeds.Name, seeds) : null,
            Seed = settings.Seed,
            Settings = settings.Others,
            ConfigPath = result.GetValue(_config),
            Budget = result.GetValue(_budget) is string budget ? SettingText.Read(SettingCatalog.TimeLimit, _budget.Name, budget) : null,
            Folder = result.GetValue(_out) ?? Path.Combine("sweep", $"{preset.Name}-{axis.Name()}"),
        };
    }

    private static Option<string?> Text(string name, string value, string description) => new(name) { Description = description, HelpName = value };
}
