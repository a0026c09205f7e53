namespace NGpt.Core.Configuration;

/// <summary>
/// How a model is trained: everything that changes the numbers, and how often to evaluate and save. Each setting is
/// defined once, beside its property, in the order of the keys in <c>config.json</c>.
/// </summary>
public sealed record TrainingConfig
{
    /// <summary>Tokens of a sample where nothing else is said.</summary>
    internal const int DefaultSampleTokens = 300;

    internal static ConfigSchema<TrainingConfig> Schema { get; } = new(SettingGroup.Training, Activator.CreateInstance<TrainingConfig>);

    /// <summary>Optimizer steps of the whole run.</summary>
    public required int Steps { get; init; }

    /// <summary>The setting of <see cref="Steps"/>.</summary>
    public static Setting<int> StepsSetting { get; } = Schema.Add(
        training => training.Steps,
        (training, value) => training with { Steps = value },
        new("steps", SettingTypes.Integer, "N", "Optimizer steps of the whole run", "max_iters")
        {
            Range = NumberRange.AtLeast(1),
            OnResume = ResumeRule.MayChange,
        });

    /// <summary>B, sequences in one forward and backward pass.</summary>
    public required int BatchSize { get; init; }

    /// <summary>The setting of <see cref="BatchSize"/>.</summary>
    public static Setting<int> BatchSizeSetting { get; } = Schema.Add(
        training => training.BatchSize,
        (training, value) => training with { BatchSize = value },
        new("batch-size", SettingTypes.Integer, "N", "Sequences in one forward and backward pass (B)")
        {
            Range = NumberRange.AtLeast(1),
        });

    /// <summary>Gradient accumulation steps: passes whose gradients are averaged into one optimizer step.</summary>
    public int GradientAccumulation { get; init; } = 1;

    /// <summary>The setting of <see cref="GradientAccumulation"/>.</summary>
    public static Setting<int> GradientAccumulationSetting { get; } = Schema.Add(
        training => training.GradientAccumulation,
        (training, value) => training with { GradientAccumulation = value },
        new("gradient-accumulation", SettingTypes.Integer, "N", "Gradient accumulation steps", "gradient_accumulation_steps")
        {
            Range = NumberRange.AtLeast(1),
        });

    /// <summary>Peak learning rate.</summary>
    public required double LearningRate { get; init; }

    /// <summary>The setting of <see cref="LearningRate"/>.</summary>
    public static Setting<double> LearningRateSetting { get; } = Schema.Add(
        training => training.LearningRate,
        (training, value) => training with { LearningRate = value },
        new("learning-rate", SettingTypes.Number, "RATE", "Peak learning rate")
        {
            Range = new NumberRange(0, 1e30) { ExcludesMin = true, HasTechnicalMax = true },
            DefaultText = "by preset and architecture",
            OnResume = ResumeRule.MayChangeWithWarning,
        },
        given: training => training.NuGptBase?.LearningRate ?? training.LearningRate);

    /// <summary>Learning rate at the end of the schedule.</summary>
    public double MinLearningRate { get; init; }

    /// <summary>The setting of <see cref="MinLearningRate"/>.</summary>
    public static Setting<double> MinLearningRateSetting { get; } = Schema.Add(
        training => training.MinLearningRate,
        (training, value) => training with { MinLearningRate = value },
        new("min-learning-rate", SettingTypes.Number, "RATE", "Learning rate at the end of the schedule", "min_lr")
        {
            Label = "minimum learning rate",
            Range = NumberRange.AtLeast(0),
            NoEffect = ConstantHasNone,
            OnResume = ResumeRule.MayChangeWithWarning,
        },
        given: training => training.NuGptBase?.MinLearningRate ?? training.MinLearningRate);

    /// <summary>Factors of the learning rate, by kind of parameter.</summary>
    public LearningRateFactors LearningRateFactors { get; init; } = LearningRateFactors.Equal;

    internal static Setting<double> TokenEmbeddingFactorKey { get; } = AddFactor(
        "token_embedding", "token embedding", factors => factors.TokenEmbedding, (factors, value) => factors with { TokenEmbedding = value });

    internal static Setting<double> MatricesFactorKey { get; } = AddFactor(
        "matrices", "matrices", factors => factors.Matrices, (factors, value) => factors with { Matrices = value });

    internal static Setting<double> VectorsFactorKey { get; } = AddFactor(
        "vectors", "vectors", factors => factors.Vectors, (factors, value) => factors with { Vectors = value });

    /// <summary>The parametrization, as <see cref="NuGptBase"/> says.</summary>
    public Parametrization Parametrization => NuGptBase is null ? Parametrization.Published : Parametrization.NuGpt;

    /// <summary>The setting of <see cref="Parametrization"/>.</summary>
    public static Setting<Parametrization> ParametrizationSetting { get; } = Schema.AddDerived(
        training => training.Parametrization,
        new(
            "parametrization", SettingTypes.Choice(ConfigurationNames.Parametrizations), "published|nugpt",
            "nGPT: how learning rates and initial values of the scales follow from the size; with nugpt the learning rate is that of a tuned base model, and is adapted to this one"));

    /// <summary>
    /// The tuned model that <see cref="LearningRate"/>, <see cref="MinLearningRate"/>, <see cref="LearningRateFactors"/>
    /// and the initial values of the scales were transferred from by νGPT; null for the published parametrization.
    /// </summary>
    public NuGptBase? NuGptBase { get; init; }

    internal static ConfigSchema<NuGptBase> NuGptBaseKey { get; } = Schema.AddNested(
        "nugpt_base", NuGptBase.Schema, training => training.NuGptBase, (training, value) => training with { NuGptBase = value },
        layers => NuGptParametrization.Of(layers) is not null);

    /// <summary>How the learning rate changes after the warmup.</summary>
    public LearningRateSchedule Schedule { get; init; } = LearningRateSchedule.Cosine;

    /// <summary>The setting of <see cref="Schedule"/>.</summary>
    public static Setting<LearningRateSchedule> ScheduleSetting { get; } = Schema.Add(
        training => training.Schedule,
        (training, value) => training with { Schedule = value },
        new("schedule", SettingTypes.Choice(ConfigurationNames.Schedules), "cosine|linear|constant|wsd", "How the learning rate changes after the warmup") { OnResume = ResumeRule.MayChangeWithWarning });

    /// <summary>Steps of linear warmup to the peak; 0 for nGPT.</summary>
    public required int WarmupSteps { get; init; }

    /// <summary>The setting of <see cref="WarmupSteps"/>.</summary>
    public static Setting<int> WarmupStepsSetting { get; } = Schema.Add(
        training => training.WarmupSteps,
        (training, value) => training with { WarmupSteps = value },
        new("warmup-steps", SettingTypes.Integer, "N", "Steps of linear warmup to the peak", "warmup_iters")
        {
            Range = NumberRange.AtLeast(0),
            Default = DefaultWarmup,
            DefaultText = "0 for nGPT, 5% of the steps (at most 2000) for GPT",
            OnResume = ResumeRule.MayChangeWithWarning,
        });

    /// <summary>Step at which the schedule reaches <see cref="MinLearningRate"/>; normally <see cref="Steps"/>.</summary>
    public required int DecaySteps { get; init; }

    /// <summary>The setting of <see cref="DecaySteps"/>.</summary>
    public static Setting<int> DecayStepsSetting { get; } = Schema.Add(
        training => training.DecaySteps,
        (training, value) => training with { DecaySteps = value },
        new("decay-steps", SettingTypes.Integer, "N", "Step at which the schedule ends", "lr_decay_iters")
        {
            Range = NumberRange.AtLeast(1),
            Default = layers => layers.Get(StepsSetting),
            DefaultText = "the last step",
            NoEffect = ConstantHasNone,
            OnResume = ResumeRule.MayChange,
        });

    /// <summary>Fraction of <see cref="DecaySteps"/> over which <see cref="LearningRateSchedule.WarmupStableDecay"/> decays, 0 to 1.</summary>
    public double DecayFraction { get; init; } = 0.2;

    /// <summary>The setting of <see cref="DecayFraction"/>.</summary>
    public static Setting<double> DecayFractionSetting { get; } = Schema.Add(
        training => training.DecayFraction,
        (training, value) => training with { DecayFraction = value },
        new("decay-fraction", SettingTypes.Number, "X", "wsd: fraction of the schedule over which the learning rate decays")
        {
            Range = NumberRange.Between(0, 1),
            NoEffect = layers => layers.Get(ScheduleSetting) == LearningRateSchedule.WarmupStableDecay ? null : "only --schedule wsd uses it",
            OnResume = ResumeRule.MayChangeWithWarning,
        });

    /// <summary>AdamW's decoupled weight decay on 2-D parameters; 0 for nGPT.</summary>
    public required double WeightDecay { get; init; }

    /// <summary>The setting of <see cref="WeightDecay"/>.</summary>
    public static Setting<double> WeightDecaySetting { get; } = Schema.Add(
        training => training.WeightDecay,
        (training, value) => training with { WeightDecay = value },
        new("weight-decay", SettingTypes.Number, "X", "Decoupled weight decay of matrices")
        {
            Range = new NumberRange(0, 1e6) { HasTechnicalMax = true },
            Default = layers => layers.Architecture == Architecture.NGpt ? 0 : 0.1,
            DefaultText = "0 for nGPT, 0.1 for GPT",
        });

    /// <summary>Decay of Adam's first moment.</summary>
    public double Beta1 { get; init; } = 0.9;

    /// <summary>The setting of <see cref="Beta1"/>.</summary>
    public static Setting<double> Beta1Setting { get; } = Schema.Add(
        training => training.Beta1,
        (training, value) => training with { Beta1 = value },
        new("beta1", SettingTypes.Number, "X", "Decay of Adam's first moment") { Range = new NumberRange(0, 1) { ExcludesMax = true } });

    /// <summary>Decay of Adam's second moment.</summary>
    public double Beta2 { get; init; } = 0.95;

    /// <summary>The setting of <see cref="Beta2"/>.</summary>
    public static Setting<double> Beta2Setting { get; } = Schema.Add(
        training => training.Beta2,
        (training, value) => training with { Beta2 = value },
        new("beta2", SettingTypes.Number, "X", "Decay of Adam's second moment") { Range = new NumberRange(0, 1) { ExcludesMax = true } });

    /// <summary>Added to the root of Adam's second moment.</summary>
    public double AdamEpsilon { get; init; } = 1e-8;

    /// <summary>The setting of <see cref="AdamEpsilon"/>.</summary>
    public static Setting<double> AdamEpsilonSetting { get; } = Schema.Add(
        training => training.AdamEpsilon,
        (training, value) => training with { AdamEpsilon = value },
        new("adam-epsilon", SettingTypes.Number, "X", "Added to the root of Adam's second moment")
        {
            Label = "Adam epsilon",
            Range = new NumberRange(0, 1) { ExcludesMin = true, HasTechnicalMax = true },
        });

    /// <summary>Maximum global gradient norm; 0 turns clipping off.</summary>
    public double GradientClip { get; init; } = 1;

    /// <summary>The setting of <see cref="GradientClip"/>.</summary>
    public static Setting<double> GradientClipSetting { get; } = Schema.Add(
        training => training.GradientClip,
        (training, value) => training with { GradientClip = value },
        new("gradient-clip", SettingTypes.Number, "NORM", "Maximum global gradient norm, 0 for no clipping", "grad_clip")
        {
            Range = NumberRange.AtLeast(0) with { MinMeaning = "off" },
        });

    /// <summary>Seed of the initial parameters and of the order of the data.</summary>
    public long Seed { get; init; } = 1337;

    /// <summary>The setting of <see cref="Seed"/>.</summary>
    public static Setting<long> SeedSetting { get; } = Schema.Add(
        training => training.Seed,
        (training, value) => training with { Seed = value },
        new("seed", SettingTypes.Long, "N", "Seed of the parameters and of the order of the data"));

    /// <summary>Steps between evaluations on held-out data; the last step is always evaluated.</summary>
    public required int EvalInterval { get; init; }

    /// <summary>The setting of <see cref="EvalInterval"/>.</summary>
    public static Setting<int> EvalIntervalSetting { get; } = Schema.Add(
        training => training.EvalInterval,
        (training, value) => training with { EvalInterval = value },
        new("eval-interval", SettingTypes.Integer, "N", "Steps between evaluations on held-out text")
        {
            Range = NumberRange.AtLeast(1),
            OnResume = ResumeRule.MayChange,
        });

    /// <summary>Batches in one evaluation.</summary>
    public required int EvalBatches { get; init; }

    /// <summary>The setting of <see cref="EvalBatches"/>.</summary>
    public static Setting<int> EvalBatchesSetting { get; } = Schema.Add(
        training => training.EvalBatches,
        (training, value) => training with { EvalBatches = value },
        new("eval-batches", SettingTypes.Integer, "N", "Batches in one evaluation", "eval_iters")
        {
            Range = NumberRange.AtLeast(1),
            OnResume = ResumeRule.MayChange,
        });

    /// <summary>Steps between log lines.</summary>
    public int LogInterval { get; init; } = 1;

    /// <summary>The setting of <see cref="LogInterval"/>.</summary>
    public static Setting<int> LogIntervalSetting { get; } = Schema.Add(
        training => training.LogInterval,
        (training, value) => training with { LogInterval = value },
        new("log-interval", SettingTypes.Integer, "N", "Steps between log lines") { Range = NumberRange.AtLeast(1), OnResume = ResumeRule.MayChange });

    /// <summary>Steps between checkpoints; one is also saved at each new best loss and at the last step.</summary>
    public required int CheckpointInterval { get; init; }

    /// <summary>The setting of <see cref="CheckpointInterval"/>.</summary>
    public static Setting<int> CheckpointIntervalSetting { get; } = Schema.Add(
        training => training.CheckpointInterval,
        (training, value) => training with { CheckpointInterval = value },
        new("checkpoint-interval", SettingTypes.Integer, "N", "Steps between checkpoints, besides those of a new best loss and of the last step")
        {
            Range = NumberRange.AtLeast(1),
            OnResume = ResumeRule.MayChange,
        });

    /// <summary>How many of the newest checkpoints to keep, besides the best one.</summary>
    public int KeepCheckpoints { get; init; } = 3;

    /// <summary>The setting of <see cref="KeepCheckpoints"/>.</summary>
    public static Setting<int> KeepCheckpointsSetting { get; } = Schema.Add(
        training => training.KeepCheckpoints,
        (training, value) => training with { KeepCheckpoints = value },
        new("keep-checkpoints", SettingTypes.Integer, "N", "How many of the newest checkpoints to keep, besides the best")
        {
            Label = "checkpoints to keep",
            Range = NumberRange.AtLeast(1),
            OnResume = ResumeRule.MayChange,
        });

    /// <summary>Evaluations without a better held-out loss after which the run stops early; 0 for never.</summary>
    public int Patience { get; init; }

    /// <summary>The setting of <see cref="Patience"/>.</summary>
    public static Setting<int> PatienceSetting { get; } = Schema.Add(
        training => training.Patience,
        (training, value) => training with { Patience = value },
        new("patience", SettingTypes.Integer, "N", "Stop early after this many evaluations without a better held-out loss; 0 for never")
        {
            Range = NumberRange.AtLeast(0),
            OnResume = ResumeRule.MayChange,
            NoEffect = layers => RunOptions.WithEvalOnly(layers, "--eval-only takes no steps") ?? EndsBeforePatience(layers),
        },
        presence: KeyPresence.OmitInitial);

    /// <summary>Steps between samples that the model generates during training; 0 for none.</summary>
    public int SampleInterval { get; init; }

    /// <summary>The setting of <see cref="SampleInterval"/>.</summary>
    public static Setting<int> SampleIntervalSetting { get; } = Schema.Add(
        training => training.SampleInterval,
        (training, value) => training with { SampleInterval = value },
        new("sample-interval", SettingTypes.Integer, "N", "Steps between samples of the model during training, besides the one at the end; 0 for none")
        {
            Range = NumberRange.AtLeast(0),
            OnResume = ResumeRule.MayChange,
            NoEffect = layers => RunOptions.WithEvalOnly(layers, "--eval-only takes no steps"),
        },
        presence: KeyPresence.OmitInitial);

    /// <summary>Tokens of each sample; 0 for none.</summary>
    public int SampleTokens { get; init; } = DefaultSampleTokens;

    /// <summary>The setting of <see cref="SampleTokens"/>.</summary>
    public static Setting<int> SampleTokensSetting { get; } = Schema.Add(
        training => training.SampleTokens,
        (training, value) => training with { SampleTokens = value },
        new("sample-tokens", SettingTypes.Integer, "N", "Length of the text generated at the end, 0 for none")
        {
            Range = NumberRange.AtLeast(0),
            OnResume = ResumeRule.MayChange,
            NoEffect = layers => RunOptions.WithEvalOnly(layers, "--eval-only generates no text"),
        },
        presence: KeyPresence.OmitInitial);

    /// <summary>Gathers everything that is wrong with this configuration.</summary>
    /// <returns>One line a problem: field, allowed range and value. Empty when the configuration is valid.</returns>
    public IReadOnlyList<string> Validate()
    {
        // Decay steps that follow from wrong steps would be reported twice.
        List<string> problems = [.. Schema.RangeProblems(this, except: Steps < 1 && DecaySteps == Steps ? DecayStepsSetting : null)];
        if (LearningRate > 0 && MinLearningRate > LearningRate)
        {
            problems.Add($"minimum learning rate {MinLearningRate} is above the learning rate {LearningRate}");
        }

        if (WarmupSteps > 0 && WarmupSteps >= DecaySteps && Schedule != LearningRateSchedule.Constant)
        {
            problems.Add($"warmup steps {WarmupSteps} leave no step of the schedule, which ends at step {DecaySteps}");
        }

        return problems;
    }

    private static string? ConstantHasNone(SettingLayers layers) =>
        layers.Get(ScheduleSetting) == LearningRateSchedule.Constant ? "--schedule constant never decays" : null;

    private static string? EndsBeforePatience(SettingLayers layers)
    {
        int steps = layers.Get(StepsSetting);
        int interval = layers.Get(EvalIntervalSetting);
        return interval > 0 && (long)layers.Get(PatienceSetting) * interval >= steps ? $"the run ends after {steps} steps, with an evaluation every {interval}" : null;
    }

    // A run so short that 5% of it is nothing still gets a warmup step, as long as a step of the schedule is left.
    private static int DefaultWarmup(SettingLayers layers) => layers.Architecture == Architecture.NGpt
        ? 0
        : Math.Max(0, Math.Min(Math.Clamp(layers.Get(StepsSetting) / 20, 1, 2000), layers.Get(DecayStepsSetting) - 1));

    private static Setting<double> AddFactor(
        string key, string label, Func<LearningRateFactors, double> get, Func<LearningRateFactors, double, LearningRateFactors> set) => Schema.AddStored(
        $"{key}_rate_factor",
        SettingTypes.Number,
        training => get(training.LearningRateFactors),
        (training, value) => training with { LearningRateFactors = set(training.LearningRateFactors, value) },
        KeyPresence.OmitInitial,
        new NumberRange(0, 1e30) { ExcludesMin = true, HasTechnicalMax = true },
        $"learning rate factor of {label}");
}
