namespace NGpt.Core.Configuration;

/// <summary>How learning rates and initial values of nGPT's scales follow from the size of a run.</summary>
public enum Parametrization
{
    /// <summary>As published with nGPT: one learning rate for every parameter, tuned for each size.</summary>
    Published,

    /// <summary>νGPT (arXiv 2604.27077): the rate of a tuned base model, transferred by <see cref="NuGptParametrization"/>.</summary>
    NuGpt,
}

/// <summary>The tuned base model of a νGPT run: the sizes that the run is compared with, and the learning rates that were tuned.</summary>
/// <param name="Width">C of the base model.</param>
/// <param name="Layers">L of the base model.</param>
/// <param name="Tokens">Tokens that the base model was trained on, with repetitions.</param>
/// <param name="LearningRate">Peak learning rate of the base model.</param>
/// <param name="MinLearningRate">Learning rate at the end of the base model's schedule.</param>
public sealed record NuGptBase(int Width, int Layers, long Tokens, double LearningRate, double MinLearningRate)
{
    internal static ConfigSchema<NuGptBase> Schema { get; } = new(SettingGroup.Training, () => new NuGptBase(0, 0, 0, 0, 0), checksRangesOfText: true);

    /// <summary>The setting of <see cref="Width"/>.</summary>
    public static Setting<int> WidthSetting { get; } = Schema.Add(
        tuned => tuned.Width, (tuned, value) => tuned with { Width = value }, Define("base-width", SettingTypes.Integer, "nugpt: embedding width of the base model"), key: "width");

    /// <summary>The setting of <see cref="Layers"/>.</summary>
    public static Setting<int> LayersSetting { get; } = Schema.Add(
        tuned => tuned.Layers, (tuned, value) => tuned with { Layers = value }, Define("base-layers", SettingTypes.Integer, "nugpt: number of blocks of the base model"), key: "layers");

    /// <summary>The setting of <see cref="Tokens"/>.</summary>
    public static Setting<long> TokensSetting { get; } = Schema.Add(
        tuned => tuned.Tokens,
        (tuned, value) => tuned with { Tokens = value },
        Define("base-tokens", SettingTypes.Long, "nugpt: tokens that the base model was trained on (steps times tokens per step)"),
        key: "tokens");

    internal static Setting<double> LearningRateKey { get; } = Schema.AddStored(
        "learning_rate", SettingTypes.Number, tuned => tuned.LearningRate, (tuned, value) => tuned with { LearningRate = value });

    internal static Setting<double> MinLearningRateKey { get; } = Schema.AddStored(
        "min_learning_rate", SettingTypes.Number, tuned => tuned.MinLearningRate, (tuned, value) => tuned with { MinLearningRate = value });

    private static Setting<T> Define<T>(string name, SettingType<T> type, string description)
        where T : notnull => new(name, type, "N", description)
        {
            Range = NumberRange.AtLeast(1),
            DefaultText = "",
            NoEffect = layers => layers.Get(TrainingConfig.ParametrizationSetting) == Parametrization.NuGpt ? null : "only --parametrization nugpt uses it",
        };
}

/// <summary>
/// νGPT, learning-rate transfer for nGPT (Shigida, Hanin, Gromov, arXiv 2604.27077; docs/method.md, section 7): what
/// a run takes over from a tuned base model, given how much wider, deeper and longer trained it is.
/// </summary>
/// <param name="WidthRatio">m_width = C / C_base, above 0.</param>
/// <param name="DepthRatio">m_depth = L / L_base, above 0.</param>
/// <param name="TokenRatio">m_tokens = tokens / tokens_base, above 0; a run has steps · batch · accumulation · T tokens.</param>
public sealed record NuGptParametrization(double WidthRatio, double DepthRatio, double TokenRatio)
{
    // s_scale of α: the same at every width, where the published one is 1/√C.
    private const double AlphaScale = 0.03;

    /// <summary>What every learning rate of the base model is multiplied with: m_tokens^(−1/3).</summary>
    public double RateFactor => Math.Pow(TokenRatio, -1.0 / 3);

    /// <summary>Further factors by kind of parameter: E_in m_width^(−1/2), other matrices m_width^(−3/4), scales 1.</summary>
    public LearningRateFactors Factors => new(Math.Pow(WidthRatio, -1.0 / 2), Math.Pow(WidthRatio, -3.0 / 4), 1);

    /// <summary>Starts of the scales: α from 0.05/m_depth, stored as the constant 0.03; s_z from √m_width.</summary>
    /// <param name="published">The published starts for the width of the run.</param>
    /// <returns>The starts for this run; what is not named stays as published.</returns>
    public NGptScales Scales(NGptScales published)
    {
        ArgumentNullException.ThrowIfNull(published);
        return published with
        {
            Alpha = published.Alpha with { Initial = published.Alpha.Initial / DepthRatio, Scale = AlphaScale },
            Logit = published.Logit with { Initial = published.Logit.Initial * Math.Sqrt(WidthRatio) },
        };
    }

    /// <summary>The recipe of this run: learning rates of the base model times their factors, with the base model beside them.</summary>
    internal TrainingConfig Apply(TrainingConfig tuned) => tuned with
    {
        LearningRate = tuned.LearningRate * RateFactor,
        MinLearningRate = tuned.MinLearningRate * RateFactor,
        LearningRateFactors = Factors,
        NuGptBase = tuned.NuGptBase! with { LearningRate = tuned.LearningRate, MinLearningRate = tuned.MinLearningRate },
    };

    /// <summary>The parametrization of a run.</summary>
    internal static NuGptParametrization? Of(SettingLayers layers)
    {
        if (layers.Get(TrainingConfig.ParametrizationSetting) != Parametrization.NuGpt)
        {
            return null;
        }

        double tokens = (double)layers.Get(TrainingConfig.StepsSetting) * layers.Get(TrainingConfig.BatchSizeSetting)
            * layers.Get(TrainingConfig.GradientAccumulationSetting) * layers.Get(ModelConfig.ContextLengthSetting);
        NuGptParametrization ratios = new(
            Ratio(layers.Get(ModelConfig.EmbeddingWidthSetting), layers.Get(NuGptBase.WidthSetting)),
            Ratio(layers.Get(ModelConfig.LayersSetting), layers.Get(NuGptBase.LayersSetting)),
            Ratio(tokens, layers.Get(NuGptBase.TokensSetting)));
        // What is wrong is named by the checks of the settings themselves, not by what would follow from it.
        return ratios is { WidthRatio: > 0, DepthRatio: > 0, TokenRatio: > 0 } ? ratios : null;
    }

    /// <summary>Gathers what is wrong with the settings of the parametrization.</summary>
    internal static IReadOnlyList<string> Problems(SettingLayers layers)
    {
        if (layers.Get(TrainingConfig.ParametrizationSetting) != Parametrization.NuGpt)
        {
            return [];
        }

        if (layers.Architecture == Architecture.Gpt)
        {
            return ["--parametrization nugpt is for nGPT only: the GPT baseline takes its learning rate as given"];
        }

        string[] missing = [.. SettingCatalog.Base.Where(setting => !layers.IsGiven(setting)).Select(setting => $"--{setting.Name}")];
        return missing.Length > 0 ? [$"--parametrization nugpt transfers from a tuned base model: give {string.Join(" and ", missing)} too"] : [];
    }

    private static double Ratio(double size, double baseSize) => baseSize > 0 ? size / baseSize : 0;
}
