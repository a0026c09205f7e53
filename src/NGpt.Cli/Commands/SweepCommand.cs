using System.CommandLine;
using NGpt.Cli.Display;
using NGpt.Core.Configuration;
using NGpt.Core.Errors;
using NGpt.Lab.Reports;
using NGpt.Lab.Runs;
using NGpt.Lab.Sweeping;

namespace NGpt.Cli.Commands;

/// <summary>
/// <c>ngpt sweep</c>: whether the best learning rate of a small base model is that of larger ones too, as published and
/// with νGPT.
/// </summary>
internal sealed class SweepCommand : ExperimentCommand<SweepOptions>
{
    private readonly Option<string?> _axis = Text("--axis", string.Join('|', SweepAxes.All.Select(axis => axis.Name())), "What is multiplied: width (with heads and MLP), depth (layers) or tokens (steps); default width");
    private readonly Option<string?> _multiples = Text("--multiples", "N,...", "Multiples of the base model, including 1; default 1,2,4, with --quick 1,2");
    private readonly Option<string?> _rates = Text("--rates", "RATE,...", "Base learning rates at every size; default five, a factor of 2 apart, around the preset's, with --quick from 0.01 to 0.16");

    /// <summary>Creates the command.</summary>
    public SweepCommand()
        : base(
            "sweep",
            "Show whether the best learning rate transfers from a small base model to larger ones, as published and with νGPT.",
            new ExperimentHelp(
                "sweep",
                SweepPreset.Quick.Description,
                "5m",
                "Seeds; default 1",
                "Size of the base model",
                "small at half its width, with --quick nano",
                "sweep/quick-AXIS or sweep/standard-AXIS"),
            SweepPlan.NotOffered)
    {
        AddOptions(
            [_axis, _multiples, _rates, Seeds, Quick, Budget, Preset, Config, Out, Json],
            "ngpt sweep [options]",
            [
                "ngpt sweep --quick",
                "ngpt sweep --axis depth --budget 30m",
                "ngpt sweep --axis width --embedding-width 96 --heads 3 --multiples 1,2,3 --seeds 3",
            ],
            SweepPreset.All.Select(preset => (preset.Name, preset.Description)));
        SetAction(result => Train(result, Read(result)));
    }

    protected override ExperimentOutcome Run(SweepOptions options, IExperimentObserver observer, ParseResult result, CancellationToken stop)
    {
        SweepResult sweep = Sweep.Run(options, observer, stop);
        Report? report = sweep.CanBeReported
            ? SweepReport.Of(sweep, ReportOrigin.Now(CommandText.Of(result), sweep.TrainingTime, sweep.Plan.Seeds, SweepReport.Configuration(sweep)))
            : null;
        return new ExperimentOutcome(
            sweep.End,
            report,
            (page, exitCode) => SweepJson.Write(report!, sweep, page, exitCode),
            new NGptException("no run converged: there is nothing to report", "give lower --rates, and another --out"));
    }

    private SweepOptions Read(ParseResult result)
    {
        SweepPreset preset = result.GetValue(Quick) ? SweepPreset.Quick : SweepPreset.Standard;
        SweepAxis axis = result.GetValue(_axis) is string name ? SweepAxes.Named(name) : SweepAxis.Width;
        return ReadCommon(
            new SweepOptions
            {
                Preset = preset,
                Axis = axis,
                Multiples = result.GetValue(_multiples) is string multiples
                    ? [.. multiples.Split(',', StringSplitOptions.TrimEntries).Select(part => SettingText.Read(ModelConfig.LayersSetting, _multiples.Name, part))]
                    : null,
                Rates = NumberList.Read(_rates.Name, result.GetValue(_rates)),
                Folder = result.GetValue(Out) ?? Path.Combine("sweep", $"{preset.Name}-{axis.Name()}"),
            },
            result);
    }
}
