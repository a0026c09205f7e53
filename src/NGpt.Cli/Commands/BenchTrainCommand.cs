using System.CommandLine;
using System.CommandLine.Help;
using NGpt.Cli.Display;
using NGpt.Core.Configuration;
using NGpt.Core.Errors;
using NGpt.Lab.TrainingBenchmarks;

namespace NGpt.Cli.Commands;

/// <summary>
/// <c>ngpt bench train</c>: training steps of engines, precisions and architectures, timed against each other. The report
/// goes to standard output, progress to standard error.
/// </summary>
internal sealed class BenchTrainCommand : Command
{
    private const int MaxRounds = 1000;

    private readonly BenchSizeOptions _sizes = new();

    private readonly Option<string[]> _subjects = new("--subjects")
    {
        Description = $"What to measure: {string.Join(", ", BenchmarkVariant.Training.Select(variant => variant.Name))}; default all. Matrix products are always measured",
        HelpName = "NAME,...",
        AllowMultipleArgumentsPerToken = true,
    };

    private readonly Option<string[]> _architectures = new("--arch")
    {
        Description = "ngpt, gpt; default both",
        HelpName = "NAME,...",
        AllowMultipleArgumentsPerToken = true,
    };

    private readonly Option<string> _rounds = new("--rounds")
    {
        Description = "Measurements of each subject, interleaved; default 5",
        HelpName = "N",
        DefaultValueFactory = _ => "5",
    };

    private readonly Option<string> _warmUp = new("--warmup")
    {
        Description = "Minimum warm-up time of a subject: seconds, or 90s, 6m; default 3s",
        HelpName = "TIME",
        DefaultValueFactory = _ => "3s",
    };

    private readonly Option<string> _measurement = new("--measurement")
    {
        Description = "Minimum time of one measurement, as many steps as needed; default 1s",
        HelpName = "TIME",
        DefaultValueFactory = _ => "1s",
    };

    private readonly Option<string> _timeLimit = new("--time-limit")
    {
        Description = "Stop and report after this time, divided evenly among the sizes; default 20m",
        HelpName = "TIME",
        DefaultValueFactory = _ => "20m",
    };

    private readonly SettingOption _recompute = new(RunOptions.RecomputeSetting);
    private readonly SettingOption _threads = new(RunOptions.ThreadsSetting);

    private readonly Option<bool> _json = new("--json")
    {
        Description = "Print the report as one line of JSON on standard output; everything else goes to standard error",
    };

    /// <summary>Creates the command.</summary>
    public BenchTrainCommand()
        : base("train", "Time training steps of engines, precisions and architectures against each other and against bare matrix products.")
    {
        foreach (Option option in (IEnumerable<Option>)[.. _sizes.All, _architectures, _subjects, _rounds, _warmUp, _measurement, _timeLimit, _recompute, _threads, _json])
        {
            Add(option);
        }

        Add(new HelpOption
        {
            Action = new SettingsHelp(
                "ngpt bench train [options]",
                [
                    "ngpt bench train",
                    "ngpt bench train --size 6x384,6x384@4096 --arch ngpt",
                    "ngpt bench train --layers 8 --embedding-width 512 --heads 8 --subjects fast-bf16,plain-bf16 --json",
                ],
                "Sizes",
                [.. BenchmarkSizes.All.Select(size => (size.Name, BenchmarkReportText.Describe(size)))]),
        });
        SetAction(Run);
    }

    private int Run(ParseResult result)
    {
        BenchmarkOptions options = Read(result);
        TextWriter output = result.InvocationConfiguration.Output;
        TextWriter error = result.InvocationConfiguration.Error;
        bool json = result.GetValue(_json);
        if (options.Recompute && options.Variants.All(variant => variant.Engine != EngineKind.Fast))
        {
            error.WriteLine("warning: --recompute has no effect: only the fast engine recomputes activations");
        }

        using StopSignal stop = new();
        BenchmarkReport report;
        try
        {
            report = BenchmarkDisplays.Watch(error, observer => TrainingBenchmark.Run(options, BenchWorkerCommand.Program, observer, stop.Token));
        }
        catch (OperationCanceledException) when (stop.Token.IsCancellationRequested)
        {
            error.WriteLine("ngpt: stopped before anything was measured");
            return stop.ExitCode;
        }

        BenchmarkReportText.Write(json ? error : output, report);
        int exitCode = report.End == BenchmarkEnd.Stopped ? stop.ExitCode : ExitCode.Done;
        string[] failures = [.. report.Sizes.SelectMany(size => size.Subjects
            .Where(subject => subject.Status == SubjectStatus.Failed)
            .Select(subject => $"{subject.Subject.Label} at {size.Size.Name}: {subject.Reason}"))];
        if (json)
        {
            output.WriteLine(BenchmarkJson.Write(report));
        }

        return failures.Length == 0 || exitCode != ExitCode.Done ? exitCode : throw new NGptException(string.Join("; ", failures));
    }

    private BenchmarkOptions Read(ParseResult result)
    {
        BenchmarkOptions options = new()
        {
            Sizes = _sizes.Read(result),
            Rounds = SettingText.Read(ModelConfig.LayersSetting, _rounds.Name, result.GetValue(_rounds)!),
            WarmUp = SettingText.Read(RunOptions.TimeLimitSetting, _warmUp.Name, result.GetValue(_warmUp)!),
            MeasurementTime = SettingText.Read(RunOptions.TimeLimitSetting, _measurement.Name, result.GetValue(_measurement)!),
            TimeLimit = SettingText.Read(RunOptions.TimeLimitSetting, _timeLimit.Name, result.GetValue(_timeLimit)!),
            Recompute = _recompute.Given(result) is (string flag, string value) && SettingText.Read(RunOptions.RecomputeSetting, $"--{flag}", value),
            Threads = _threads.Given(result) is (string name, string text) ? SettingText.Read(RunOptions.ThreadsSetting, $"--{name}", text) : null,
        };
        if (options.Rounds is < 1 or > MaxRounds)
        {
            throw new UsageException($"--rounds {options.Rounds} is outside 1 to {MaxRounds}");
        }

        string[] architectures = WordList.Split(result.GetValue(_architectures));
        string[] subjects = WordList.Split(result.GetValue(_subjects));
        return options with
        {
            Architectures = architectures.Length == 0 ? options.Architectures : [.. architectures.Select(word => SettingText.Read(ModelConfig.ArchitectureSetting, "--arch", word)).Distinct()],
            // In the order of the tables, not the order on the command line.
            Variants = subjects.Length == 0 ? options.Variants : [.. options.Variants.Intersect(subjects.Select(BenchmarkVariant.Parse))],
        };
    }
}
