namespace NGpt.Core.Configuration;

/// <summary>How many numbers a learned scale of nGPT has.</summary>
public enum ScaleShape
{
    /// <summary>One for every column that it scales, as published.</summary>
    Vector,

    /// <summary>One for all columns: the paper's ablation of that scale. It is stored with the shape [1].</summary>
    Scalar,
}

/// <summary>What nGPT does to a head's queries and keys between RoPE and s_qk.</summary>
public enum QueryKeyNormalization
{
    /// <summary>Puts them on the unit hypersphere, as published: q = Norm(RoPE(q))∘s_qk, k likewise.</summary>
    Exact,

    /// <summary>
    /// Leaves their lengths as they are: q = RoPE(q)·√(C/D)∘s_qk, k likewise. Hidden states and the rows of Wq and Wk
    /// are unit vectors, so a head's query of an untrained model has the mean square length D/C: with the constant
    /// the ablation takes the projection away and keeps the scale.
    /// </summary>
    None,
}

/// <summary>
/// How one kind of learned scale is stored: the parameter is initialized with <see cref="Scale"/> and is used multiplied by
/// <see cref="Factor"/>, so that its initial effective value is <see cref="Initial"/>. A small stored scale makes
/// Adam's steps, which do not depend on the gradient's size, relatively larger (docs/method.md, section 3).
/// </summary>
/// <param name="Initial">Initial effective value (s_init).</param>
/// <param name="Scale">Initial stored value (s_scale).</param>
/// <param name="Shape">Whether every column has a number of its own.</param>
public sealed record ScaleSetting(double Initial, double Scale, ScaleShape Shape = ScaleShape.Vector)
{
    /// <summary>Effective value per unit of stored value: s_init / s_scale.</summary>
    public double Factor => Initial / Scale;

    /// <summary>How many numbers are learned and stored.</summary>
    /// <param name="length">Number of columns that are scaled.</param>
    /// <returns>The same number for a vector, 1 for a scalar.</returns>
    public int StoredLength(int length) => Shape == ScaleShape.Scalar ? 1 : length;
}

/// <summary>The three settings of one scale.</summary>
/// <param name="Initial">Its initial effective value.</param>
/// <param name="Scale">Its initial stored value.</param>
/// <param name="Shape">Vector or scalar.</param>
public sealed record ScaleSettings(Setting<double> Initial, Setting<double> Scale, Setting<ScaleShape> Shape);

/// <summary>
/// The learned scales of nGPT, one setting for each kind, and what s_qk scales (docs/method.md, section 3). The keys are
/// the same in a run's and in a checkpoint's <c>config.json</c>.
/// </summary>
public sealed record NGptScales
{
    internal static ConfigSchema<NGptScales> Schema { get; } = new(SettingGroup.Model, () => Published(1));

    /// <summary>α_A and α_M, the eigen learning rates: vectors [C], one pair a layer.</summary>
    public required ScaleSetting Alpha { get; init; }

    /// <summary>The settings of <see cref="Alpha"/>.</summary>
    public static ScaleSettings AlphaSettings { get; } = AddScale(
        "alpha", "eigen learning rates (alpha)", "0.05", "1/sqrt(C)", scales => scales.Alpha, (scales, value) => scales with { Alpha = value });

    /// <summary>s_qk, the query and key scale: vector [H·D], one a layer.</summary>
    public required ScaleSetting QueryKey { get; init; }

    /// <summary>The settings of <see cref="QueryKey"/>.</summary>
    public static ScaleSettings QueryKeySettings { get; } = AddScale(
        "sqk", "query and key scale", "1", "1/sqrt(C)", scales => scales.QueryKey, (scales, value) => scales with { QueryKey = value });

    /// <summary>s_u, the scale of the MLP's up projection: vector [F], one a layer.</summary>
    public required ScaleSetting Up { get; init; }

    /// <summary>The settings of <see cref="Up"/>.</summary>
    public static ScaleSettings UpSettings { get; } = AddScale(
        "su", "scale of the MLP's up projection", "1", "1", scales => scales.Up, (scales, value) => scales with { Up = value });

    /// <summary>s_v, the scale of the MLP's gate projection: vector [F], one a layer.</summary>
    public required ScaleSetting Gate { get; init; }

    /// <summary>The settings of <see cref="Gate"/>.</summary>
    public static ScaleSettings GateSettings { get; } = AddScale(
        "sv", "scale of the MLP's gate projection", "1", "1", scales => scales.Gate, (scales, value) => scales with { Gate = value });

    /// <summary>s_z, the logit scale: vector [V].</summary>
    public required ScaleSetting Logit { get; init; }

    /// <summary>The settings of <see cref="Logit"/>.</summary>
    public static ScaleSettings LogitSettings { get; } = AddScale(
        "sz", "logit scale", "1", "1/sqrt(C)", scales => scales.Logit, (scales, value) => scales with { Logit = value });

    /// <summary>What happens to queries and keys before s_qk.</summary>
    public QueryKeyNormalization QueryKeyNormalization { get; init; } = QueryKeyNormalization.Exact;

    /// <summary>The setting of <see cref="QueryKeyNormalization"/>.</summary>
    public static Setting<QueryKeyNormalization> QueryKeyNormalizationSetting { get; } = Schema.Add(
        scales => scales.QueryKeyNormalization,
        (scales, value) => scales with { QueryKeyNormalization = value },
        new("qk-norm", SettingTypes.Choice(ConfigurationNames.QueryKeyNormalizations), "norm|none", "nGPT: whether queries and keys are normalized to unit length before their scale")
        {
            NoEffect = layers => layers.Architecture == Architecture.Gpt ? "the GPT baseline never normalizes queries and keys" : null,
        },
        presence: KeyPresence.OmitInitial);

    /// <summary>The published initial values for a model of the given width.</summary>
    /// <param name="embeddingWidth">C, at least 1.</param>
    /// <returns>α 0.05; s_qk, s_u, s_v, s_z 1; stored scale 1/√C for α, s_qk and s_z, and 1 for s_u and s_v.</returns>
    public static NGptScales Published(int embeddingWidth)
    {
        double baseScale = 1 / Math.Sqrt(embeddingWidth);
        return new NGptScales
        {
            Alpha = new ScaleSetting(0.05, baseScale),
            QueryKey = new ScaleSetting(1, baseScale),
            Up = new ScaleSetting(1, 1),
            Gate = new ScaleSetting(1, 1),
            Logit = new ScaleSetting(1, baseScale),
        };
    }

    internal IEnumerable<(string Name, ScaleSetting Setting)> All() =>
        [("alpha", Alpha), ("sqk", QueryKey), ("su", Up), ("sv", Gate), ("sz", Logit)];

    /// <summary>The initial values of a run in which no scale was given: published, or adapted by νGPT.</summary>
    private static NGptScales InitialFor(SettingLayers layers)
    {
        NGptScales published = Published(Math.Max(1, layers.Get(ModelConfig.EmbeddingWidthSetting)));
        return NuGptParametrization.Of(layers)?.Scales(published) ?? published;
    }

    private static ScaleSettings AddScale(
        string name, string meaning, string initial, string stored, Func<NGptScales, ScaleSetting> get, Func<NGptScales, ScaleSetting, NGptScales> set)
    {
        Func<SettingLayers, string?> noEffect = layers => layers.Architecture == Architecture.Gpt ? "the GPT baseline has no such scale" : null;
        return new ScaleSettings(
            Schema.Add(
                scales => get(scales).Initial,
                (scales, value) => set(scales, get(scales) with { Initial = value }),
                new Setting<double>($"{name}-init", SettingTypes.Number, "X", $"nGPT: initial effective value of the {meaning}")
                {
                    Label = $"initial {name}",
                    Range = NumberRange.Above(0),
                    Default = layers => get(InitialFor(layers)).Initial,
                    DefaultText = initial,
                    NoEffect = noEffect,
                }),
            Schema.Add(
                scales => get(scales).Scale,
                (scales, value) => set(scales, get(scales) with { Scale = value }),
                new Setting<double>($"{name}-scale", SettingTypes.Number, "X", $"nGPT: initial stored value of the {meaning}")
                {
                    Label = $"stored scale of {name}",
                    Range = NumberRange.Above(0),
                    Default = layers => get(InitialFor(layers)).Scale,
                    DefaultText = stored,
                    NoEffect = noEffect,
                }),
            Schema.Add(
                scales => get(scales).Shape,
                (scales, value) => set(scales, get(scales) with { Shape = value }),
                new Setting<ScaleShape>($"{name}-shape", SettingTypes.Choice(ConfigurationNames.ScaleShapes), "vector|scalar", $"nGPT: shape of the {meaning}")
                {
                    NoEffect = noEffect,
                },
                presence: KeyPresence.OmitInitial));
    }
}
