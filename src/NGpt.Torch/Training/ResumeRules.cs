using NGpt.Core.Checkpoints;
using NGpt.Core.Configuration;
using NGpt.Core.Errors;

namespace NGpt.Torch.Training;

/// <summary>What may change when a run continues, and what may not: the same data, model and recipe, or it is another run.</summary>
internal static class ResumeRules
{
    private static readonly (Setting Setting, Func<RunConfig, object?> Stored)[] Fixed =
    [
        (SettingCatalog.Architecture, run => run.Model.Architecture),
        (SettingCatalog.Layers, run => run.Model.LayerCount),
        (SettingCatalog.Heads, run => run.Model.HeadCount),
        (SettingCatalog.EmbeddingWidth, run => run.Model.EmbeddingWidth),
        (SettingCatalog.MlpWidth, run => run.Model.MlpWidth),
        (SettingCatalog.ContextLength, run => run.Model.ContextLength),
        (SettingCatalog.RopeTheta, run => run.Model.RopeTheta),
        (SettingCatalog.AlphaInitial, run => run.Model.Scales?.Alpha.Initial),
        (SettingCatalog.AlphaScale, run => run.Model.Scales?.Alpha.Scale),
        (SettingCatalog.AlphaShape, run => run.Model.Scales?.Alpha.Shape),
        (SettingCatalog.QueryKeyInitial, run => run.Model.Scales?.QueryKey.Initial),
        (SettingCatalog.QueryKeyScale, run => run.Model.Scales?.QueryKey.Scale),
        (SettingCatalog.QueryKeyShape, run => run.Model.Scales?.QueryKey.Shape),
        (SettingCatalog.QueryKeyNormalization, run => run.Model.Scales?.QueryKeyNormalization),
        (SettingCatalog.UpInitial, run => run.Model.Scales?.Up.Initial),
        (SettingCatalog.UpScale, run => run.Model.Scales?.Up.Scale),
        (SettingCatalog.UpShape, run => run.Model.Scales?.Up.Shape),
        (SettingCatalog.GateInitial, run => run.Model.Scales?.Gate.Initial),
        (SettingCatalog.GateScale, run => run.Model.Scales?.Gate.Scale),
        (SettingCatalog.GateShape, run => run.Model.Scales?.Gate.Shape),
        (SettingCatalog.LogitInitial, run => run.Model.Scales?.Logit.Initial),
        (SettingCatalog.LogitScale, run => run.Model.Scales?.Logit.Scale),
        (SettingCatalog.LogitShape, run => run.Model.Scales?.Logit.Shape),
        (SettingCatalog.BatchSize, run => run.Training.BatchSize),
        (SettingCatalog.GradientAccumulation, run => run.Training.GradientAccumulation),
        // What the person gives to νGPT are the rates of the base model.
        (SettingCatalog.LearningRate, run => run.Training.NuGptBase?.LearningRate ?? run.Training.LearningRate),
        (SettingCatalog.MinLearningRate, run => run.Training.NuGptBase?.MinLearningRate ?? run.Training.MinLearningRate),
        (SettingCatalog.Parametrization, run => run.Training.NuGptBase is null ? Parametrization.Published : Parametrization.NuGpt),
        (SettingCatalog.BaseWidth, run => run.Training.NuGptBase?.Width),
        (SettingCatalog.BaseLayers, run => run.Training.NuGptBase?.Layers),
        (SettingCatalog.BaseTokens, run => run.Training.NuGptBase?.Tokens),
        (SettingCatalog.Schedule, run => run.Training.Schedule),
        (SettingCatalog.WarmupSteps, run => run.Training.WarmupSteps),
        (SettingCatalog.DecayFraction, run => run.Training.DecayFraction),
        (SettingCatalog.WeightDecay, run => run.Training.WeightDecay),
        (SettingCatalog.Beta1, run => run.Training.Beta1),
        (SettingCatalog.Beta2, run => run.Training.Beta2),
        (SettingCatalog.AdamEpsilon, run => run.Training.AdamEpsilon),
        (SettingCatalog.GradientClip, run => run.Training.GradientClip),
        (SettingCatalog.Seed, run => run.Training.Seed),
        (SettingCatalog.Tokenizer, run => run.Data.Tokenizer),
        (SettingCatalog.ValidationFraction, run => run.Data.ValidationFraction),
        (SettingCatalog.Sampling, run => run.Data.Sampling),
        (SettingCatalog.Packing, run => run.Data.Packing),
    ];

    /// <summary>The stored run with the changes that a continuation may make: its length, and how often it looks and saves.</summary>
    /// <param name="stored">The run as it was begun.</param>
    /// <param name="layers">What was given now.</param>
    /// <param name="options">How this call runs.</param>
    /// <param name="onWarning">Receives consequences.</param>
    /// <returns>The run as it continues.</returns>
    /// <exception cref="UsageException">Something was given that would make it another run; every difference is named.</exception>
    public static RunConfig Apply(RunConfig stored, SettingLayers layers, RunOptions options, Action<string> onWarning)
    {
        List<string> problems = [.. Fixed
            .Where(rule => layers.IsGiven(rule.Setting))
            .Select(rule => (rule.Setting, Was: rule.Stored(stored), Now: layers.GetGiven(rule.Setting)))
            .Where(change => !Equals(change.Was, change.Now))
            .Select(change => $"{change.Setting.Name} is {Text(change.Setting, change.Was)} in this run, not {Text(change.Setting, change.Now)}")];
        if (layers.PresetIsGiven && layers.Preset.Name != stored.Preset)
        {
            problems.Add($"the preset of this run is {stored.Preset}, not {layers.Preset.Name}");
        }

        if (options.Precision is Precision asked && asked != stored.Precision)
        {
            problems.Add($"dtype is {stored.Precision.Name()} in this run, not {asked.Name()}");
        }

        if (problems.Count > 0)
        {
            throw new UsageException(
                string.Join("; ", problems),
                "leave these options out to continue, or start a new run with --init-from");
        }

        TrainingConfig training = stored.Training;
        int steps = Given(SettingCatalog.Steps, training.Steps);
        int decaySteps = Given(SettingCatalog.DecaySteps, training.DecaySteps == training.Steps ? steps : training.DecaySteps);
        if (decaySteps != training.DecaySteps && training.Schedule != LearningRateSchedule.Constant)
        {
            onWarning($"the learning rate schedule now ends at step {decaySteps} instead of {training.DecaySteps}: the rate jumps where the run continues");
        }

        // Another rate would be another run; it was already taken for the steps behind.
        if (steps != training.Steps && training.NuGptBase is not null)
        {
            onWarning($"the learning rate stays {training.LearningRate:0.####e0}, as νGPT adapted it to {training.Steps} steps: for {steps} steps it would be another one");
        }

        RunConfig changed = stored with
        {
            Training = training with
            {
                Steps = steps,
                DecaySteps = decaySteps,
                EvalInterval = Given(SettingCatalog.EvalInterval, training.EvalInterval),
                EvalBatches = Given(SettingCatalog.EvalBatches, training.EvalBatches),
                LogInterval = Given(SettingCatalog.LogInterval, training.LogInterval),
                CheckpointInterval = Given(SettingCatalog.CheckpointInterval, training.CheckpointInterval),
                KeepCheckpoints = Given(SettingCatalog.KeepCheckpoints, training.KeepCheckpoints),
            },
        };
        IReadOnlyList<string> impossible = changed.Validate();
        return impossible.Count == 0 ? changed : throw new UsageException(string.Join("; ", impossible));

        int Given(Setting<int> setting, int otherwise) => layers.GetGiven(setting) is int value ? value : otherwise;
    }

    /// <summary>Refuses a checkpoint that is not of this run or lies beyond its end.</summary>
    /// <param name="config">The run as it continues.</param>
    /// <param name="checkpoint">The checkpoint.</param>
    /// <param name="state">Its state.</param>
    /// <exception cref="NGptException">It does not fit; the message says how.</exception>
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

    private static string Text(Setting setting, object? value) => value is null ? "unset" : setting.Format(value);
}
