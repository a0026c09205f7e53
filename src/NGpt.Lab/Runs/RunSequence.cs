using System.Diagnostics;
using System.Globalization;
using NGpt.Core.Checkpoints;
using NGpt.Core.Configuration;
using NGpt.Core.Errors;
using NGpt.Torch.Training;

namespace NGpt.Lab.Runs;

/// <summary>
/// Trains the runs of an experiment one after the other: what is finished is not trained again, what was interrupted
/// goes on, and nothing begins after the time is over.
/// </summary>
public sealed class RunSequence
{
    // What saving and closing take after the last step that a time limit allows.
    private static readonly TimeSpan Reserve = TimeSpan.FromSeconds(2);

    private readonly string _folder;
    private readonly IExperimentObserver _observer;
    private readonly TimeSpan? _budget;
    private readonly CancellationToken _stop;
    private readonly long _started;
    private readonly HashSet<string> _warnings = [];
    private int _number;

    /// <summary>Begins a sequence.</summary>
    /// <param name="folder">Folder that holds a folder for each run.</param>
    /// <param name="observer">Receives events.</param>
    /// <param name="started">When the experiment began, as <see cref="Stopwatch.GetTimestamp"/> told.</param>
    /// <param name="budget">Time after which nothing more is trained; null for none.</param>
    /// <param name="stop">Asks to save and stop.</param>
    public RunSequence(string folder, IExperimentObserver observer, long started, TimeSpan? budget, CancellationToken stop)
    {
        ArgumentNullException.ThrowIfNull(folder);
        ArgumentNullException.ThrowIfNull(observer);
        (_folder, _observer, _started, _budget, _stop) = (folder, observer, started, budget, stop);
    }

    /// <summary>Why nothing more is trained.</summary>
    public SequenceEnd End { get; private set; }

    /// <summary>Runs that are planned now, for the progress shown.</summary>
    public int PlannedCount { get; set; }

    /// <summary>Brings a run to its end, or finds it there.</summary>
    /// <param name="run">The run.</param>
    /// <returns>What became of it; not done where the sequence came to its end.</returns>
    /// <exception cref="NGptException">It cannot be trained.</exception>
    public RunResult Train(PlannedRun run)
    {
        ArgumentNullException.ThrowIfNull(run);
        _number++;
        RunFolder folder = new(Path.Combine(_folder, run.Name));
        if (DivergedRun.ReasonOf(folder) is string known)
        {
            return Ended(new RunResult(run, null, known), wasThere: true);
        }

        if (IsFinished(folder))
        {
            return Ended(new RunResult(run, RunReader.Read(folder.Path), null), wasThere: true);
        }

        if (!MayGoOn(out TimeSpan? left))
        {
            return new RunResult(run, null, null);
        }

        _observer.OnRunStarted(run, _number, Math.Max(_number, PlannedCount));
        try
        {
            return Train(run, folder, left);
        }
        catch (NonFiniteException failure)
        {
            DivergedRun.Remember(folder, failure.Message);
            return Ended(new RunResult(run, null, failure.Message), wasThere: false);
        }
    }

    private RunResult Train(PlannedRun run, RunFolder folder, TimeSpan? left)
    {
        List<(string, string)> settings = folder.HoldsRun
            ? [("resume", folder.Path), .. run.Settings.Where(setting => IsOfTheCall(setting.Name))]
            : [("out", folder.Path), .. run.Settings];
        settings.Add(("sample-tokens", "0"));
        if (left is TimeSpan limit)
        {
            settings.Add(("time-limit", limit.TotalSeconds.ToString("0.###", CultureInfo.InvariantCulture)));
        }

        SettingLayers layers = SettingLayers.Create(settings, folder.HoldsRun ? null : run.ConfigPath);
        TrainingOutcome outcome = TrainingJob.Run(layers, new RunObserver(_observer, _warnings), _stop);
        switch (outcome.End)
        {
            case TrainingEnd.TimeLimit:
                End = SequenceEnd.OutOfTime;
                return new RunResult(run, null, null);
            case TrainingEnd.Stopped:
                End = SequenceEnd.Stopped;
                return new RunResult(run, null, null);
            default:
                return Ended(new RunResult(run, RunReader.Read(folder.Path), null), wasThere: false);
        }
    }

    private RunResult Ended(RunResult result, bool wasThere)
    {
        _observer.OnRunEnded(result, wasThere);
        return result;
    }

    private bool MayGoOn(out TimeSpan? left)
    {
        left = _budget - Stopwatch.GetElapsedTime(_started) - Reserve;
        if (End == SequenceEnd.None && _stop.IsCancellationRequested)
        {
            End = SequenceEnd.Stopped;
        }
        else if (End == SequenceEnd.None && left <= TimeSpan.Zero)
        {
            End = SequenceEnd.OutOfTime;
        }

        return End == SequenceEnd.None;
    }

    // The newest checkpoint is that of the last step: nothing but a damaged file could be wrong with it.
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
            // Going on with the run mends what can be mended, and says what cannot.
            return false;
        }
    }

    private static bool IsOfTheCall(string name) => SettingCatalog.Find(name) is { Group: SettingGroup.Run };
}
