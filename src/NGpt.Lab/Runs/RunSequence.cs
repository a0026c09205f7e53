using System.Diagnostics;
using System.Globalization;
using NGpt.Core.Checkpoints;
using NGpt.Core.Configuration;
using NGpt.Core.Errors;
using NGpt.Core.Files;
using NGpt.Torch.Training;

namespace NGpt.Lab.Runs;

/// <summary>
/// Trains the runs of an experiment one after the other: finished runs are read, interrupted ones are resumed, and no run
/// starts after the time limit.
/// </summary>
internal sealed class RunSequence
{
    // Time to save and close after the last step within the limit.
    private static readonly TimeSpan Reserve = TimeSpan.FromSeconds(2);

    private readonly string _folder;
    private readonly IExperimentObserver _observer;
    private readonly TimeSpan? _budget;
    private readonly CancellationToken _stop;
    private readonly long _started;
    private readonly HashSet<string> _warnings = [];
    private int _number;

    public RunSequence(string folder, IExperimentObserver observer, long started, TimeSpan? budget, CancellationToken stop) =>
        (_folder, _observer, _started, _budget, _stop) = (folder, observer, started, budget, stop);

    /// <summary>Why no more runs are trained.</summary>
    public ExperimentEnd End { get; private set; }

    /// <summary>Runs that are planned now, for the progress display.</summary>
    public int PlannedCount { get; set; }

    /// <summary>Trains a run to its end unless it is finished; the result is not done where the sequence ended first.</summary>
    public RunResult Train(PlannedRun run)
    {
        _number++;
        RunFolder folder = new(Path.Combine(_folder, run.Name));
        if (DivergedRun.Read(folder) is string divergence)
        {
            return Ended(new RunResult(run, null, divergence), wasFinished: true);
        }

        if (IsFinished(folder))
        {
            FinishSaving(folder);
            return Ended(new RunResult(run, RunReader.Read(folder.Path), null), wasFinished: true);
        }

        if (!CanContinue(out TimeSpan? remaining))
        {
            return new RunResult(run, null, null);
        }

        _observer.OnRunStarted(run, _number, Math.Max(_number, PlannedCount));
        try
        {
            return Train(run, folder, remaining);
        }
        catch (NonFiniteException failure)
        {
            DivergedRun.Write(folder, failure.Message);
            return Ended(new RunResult(run, null, failure.Message), wasFinished: false);
        }
    }

    private RunResult Train(PlannedRun run, RunFolder folder, TimeSpan? remaining)
    {
        List<(string, string)> settings = folder.HoldsRun
            ? [("resume", folder.Path), .. run.Settings.Where(setting => IsOfCall(setting.Name))]
            : [("out", folder.Path), .. run.Settings];
        settings.Add(("sample-tokens", "0"));
        if (remaining is TimeSpan limit)
        {
            settings.Add(("time-limit", limit.TotalSeconds.ToString("0.###", CultureInfo.InvariantCulture)));
        }

        SettingLayers layers = SettingLayers.Create(settings, folder.HoldsRun ? null : run.ConfigPath);
        TrainingOutcome outcome = TrainingJob.Run(layers, new RunObserver(_observer, _warnings), _stop);
        switch (outcome.End)
        {
            case TrainingEnd.TimeLimit:
                End = ExperimentEnd.TimeLimit;
                return new RunResult(run, null, null);
            case TrainingEnd.Stopped:
                End = ExperimentEnd.Stopped;
                return new RunResult(run, null, null);
            default:
                return Ended(new RunResult(run, RunReader.Read(folder.Path), null), wasFinished: false);
        }
    }

    private RunResult Ended(RunResult result, bool wasFinished)
    {
        _observer.OnRunEnded(result, wasFinished);
        return result;
    }

    private bool CanContinue(out TimeSpan? remaining)
    {
        remaining = _budget - Stopwatch.GetElapsedTime(_started) - Reserve;
        if (End == ExperimentEnd.None && _stop.IsCancellationRequested)
        {
            End = ExperimentEnd.Stopped;
        }
        else if (End == ExperimentEnd.None && remaining <= TimeSpan.Zero)
        {
            End = ExperimentEnd.TimeLimit;
        }

        return End == ExperimentEnd.None;
    }

    // A run that was killed in its last moments has its last checkpoint, but may not point to it.
    private static void FinishSaving(RunFolder folder)
    {
        using RunLock taken = RunLock.Acquire(folder.Path);
        folder.RemoveLeftovers();
        if (folder.Checkpoints.NewestValid(static (_, _) => { }) is ({ Step: int step }, { } state))
        {
            folder.Checkpoints.FinishAdding(step, state.BestEvaluation?.Step, folder.LoadConfig().Training.KeepCheckpoints);
        }
    }

    // With a checkpoint of the last step the run is finished, unless a file is damaged.
    private static bool IsFinished(RunFolder folder) =>
        folder.HoldsRun && folder.Checkpoints.All is [.., { Step: int newest }] && newest >= folder.LoadConfig().Training.Steps && IsEvaluated(folder);

    private static bool IsEvaluated(RunFolder folder)
    {
        try
        {
            RunReader.Read(folder.Path);
            return true;
        }
        catch (NGptException)
        {
            // Resuming the run repairs its metrics, or says what is damaged.
            return false;
        }
    }

    // Settings of one call, such as threads, are given again when a run is resumed.
    private static bool IsOfCall(string name) => SettingCatalog.Find(name) is { Group: SettingGroup.Run };
}

/// <summary>Why an experiment stopped before all runs were trained.</summary>
internal enum ExperimentEnd
{
    /// <summary>It did not.</summary>
    None,

    /// <summary>The time limit.</summary>
    TimeLimit,

    /// <summary>The user stopped it.</summary>
    Stopped,
}

/// <summary>Passes the events of a run to the experiment's observer. A warning that all runs give is passed once.</summary>
internal sealed class RunObserver(IExperimentObserver observer, HashSet<string> warnings) : ITrainingObserver
{
    private int _steps;

    public void OnWarning(string message)
    {
        if (warnings.Add(message))
        {
            observer.OnWarning(message);
        }
    }

    public void OnPass(PassProgress pass)
    {
    }

    public void OnSample(int stepsTaken, string text)
    {
    }

    public void OnPreparing(string message)
    {
        if (warnings.Add(message))
        {
            observer.OnPreparing(message);
        }
    }

    public void OnPlan(TrainingPlan plan) => _steps = plan.Config.Training.Steps;

    public void OnStep(StepReport report) => observer.OnRunProgress(report.Step, _steps);

    public void OnEvaluation(EvaluationReport report)
    {
    }

    public void OnCheckpoint(int stepsTaken, string folder)
    {
    }

    public void OnFinished(TrainingOutcome outcome)
    {
    }
}

/// <summary>A file in the folder of a run that diverged, so that a resumed experiment does not train it again.</summary>
internal static class DivergedRun
{
    private const string FileName = "diverged.txt";
    private const int MaxReasonLength = 1000;

    public static void Write(RunFolder folder, string reason) => DurableFile.WriteText(PathIn(folder), reason);

    /// <summary>Which value was not finite, and at which step; null for a run that did not diverge.</summary>
    public static string? Read(RunFolder folder)
    {
        string path = PathIn(folder);
        if (!File.Exists(path))
        {
            return null;
        }

        using StreamReader reader = new(path);
        char[] text = new char[MaxReasonLength];
        return new string(text, 0, reader.ReadBlock(text)).Trim();
    }

    private static string PathIn(RunFolder folder) => Path.Combine(folder.Path, FileName);
}
