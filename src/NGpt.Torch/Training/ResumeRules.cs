using NGpt.Core.Checkpoints;
using NGpt.Core.Configuration;
using NGpt.Core.Errors;

namespace NGpt.Torch.Training;

/// <summary>What may change when a run is resumed, besides what the definitions of the settings say: the same data, model and recipe, or it is another run.</summary>
internal static class ResumeRules
{
    /// <summary>The stored run with the changes that a resumed run may make: its length, and how often it evaluates and saves.</summary>
    public static RunConfig Apply(RunConfig stored, SettingLayers layers, RunOptions options, Action<string> onWarning)
    {
        List<string> problems = [];
        RunConfig changed = RunConfig.Schema.Resume(stored, layers, problems);
        if (layers.PresetIsGiven && layers.Preset.Name != stored.Preset)
        {
            problems.Add($"the preset of this run is {stored.Preset}, not {layers.Preset.Name}");
        }

        if (options.Precision is Precision asked && asked != stored.Precision)
        {
            problems.Add($"dtype is {stored.Precision.Name()} in this run, not {asked.Name()}");
        }

        TrainingConfig before = stored.Training;
        if (before.NuGptBase is { } tuned && (changed.Training.LearningRate, changed.Training.MinLearningRate) != (before.LearningRate, before.MinLearningRate))
        {
            problems.Add($"the learning rates of a νGPT run are adapted from those of its base model, {tuned.LearningRate} and {tuned.MinLearningRate}, and cannot be changed");
        }

        if (problems.Count > 0)
        {
            throw new UsageException(
                string.Join("; ", problems),
                "leave these options out to resume, or start a new run with --init-from");
        }

        WarnOfChanges(stored.Training, changed.Training, onWarning);
        TrainingConfig training = stored.Training;
        int steps = changed.Training.Steps;
        if (!layers.IsGiven(TrainingConfig.DecayStepsSetting) && training.DecaySteps == training.Steps)
        {
            changed = changed with { Training = changed.Training with { DecaySteps = steps } };
        }

        int decaySteps = changed.Training.DecaySteps;
        if (decaySteps != training.DecaySteps && training.Schedule != LearningRateSchedule.Constant)
        {
            onWarning($"the learning rate schedule now ends at step {decaySteps} instead of {training.DecaySteps}: the learning rate jumps where the run resumes");
        }

        // Another learning rate would be another run; this one was already used for the steps so far.
        if (steps != training.Steps && training.NuGptBase is not null)
        {
            onWarning($"the learning rate stays {training.LearningRate:0.####e0}, as νGPT adapted it to {training.Steps} steps: for {steps} steps it would be another one");
        }

        IReadOnlyList<string> impossible = changed.Validate();
        return impossible.Count == 0 ? changed : throw new UsageException(string.Join("; ", impossible));
    }

    private static void WarnOfChanges(TrainingConfig before, TrainingConfig after, Action<string> onWarning)
    {
        Dictionary<Setting, object> was = TrainingConfig.Schema.Values(before).ToDictionary(entry => entry.Setting, entry => entry.Value);
        foreach ((Setting setting, object now) in TrainingConfig.Schema.Values(after))
        {
            if (setting.OnResume == ResumeRule.MayChangeWithWarning && !now.Equals(was.GetValueOrDefault(setting)))
            {
                onWarning($"{setting.Name} is {setting.Format(now)} from here on, it was {setting.Format(was[setting])} in the steps so far");
            }
        }
    }

    /// <summary>Rejects a checkpoint that is not of this run or lies beyond its end.</summary>
    public static void RequirePlace(RunConfig config, CheckpointFolder checkpoint, TrainerState state)
    {
        TrainingConfig training = config.Training;
        if (state.Step > training.Steps)
        {
            throw new UsageException($"{checkpoint.Path} has {state.Step} steps, more than the {training.Steps} asked for", "Give a larger --steps");
        }

        if (state.Precision != config.Precision.Name())
        {
            throw new FileFormatException(
                checkpoint.Path, $"is not of this run: it was trained in {state.Precision}, this run is in {config.Precision.Name()}", "Use another checkpoint of the run");
        }

        Int128 drawn = (Int128)state.Step * training.BatchSize * training.GradientAccumulation;
        if (state.DataPosition != drawn)
        {
            throw new FileFormatException(
                checkpoint.Path,
                $"is not of this run: {state.DataPosition} windows of the data were drawn in {state.Step} steps, this run draws {drawn}",
                "Use another checkpoint of the run");
        }
    }
}
