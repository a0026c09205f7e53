using NGpt.Core.Errors;

namespace NGpt.Core.Configuration;

/// <summary>
/// Turns layers of settings into configuration records. Defaults that depend on the architecture are resolved after
/// everything that the person gave, so that switching the architecture alone gives that architecture's recipe.
/// </summary>
public static class RunConfigResolver
{
    // Any valid size: the real one is known only after the data was read.
    private const int PlaceholderVocabulary = 256;

    // The word that leaves a choice to the program.
    private const string Auto = "auto";

    /// <summary>Checks everything that can be checked before any data is read.</summary>
    /// <param name="layers">The settings.</param>
    /// <exception cref="UsageException">Something is wrong; the message has all problems, separated by "; ".</exception>
    public static void Check(SettingLayers layers)
    {
        ArgumentNullException.ThrowIfNull(layers);
        ModelConfig model = Model(layers, PlaceholderVocabulary);
        TrainingConfig training = Training(layers, layers.Architecture);
        ThrowOn([.. RunConfig.Validate(model, training), .. NuGptParametrization.Problems(layers, layers.Architecture), .. Conflicts(layers)]);
    }

    /// <summary>Resolves the shape of the model.</summary>
    /// <param name="layers">The settings.</param>
    /// <param name="vocabularySize">V, as the tokenizer has it.</param>
    /// <returns>A configuration whose validation found nothing.</returns>
    /// <exception cref="UsageException">The shape is impossible; the message has all problems.</exception>
    public static ModelConfig ResolveModel(SettingLayers layers, int vocabularySize)
    {
        ArgumentNullException.ThrowIfNull(layers);
        ModelConfig model = Model(layers, vocabularySize);
        ThrowOn([.. model.Validate(), .. NuGptParametrization.Problems(layers, layers.Architecture)]);
        return model;
    }

    /// <summary>Resolves the training recipe.</summary>
    /// <param name="layers">The settings.</param>
    /// <param name="architecture">The architecture that is trained, normally <see cref="SettingLayers.Architecture"/>.</param>
    /// <returns>A configuration whose validation found nothing.</returns>
    /// <exception cref="UsageException">The recipe is impossible; the message has all problems.</exception>
    public static TrainingConfig ResolveTraining(SettingLayers layers, Architecture architecture)
    {
        ArgumentNullException.ThrowIfNull(layers);
        TrainingConfig training = Training(layers, architecture);
        ThrowOn([.. training.Validate(), .. NuGptParametrization.Problems(layers, architecture)]);
        return training;
    }

    /// <summary>Resolves where and how the call runs.</summary>
    /// <param name="layers">The settings.</param>
    /// <returns>The options of the call.</returns>
    /// <exception cref="UsageException">Two options exclude each other.</exception>
    public static RunOptions ResolveRun(SettingLayers layers)
    {
        ArgumentNullException.ThrowIfNull(layers);
        ThrowOn(Conflicts(layers));
        RunOptions options = new()
        {
            Out = Optional(layers, SettingCatalog.Out),
            Device = layers.Get(SettingCatalog.Device, Auto),
            Precision = ConfigurationNames.Precisions.TryParse(layers.Get(SettingCatalog.DataType, Auto), out Precision precision) ? precision : null,
            Engine = ConfigurationNames.Engines.TryParse(layers.Get(SettingCatalog.Engine, Auto), out EngineKind engine) ? engine : null,
            Recompute = layers.Get(SettingCatalog.Recompute, false),
            ExplainMemory = layers.Get(SettingCatalog.ExplainMemory, false),
            Threads = layers.TryGet(SettingCatalog.Threads, out int threads) ? threads : null,
            InitFrom = Optional(layers, SettingCatalog.InitFrom),
            Resume = Optional(layers, SettingCatalog.Resume),
            EvalOnly = layers.Get(SettingCatalog.EvalOnly, false),
            TimeLimit = layers.TryGet(SettingCatalog.TimeLimit, out TimeSpan limit) ? limit : null,
            SampleTokens = layers.Get(SettingCatalog.SampleTokens, 0),
        };
        if (options.EvalOnly)
        {
            layers.HasNoEffect(SettingCatalog.SampleTokens, "--eval-only writes no text");
            layers.HasNoEffect(SettingCatalog.TimeLimit, "--eval-only takes no steps");
            layers.HasNoEffect(SettingCatalog.Sampling, "--eval-only reads the same windows every time");
            layers.HasNoEffect(SettingCatalog.Recompute, "--eval-only has no backward pass");
        }

        if (options.ExplainMemory)
        {
            layers.HasNoEffect(SettingCatalog.EvalOnly, "--explain-memory stops before");
        }

        return options;
    }

    private static ModelConfig Model(SettingLayers layers, int vocabularySize)
    {
        int width = layers.Get(SettingCatalog.EmbeddingWidth, 0);
        // A width far outside its range must not overflow here: it is named by the validation.
        int mlpWidth = (int)Math.Clamp(4L * width, 0, int.MaxValue);
        return new ModelConfig
        {
            Architecture = layers.Architecture,
            VocabularySize = vocabularySize,
            LayerCount = layers.Get(SettingCatalog.Layers, 0),
            HeadCount = layers.Get(SettingCatalog.Heads, 0),
            EmbeddingWidth = width,
            MlpWidth = layers.Get(SettingCatalog.MlpWidth, mlpWidth),
            ContextLength = layers.Get(SettingCatalog.ContextLength, 0),
            RopeTheta = layers.Get(SettingCatalog.RopeTheta, 10_000),
            Scales = layers.Architecture == Architecture.NGpt ? Scales(layers, Math.Max(1, width)) : NoScales(layers),
        };
    }

    private static NGptScales Scales(SettingLayers layers, int width)
    {
        NGptScales published = NGptScales.Published(width);
        NGptScales starts = NuGptParametrization.Of(layers)?.Scales(published) ?? published;
        return new NGptScales
        {
            Alpha = Scale(SettingCatalog.AlphaInitial, SettingCatalog.AlphaScale, SettingCatalog.AlphaShape, starts.Alpha),
            QueryKey = Scale(SettingCatalog.QueryKeyInitial, SettingCatalog.QueryKeyScale, SettingCatalog.QueryKeyShape, starts.QueryKey),
            QueryKeyNormalization = layers.Get(SettingCatalog.QueryKeyNormalization, starts.QueryKeyNormalization),
            Up = Scale(SettingCatalog.UpInitial, SettingCatalog.UpScale, SettingCatalog.UpShape, starts.Up),
            Gate = Scale(SettingCatalog.GateInitial, SettingCatalog.GateScale, SettingCatalog.GateShape, starts.Gate),
            Logit = Scale(SettingCatalog.LogitInitial, SettingCatalog.LogitScale, SettingCatalog.LogitShape, starts.Logit),
        };

        ScaleSetting Scale(Setting<double> initial, Setting<double> scale, Setting<ScaleShape> shape, ScaleSetting fallback) =>
            new(layers.Get(initial, fallback.Initial), layers.Get(scale, fallback.Scale), layers.Get(shape, fallback.Shape));
    }

    private static NGptScales? NoScales(SettingLayers layers)
    {
        foreach (Setting setting in SettingCatalog.Scales)
        {
            layers.HasNoEffect(setting, "the GPT baseline has no such scale");
        }

        layers.HasNoEffect(SettingCatalog.QueryKeyNormalization, "the GPT baseline never normalizes queries and keys");

        return null;
    }

    private static TrainingConfig Training(SettingLayers layers, Architecture architecture)
    {
        bool nGpt = architecture == Architecture.NGpt;
        int steps = layers.Get(SettingCatalog.Steps, 0);
        int decaySteps = layers.Get(SettingCatalog.DecaySteps, steps);
        // A run so short that 5% of it is nothing still gets a warmup step, as long as a step of the schedule is left.
        int warmup = nGpt ? 0 : Math.Max(0, Math.Min(Math.Clamp(steps / 20, 1, 2000), decaySteps - 1));
        LearningRateSchedule schedule = layers.Get(SettingCatalog.Schedule, LearningRateSchedule.Cosine);
        WarnUnusedSchedule(layers, schedule);
        double learningRate = layers.Get(SettingCatalog.LearningRate, 0);
        double minLearningRate = layers.Get(SettingCatalog.MinLearningRate, 0);
        NuGptParametrization? transfer = NuGptParametrization.Of(layers);
        double rateFactor = transfer?.RateFactor ?? 1;
        return new TrainingConfig
        {
            Steps = steps,
            BatchSize = layers.Get(SettingCatalog.BatchSize, 0),
            GradientAccumulation = layers.Get(SettingCatalog.GradientAccumulation, 1),
            LearningRate = learningRate * rateFactor,
            MinLearningRate = minLearningRate * rateFactor,
            LearningRateFactors = transfer?.Factors ?? LearningRateFactors.Equal,
            NuGptBase = transfer is null ? null : new NuGptBase(
                layers.Get(SettingCatalog.BaseWidth, 0), layers.Get(SettingCatalog.BaseLayers, 0), layers.Get(SettingCatalog.BaseTokens, 0), learningRate, minLearningRate),
            Schedule = schedule,
            WarmupSteps = layers.Get(SettingCatalog.WarmupSteps, warmup),
            DecaySteps = decaySteps,
            DecayFraction = layers.Get(SettingCatalog.DecayFraction, 0.2),
            WeightDecay = layers.Get(SettingCatalog.WeightDecay, nGpt ? 0 : 0.1),
            Beta1 = layers.Get(SettingCatalog.Beta1, 0.9),
            Beta2 = layers.Get(SettingCatalog.Beta2, 0.95),
            AdamEpsilon = layers.Get(SettingCatalog.AdamEpsilon, 1e-8),
            GradientClip = layers.Get(SettingCatalog.GradientClip, 1),
            Seed = layers.Get(SettingCatalog.Seed, 1337),
            EvalInterval = layers.Get(SettingCatalog.EvalInterval, 0),
            EvalBatches = layers.Get(SettingCatalog.EvalBatches, 0),
            LogInterval = layers.Get(SettingCatalog.LogInterval, 1),
            CheckpointInterval = layers.Get(SettingCatalog.CheckpointInterval, 0),
            KeepCheckpoints = layers.Get(SettingCatalog.KeepCheckpoints, 3),
        };
    }

    private static void WarnUnusedSchedule(SettingLayers layers, LearningRateSchedule schedule)
    {
        if (schedule != LearningRateSchedule.WarmupStableDecay)
        {
            layers.HasNoEffect(SettingCatalog.DecayFraction, "only --schedule wsd uses it");
        }

        if (schedule == LearningRateSchedule.Constant)
        {
            layers.HasNoEffect(SettingCatalog.DecaySteps, "--schedule constant never falls");
            layers.HasNoEffect(SettingCatalog.MinLearningRate, "--schedule constant never falls");
        }
    }

    private static IReadOnlyList<string> Conflicts(SettingLayers layers) =>
        layers.IsGiven(SettingCatalog.Resume) && layers.IsGiven(SettingCatalog.InitFrom)
            ? ["--resume continues a run and --init-from starts a new one: give one of them"]
            : [];

    private static string? Optional(SettingLayers layers, Setting<string> setting) =>
        layers.TryGet(setting, out string? value) ? value : null;

    private static void ThrowOn(IReadOnlyList<string> problems)
    {
        if (problems.Count > 0)
        {
            throw new UsageException(string.Join("; ", problems));
        }
    }
}
