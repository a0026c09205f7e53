using NGpt.Core.Checkpoints;
using NGpt.Core.Configuration;
using NGpt.Data.Preparation;
using NGpt.Torch.Models;
using NGpt.Torch.Optimization;

namespace NGpt.Torch.Training;

/// <summary>A new or resumed run, ready for its first step. Owns nothing; the caller holds the run's lock.</summary>
internal sealed record PreparedRun
{
    public required RunConfig Config { get; init; }

    public required Dataset Dataset { get; init; }

    public required RunFolder Folder { get; init; }

    /// <summary>The model with its initial or resumed parameters.</summary>
    public required LanguageModel Model { get; init; }

    public required EngineChoice Engine { get; init; }

    /// <summary>The checkpoint that is resumed, already loaded into the model, and its state; or null.</summary>
    public required (CheckpointFolder Folder, TrainerState State)? Checkpoint { get; init; }

    /// <summary>The checkpoint that is resumed, or whose weights the run starts from; null for random parameters.</summary>
    public string? StartedFrom => Checkpoint?.Folder.Path ?? Config.InitFrom;

    /// <summary>Trains until the end, the time limit or a stop, and generates the sample of a completed run.</summary>
    public TrainingOutcome Train(JobContext job, CancellationToken stop)
    {
        job.ReportWarnings();
        TrainingConfig training = Config.Training;
        using ITrainingEngine engine = Engine.Create(Model, training.BatchSize, training.GradientAccumulation, OptimizerSettings.Of(training));
        EngineSummary summary = Engine.Describe(engine);
        using MetricsHook? hook = job.Options.MetricsHook is string command ? MetricsHook.Start(command, job.Observer.OnWarning) : null;
        SampleWriter samples = new(Model, Dataset.Tokenizer, training.Seed, training.SampleTokens);
        using Trainer trainer = new(Config, TrainingData.Of(Dataset, Config.Data.LossOn), Folder, Model, engine, summary, Checkpoint, job.Observer, hook is null ? null : hook.Write) { Samples = samples };
        job.Observer.OnPlan(TrainingPlanner.Describe(this, summary, trainer.Step));
        TrainingEnd end = trainer.Run(job.Options.TimeLimit - job.Elapsed, stop);
        string? sample = null;
        if (end is TrainingEnd.Completed or TrainingEnd.StoppedEarly && samples.IsEnabled)
        {
            sample = samples.Write(Folder.SamplePath, stop);
            // A resumed run generates what was cut off.
            end = sample is null ? TrainingEnd.Stopped : end;
        }

        return job.Finish(end, trainer.Step, Folder.Path, trainer.LastEvaluation, trainer.BestEvaluation, sample, summary);
    }
}
