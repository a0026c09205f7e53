namespace NGpt.Core.Configuration;

/// <summary>The two model families that can be trained, compared and run.</summary>
public enum Architecture
{
    /// <summary>The normalized Transformer: hidden states and matrices on the unit hypersphere.</summary>
    NGpt,

    /// <summary>The baseline: pre-norm Transformer with RMSNorm, RoPE and SwiGLU.</summary>
    Gpt,
}

/// <summary>
/// The shape of a model: all that is needed to build it and to read its weights.
/// B batch, T sequence length, C <see cref="EmbeddingWidth"/>, H <see cref="HeadCount"/>, D <see cref="HeadWidth"/>,
/// F <see cref="MlpWidth"/>, V <see cref="VocabularySize"/>, L <see cref="LayerCount"/>.
/// </summary>
public sealed record ModelConfig
{
    internal static ConfigSchema<ModelConfig> Schema { get; } = new(SettingGroup.Model, Activator.CreateInstance<ModelConfig>);

    /// <summary>Which of the two model families.</summary>
    public required Architecture Architecture { get; init; }

    /// <summary>The setting of <see cref="Architecture"/>.</summary>
    public static Setting<Architecture> ArchitectureSetting { get; } = Schema.Add(
        model => model.Architecture,
        (model, value) => model with { Architecture = value },
        new("arch", SettingTypes.Choice(ConfigurationNames.Architectures), "ngpt|gpt", "Model family: the normalized Transformer, or the GPT baseline"),
        key: "architecture");

    /// <summary>V, the number of tokens; the tokenizer decides it.</summary>
    public required int VocabularySize { get; init; }

    internal static Setting<int> VocabularySizeKey { get; } = Schema.AddStored(
        "vocabulary_size", SettingTypes.Integer, model => model.VocabularySize, (model, value) => model with { VocabularySize = value }, range: NumberRange.Between(2, 1 << 24));

    /// <summary>L, the number of blocks.</summary>
    public required int LayerCount { get; init; }

    /// <summary>The setting of <see cref="LayerCount"/>.</summary>
    public static Setting<int> LayersSetting { get; } = Schema.Add(
        model => model.LayerCount,
        (model, value) => model with { LayerCount = value },
        new("layers", SettingTypes.Integer, "N", "Number of blocks (L)", "n_layer")
        {
            Range = NumberRange.Between(1, 1000),
        });

    /// <summary>H, the number of attention heads; divides C.</summary>
    public required int HeadCount { get; init; }

    /// <summary>The setting of <see cref="HeadCount"/>.</summary>
    public static Setting<int> HeadsSetting { get; } = Schema.Add(
        model => model.HeadCount,
        (model, value) => model with { HeadCount = value },
        new("heads", SettingTypes.Integer, "N", "Number of attention heads (H); divides the embedding width", "n_head")
        {
            Range = NumberRange.Between(1, 1 << 12),
        });

    /// <summary>C, the width of the embedding and of the residual stream.</summary>
    public required int EmbeddingWidth { get; init; }

    /// <summary>The setting of <see cref="EmbeddingWidth"/>.</summary>
    public static Setting<int> EmbeddingWidthSetting { get; } = Schema.Add(
        model => model.EmbeddingWidth,
        (model, value) => model with { EmbeddingWidth = value },
        new("embedding-width", SettingTypes.Integer, "N", "Width of the embedding (C)", "n_embd")
        {
            Range = NumberRange.Between(2, 1 << 16),
        });

    /// <summary>F, the width of the MLP's hidden state; 4·C in the paper.</summary>
    public required int MlpWidth { get; init; }

    /// <summary>The setting of <see cref="MlpWidth"/>.</summary>
    public static Setting<int> MlpWidthSetting { get; } = Schema.Add(
        model => model.MlpWidth,
        (model, value) => model with { MlpWidth = value },
        new("mlp-width", SettingTypes.Integer, "N", "Width of the MLP's hidden state (F)")
        {
            Label = "MLP width",
            Range = NumberRange.Between(1, 1 << 18),
            // A width far outside its range must not overflow here: validation reports it.
            Default = layers => (int)Math.Clamp(4L * layers.Get(EmbeddingWidthSetting), 0, int.MaxValue),
            DefaultText = "4 times the embedding width",
        });

    /// <summary>The longest sequence that the model is trained on, in tokens.</summary>
    public required int ContextLength { get; init; }

    /// <summary>The setting of <see cref="ContextLength"/>.</summary>
    public static Setting<int> ContextLengthSetting { get; } = Schema.Add(
        model => model.ContextLength,
        (model, value) => model with { ContextLength = value },
        new("context-length", SettingTypes.Integer, "N", "Tokens in one training sequence (T)", "block_size")
        {
            Range = NumberRange.Between(1, 1 << 20),
        });

    /// <summary>The base of RoPE's frequencies.</summary>
    public double RopeTheta { get; init; } = 10_000;

    /// <summary>The setting of <see cref="RopeTheta"/>.</summary>
    public static Setting<double> RopeThetaSetting { get; } = Schema.Add(
        model => model.RopeTheta,
        (model, value) => model with { RopeTheta = value },
        new("rope-theta", SettingTypes.Number, "THETA", "Base of the rotary frequencies") { Label = "RoPE theta", Range = NumberRange.Above(1) });

    /// <summary>Added to the mean square in the baseline's RMSNorm; nGPT has no such layer.</summary>
    public double RmsNormEpsilon { get; init; } = 1e-6;

    internal static Setting<double> RmsNormEpsilonKey { get; } = Schema.AddStored(
        "rms_norm_epsilon", SettingTypes.Number, model => model.RmsNormEpsilon, (model, value) => model with { RmsNormEpsilon = value },
        range: NumberRange.Between(0, 1) with { ExcludesMin = true, ExcludesMax = true }, label: "RMSNorm epsilon");

    /// <summary>nGPT's learned scales; null for the baseline.</summary>
    public NGptScales? Scales { get; init; }

    internal static ConfigSchema<NGptScales> ScalesKey { get; } = Schema.AddNested(
        "scales", NGptScales.Schema, model => model.Scales, (model, value) => model with { Scales = value }, layers => layers.Architecture == Architecture.NGpt);

    /// <summary>
    /// Heads of keys and values, each of which H divided by this many heads of queries share; null for H. Only models of others,
    /// which are run and not trained here, have fewer.
    /// </summary>
    public int? KeyValueHeadCount { get; init; }

    /// <summary>Whether the token embedding is the output embedding too. Only models of others, which are run and not trained here, have that.</summary>
    public bool HasTiedEmbeddings { get; init; }

    /// <summary>Width of all keys, and of all values, of a token.</summary>
    public int KeyValueWidth => (KeyValueHeadCount ?? HeadCount) * HeadWidth;

    /// <summary>D = C / H, the width of one head; even, since RoPE rotates pairs.</summary>
    public int HeadWidth => EmbeddingWidth / HeadCount;

    /// <summary>
    /// What nGPT multiplies queries and keys by besides s_qk: 1 for unit vectors; √(C/D) where they are not
    /// normalized, which makes their length 1 on average at the start.
    /// </summary>
    public double QueryKeyConstant => Scales?.QueryKeyNormalization == QueryKeyNormalization.None ? Math.Sqrt((double)EmbeddingWidth / HeadWidth) : 1;

    /// <summary>Number of learned numbers, embeddings included.</summary>
    public long ParameterCount => ParameterCatalog.Of(this).Sum(parameter => parameter.Count);

    /// <summary>Gathers everything that is wrong with this configuration.</summary>
    /// <returns>One line a problem: field, allowed range and value. Empty when the configuration is valid.</returns>
    public IReadOnlyList<string> Validate()
    {
        List<string> problems = [.. Schema.RangeProblems(this)];
        if (HeadCount >= 1 && EmbeddingWidth >= 2)
        {
            Require(
                EmbeddingWidth % HeadCount == 0,
                $"embedding width {EmbeddingWidth} is not divisible by {HeadCount} heads{NearestWidths()}");
            Require(
                EmbeddingWidth % HeadCount != 0 || HeadWidth % 2 == 0,
                $"head width {EmbeddingWidth}/{HeadCount} = {HeadWidth} is odd: RoPE rotates pairs{NearestWidths()}");
        }

        Require(
            KeyValueHeadCount is not int shared || (shared >= 1 && shared <= HeadCount && HeadCount % shared == 0),
            $"{KeyValueHeadCount} heads of keys and values do not divide {HeadCount} heads of queries");
        Require(
            Architecture == Architecture.Gpt || (KeyValueHeadCount is null && !HasTiedEmbeddings),
            "nGPT has neither grouped queries nor tied embeddings");
        Require(Architecture != Architecture.NGpt || Scales is not null, "nGPT needs its scales (alpha, sqk, su, sv, sz)");
        Require(Architecture != Architecture.Gpt || Scales is null, "the GPT baseline has no scales");
        return problems;

        void Require(bool condition, string problem)
        {
            if (!condition)
            {
                problems.Add(problem);
            }
        }
    }

    private string NearestWidths()
    {
        int unit = 2 * HeadCount;
        int below = EmbeddingWidth / unit * unit;
        return below > 0 ? $" (nearest that fit: {below} and {below + unit})" : $" (nearest that fits: {unit})";
    }
}
