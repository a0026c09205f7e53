using System.CommandLine;
using System.CommandLine.Help;
using NGpt.Cli.Display;
using NGpt.Core.Configuration;
using NGpt.Torch.Training;

namespace NGpt.Cli.Commands;

/// <summary><c>ngpt train</c>: trains a model, or resumes a run.</summary>
internal sealed class TrainCommand : Command
{
    private readonly Option<string?> _preset = new("--preset")
    {
        Description = $"Starting values: {string.Join(", ", Presets.All.Select(preset => preset.Name))}; default {Presets.Default.Name}",
        HelpName = "NAME",
    };

    private readonly Option<string?> _config = new("--config")
    {
        Description = "TOML file of settings; options win over it, and it wins over the preset",
        HelpName = "FILE",
    };

    private readonly Option<bool> _json = new("--json")
    {
        Description = "Print the outcome as one line of JSON on standard output; everything else goes to standard error",
    };

    private readonly IReadOnlyList<SettingOption> _settings =
    [
        .. SettingCatalog.All.Select(setting => new SettingOption(setting)),
        .. NanoGptOptions.All.Select(setting => new SettingOption(setting) { Hidden = true }),
    ];

    /// <summary>Creates the command.</summary>
    public TrainCommand()
        : base("train", "Train a model, or resume a run.")
    {
        Add(_preset);
        Add(_config);
        Add(_json);
        foreach (SettingOption option in _settings)
        {
            Add(option);
        }

        Add(new HelpOption
        {
            Action = new SettingsHelp(
                "ngpt train [options]",
                [
                    "ngpt train --preset nano",
                    "ngpt train --data my-texts --tokenizer characters",
                    "ngpt train --arch gpt --config run.toml --out runs/baseline",
                    "ngpt train --resume auto",
                ],
                "Presets",
                [.. Presets.All.Select(preset => (preset.Name, preset.Description))]),
        });
        SetAction(Run);
    }

    private int Run(ParseResult result)
    {
        List<(string Name, string Value)> given = [.. _settings.Select(option => option.Given(result)).OfType<(string, string)>()];
        if (result.GetValue(_preset) is string preset)
        {
            given.Add(("preset", preset));
        }

        SettingLayers layers = SettingLayers.Create(given, result.GetValue(_config));
        TextWriter output = result.InvocationConfiguration.Output;
        TextWriter error = result.InvocationConfiguration.Error;
        bool json = result.GetValue(_json);
        using StopSignal stop = new();
        using ITrainingDisplay display = TrainingDisplays.For(json ? error : output, error);
        using CancellationTokenRegistration registration = stop.Token.Register(display.OnStopRequested);
        TrainingOutcome outcome;
        try
        {
            if (layers.Get(RunOptions.ExplainMemorySetting))
            {
                MemoryExplanation memory = TrainingJob.ExplainMemory(layers, display, stop.Token);
                if (json)
                {
                    output.WriteLine(TrainingJson.Write(memory));
                }
                else
                {
                    display.OnMemory(memory);
                }

                return ExitCode.Done;
            }

            outcome = TrainingJob.Run(layers, display, stop.Token);
        }
        catch (OperationCanceledException) when (stop.Token.IsCancellationRequested)
        {
            error.WriteLine("ngpt: stopped before there was anything to save");
            return stop.ExitCode;
        }

        int exitCode = outcome.End switch
        {
            TrainingEnd.TimeLimit => ExitCode.TimeLimit,
            TrainingEnd.Stopped => stop.ExitCode,
            _ => ExitCode.Done,
        };
        if (json)
        {
            output.WriteLine(TrainingJson.Write(outcome, exitCode));
        }

        return exitCode;
    }
}
