using CsCheck;
using NGpt.Core.Configuration;

namespace NGpt.Core.Tests.Configuration;

/// <summary>Random sound configurations, for properties that hold for all of them.</summary>
internal static class RandomConfigs
{
    private static readonly Gen<double> Positive = Gen.Double[1e-9, 1.0];

    private static readonly Gen<ScaleSetting> Scale =
        Gen.Select(Positive, Positive, Gen.Enum<ScaleShape>(), (initial, scale, shape) => new ScaleSetting(initial, scale, shape));

    private static readonly Gen<NGptScales> Scales = Gen.Select(Scale.Array[5], Gen.Enum<QueryKeyNormalization>(), (scales, normalization) =>
        new NGptScales
        {
            Alpha = scales[0],
            QueryKey = scales[1],
            QueryKeyNormalization = normalization,
            Up = scales[2],
            Gate = scales[3],
            Logit = scales[4],
        });

    // 1 often: it is what is not written.
    private static readonly Gen<double> Factor = Gen.OneOf(Positive, Gen.Const(1.0));

    private static readonly Gen<LearningRateFactors> Factors =
        Gen.Select(Factor, Factor, Factor, (embedding, matrices, vectors) => new LearningRateFactors(embedding, matrices, vectors));

    private static readonly Gen<NuGptBase?> Base = Gen.Select(
        Gen.Bool, Gen.Int[1, 999], Gen.Int[1, 999], Gen.Long[1, long.MaxValue], Positive,
        (isNuGpt, width, layers, tokens, rate) => isNuGpt ? new NuGptBase(width, layers, tokens, rate, rate / 7) : null);

    public static Gen<ModelConfig> Models { get; } =
        from architecture in Gen.Enum<Architecture>()
        from heads in Gen.Int[1, 9]
        from half in Gen.Int[1, 9]
        from sizes in Gen.Int[2, 999].Array[4]
        from theta in Gen.Double[1.5, 1e7]
        from epsilon in Positive
        from scales in Scales
        select new ModelConfig
        {
            Architecture = architecture,
            VocabularySize = sizes[0],
            LayerCount = sizes[1],
            HeadCount = heads,
            EmbeddingWidth = heads * half * 2,
            MlpWidth = sizes[2],
            ContextLength = sizes[3],
            RopeTheta = theta,
            RmsNormEpsilon = epsilon * 0.5,
            Scales = architecture == Architecture.NGpt ? scales : null,
        };

    public static Gen<RunConfig> Runs { get; } =
        from model in Models
        from counts in Gen.Int[1, 100_000].Array[9]
        from warmup in Gen.Int[0, 50]
        from rates in Positive.Array[8]
        from schedule in Gen.Enum<LearningRateSchedule>()
        from seed in Gen.Long
        from texts in Gen.String[1, 20].Array[3]
        from fraction in Gen.Bool
        from hash in Gen.Byte.Array[32]
        from precision in Gen.Enum<Precision>()
        from engine in Gen.Enum<EngineKind>()
        from sampling in Gen.Enum<WindowSampling>()
        from packing in Gen.Enum<WindowPacking>()
        from factors in Factors
        from tuned in Base
        select new RunConfig
        {
            Preset = texts[0],
            Model = model,
            Training = new TrainingConfig
            {
                Steps = counts[0],
                BatchSize = counts[1],
                GradientAccumulation = counts[2],
                LearningRate = rates[0],
                MinLearningRate = rates[0] * rates[1],
                LearningRateFactors = factors,
                NuGptBase = tuned,
                Schedule = schedule,
                WarmupSteps = warmup,
                DecaySteps = counts[3] + 50,
                DecayFraction = rates[2],
                WeightDecay = rates[3],
                Beta1 = rates[4] * 0.999,
                Beta2 = rates[5] * 0.999,
                AdamEpsilon = rates[6],
                GradientClip = rates[7],
                Seed = seed,
                EvalInterval = counts[4],
                EvalBatches = counts[5],
                LogInterval = counts[6],
                CheckpointInterval = counts[7],
                KeepCheckpoints = counts[8],
            },
            Data = new DataConfig
            {
                Source = texts[1],
                Tokenizer = texts[2],
                ValidationFraction = fraction ? rates[2] * DataConfig.MaxValidationFraction : null,
                Sampling = sampling,
                Packing = packing,
                Fingerprint = Convert.ToHexString(hash),
            },
            Precision = precision,
            Engine = engine,
        };
}
