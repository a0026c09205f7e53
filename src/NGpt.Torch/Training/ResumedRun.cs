using NGpt.Core.Checkpoints;
using NGpt.Core.Configuration;
using NGpt.Core.Errors;
using NGpt.Core.Files;
using NGpt.Core.Tokenizers;
using NGpt.Data.Preparation;
using NGpt.Torch.Checkpoints;
using NGpt.Torch.Models;
using NGpt.Torch.Native;
using static TorchSharp.torch;

namespace NGpt.Torch.Training;

/// <summary>Resumes a run from its newest valid checkpoint or from a given one.</summary>
internal static class ResumedRun
{
    public static TrainingOutcome Run(JobContext job, string from, CancellationToken stop)
    {
        (RunFolder folder, CheckpointFolder? chosen) = RunSearch.Find(job.Layers, job.Options, from);
        using RunLock taken = RunLock.Acquire(folder.Path);
        RunConfig stored = folder.LoadConfig();
        RunConfig config = ResumeRules.Apply(stored, job.Layers, job.Options, job.Observer.OnWarning);
        (CheckpointFolder Folder, TrainerState State)? checkpoint = chosen is null ? NewestValid(job, folder) : (chosen, chosen.Verify());
        folder.RemoveLeftovers();
        if (checkpoint is ({ } last, { } reached))
        {
            if (chosen is null)
            {
                folder.Checkpoints.FinishAdding(reached.Step, reached.BestEvaluation?.Step, stored.Training.KeepCheckpoints);
            }

            ResumeRules.RequirePlace(config, last, reached);
            if (reached.Step == config.Training.Steps && reached.LastEvaluation?.Step == reached.Step && (config.Training.SampleTokens == 0 || File.Exists(folder.SamplePath)))
            {
                return ReportComplete(job, folder, reached);
            }

            if (chosen is not null && folder.Checkpoints.All is [.., { Step: int newest }] && newest > reached.Step)
            {
                job.Observer.OnWarning($"resuming from step {reached.Step}: later checkpoints, up to step {newest}, are deleted when a new one is saved");
            }
        }

        Device device = job.PrepareDevice(checkpoint?.State.Threads);
        string source = job.GivenData ?? stored.Data.Source;
        using Dataset dataset = job.Data.PrepareAgain(stored, job.GivenData, checkpoint?.Folder.TokenizerPath, stop);
        Compatibility.RequireSameData(stored, dataset);
        config = config with { Data = config.Data with { Source = NewRun.StoredSource(source, dataset) } };
        EngineChoice choice = job.SelectEngine(EngineRequest.Of(job.Options, stored), device);
        config = config with { Engine = choice.Kind };
        TrainingPlanner.ThrowIfInfeasible(config.Model, config.Training, config.Data.Packing, config.Data.LossOn, dataset, device, choice, !job.Options.NoMemoryCheck);
        using LanguageModel model = LanguageModel.Create(config.Model, ScalarType.Float32, device, choice.Precision);
        LoadState(job, model, config, folder, checkpoint, dataset.Tokenizer);
        if (config != stored)
        {
            folder.SaveConfig(config);
        }

        PreparedRun run = new()
        {
            Config = config,
            Dataset = dataset,
            Folder = folder,
            Model = model,
            Engine = choice,
            Checkpoint = checkpoint,
        };
        return run.Train(job, stop);
    }

    public static MemoryExplanation ExplainMemory(JobContext job, string from)
    {
        RunConfig stored = RunSearch.Find(job.Layers, job.Options, from).Folder.LoadConfig();
        RunConfig config = ResumeRules.Apply(stored, job.Layers, job.Options, job.Observer.OnWarning);
        return job.ExplainMemory(config, EngineRequest.Of(job.Options, stored), job.PrepareDevice());
    }

    // Null where the run has not saved yet. A run whose checkpoints are all damaged would lose them by starting again.
    private static (CheckpointFolder Folder, TrainerState State)? NewestValid(JobContext job, RunFolder folder)
    {
        List<(CheckpointFolder Checkpoint, FileFormatException Damage)> damages = [];
        (CheckpointFolder, TrainerState)? newest = folder.Checkpoints.NewestValid((checkpoint, damage) => damages.Add((checkpoint, damage)));
        if (newest is null && damages.Count > 0)
        {
            throw new NGptException(
                $"no checkpoint of {folder.Path} can be resumed from: {string.Join("; ", damages.Select(entry => entry.Damage.Message))}",
                "restore a checkpoint from a copy, or start a new run in another folder (--init-from takes a checkpoint whose weights are whole)",
                damages[0].Damage);
        }

        foreach ((_, FileFormatException damage) in damages.Where(entry => !entry.Checkpoint.IsHalfDeleted))
        {
            job.Observer.OnWarning($"{damage.Message}; trying the checkpoint before it");
        }

        return newest;
    }

    private static TrainingOutcome ReportComplete(JobContext job, RunFolder folder, TrainerState state)
    {
        job.ReportWarnings();
        job.Observer.OnWarning($"{folder.Path} is complete, {state.Step} of {state.Step} steps: nothing to do; give a larger --steps to train longer");
        return job.Finish(
            TrainingEnd.Completed,
            state.Step,
            folder.Path,
            EvaluationReport.Of(state.LastEvaluation, state.BestEvaluation),
            EvaluationReport.Of(state.BestEvaluation, state.BestEvaluation),
            sample: null,
            engine: null);
    }

    private static void LoadState(
        JobContext job,
        LanguageModel model,
        RunConfig config,
        RunFolder folder,
        (CheckpointFolder Folder, TrainerState State)? checkpoint,
        ITokenizer tokenizer)
    {
        if (checkpoint is not ({ } source, { } state))
        {
            job.Observer.OnWarning($"{folder.Path} has no checkpoint: starting from step 0 with the same settings");
            NewRun.InitializeModel(model, config, tokenizer, config.InitFrom);
            return;
        }

        Compatibility.RequireSameModel(config.Model, source.LoadConfig(), source.Path);
        source.LoadModel(model);
        string engine = config.Engine.Name();
        if (state.Threads != NativeEnvironment.Threads || state.Device != model.Device.ToString() || state.Engine != engine)
        {
            (string then, string now) = state.Engine == engine ? ("", "") : ($" by the {state.Engine} engine", $" by the {engine} one");
            job.Observer.OnWarning(
                $"the checkpoint was written with {NativeEnvironment.CountThreads(state.Threads)} on {state.Device}{then}, this is {NativeEnvironment.Threads} on {model.Device}{now}: the resumed run rounds differently");
        }
    }
}
