namespace NGpt.Core.Configuration;

/// <summary>
/// The shape of a model: all that is needed to build it and to read its weights.
/// B batch, T sequence length, C <see cref="EmbeddingWidth"/>, H <see cref="HeadCount"/>, D <see cref="HeadWidth"/>,
/// F <see cref="MlpWidth"/>, V <see cref="VocabularySize"/>, L <see cref="LayerCount"/>.
/// </summary>
public sealed record ModelConfig
{
    /// <summary>Which of the two model families.</summary>
    public required Architecture Architecture { get; init; }

    /// <summary>V, the number of tokens.</summary>
    public required int VocabularySize { get; init; }

    /// <summary>L, the number of blocks.</summary>
    public required int LayerCount { get; init; }

    /// <summary>H, the number of attention heads; divides C.</summary>
    public required int HeadCount { get; init; }

    /// <summary>C, the width of the embedding and of the residual stream.</summary>
    public required int EmbeddingWidth { get; init; }

    /// <summary>F, the width of the MLP's hidden state; 4·C in the paper.</summary>
    public required int MlpWidth { get; init; }

    /// <summary>The longest sequence that the model is trained on, in tokens.</summary>
    public required int ContextLength { get; init; }

    /// <summary>The base of RoPE's frequencies.</summary>
    public double RopeTheta { get; init; } = 10_000;

    /// <summary>Added to the mean square in the baseline's RMSNorm; nGPT has no such layer.</summary>
    public double RmsNormEpsilon { get; init; } = 1e-6;

    /// <summary>nGPT's learned scales; null for the baseline.</summary>
    public NGptScales? Scales { get; init; }

    /// <summary>D = C / H, the width of one head; even, since RoPE turns pairs.</summary>
    public int HeadWidth => EmbeddingWidth / HeadCount;

    /// <summary>
    /// What nGPT multiplies queries and keys with besides s_qk: 1 for unit vectors; √(C/D) where they are not
    /// normalized, which makes their length 1 on average at the start.
    /// </summary>
    public double QueryKeyConstant => Scales?.QueryKeyNormalization == QueryKeyNormalization.None ? Math.Sqrt((double)EmbeddingWidth / HeadWidth) : 1;

    /// <summary>Number of learned numbers, embeddings included.</summary>
    public long ParameterCount => ParameterCatalog.Of(this).Sum(parameter => parameter.Count);

    /// <summary>Gathers everything that is wrong with this configuration.</summary>
    /// <returns>One line a problem: field, value and allowed range. Empty when the configuration is sound.</returns>
    public IReadOnlyList<string> Validate()
    {
        List<string> problems = [];
        Require(VocabularySize is >= 2 and <= 1 << 24, $"vocabulary size {VocabularySize} is outside 2 to {1 << 24}");
        Require(LayerCount is >= 1 and <= 1000, $"layers {LayerCount} is outside 1 to 1000");
        Require(HeadCount is >= 1 and <= 1 << 12, $"heads {HeadCount} is outside 1 to {1 << 12}");
        Require(EmbeddingWidth is >= 2 and <= 1 << 16, $"embedding width {EmbeddingWidth} is outside 2 to {1 << 16}");
        Require(MlpWidth is >= 1 and <= 1 << 18, $"MLP width {MlpWidth} is outside 1 to {1 << 18}");
        Require(ContextLength is >= 1 and <= 1 << 20, $"context length {ContextLength} is outside 1 to {1 << 20}");
        Require(double.IsFinite(RopeTheta) && RopeTheta > 1, $"RoPE theta {RopeTheta} is not above 1");
        Require(
            double.IsFinite(RmsNormEpsilon) && RmsNormEpsilon is > 0 and < 1,
            $"RMSNorm epsilon {RmsNormEpsilon} is outside 0 to 1");
        if (HeadCount >= 1 && EmbeddingWidth >= 2)
        {
            Require(
                EmbeddingWidth % HeadCount == 0,
                $"embedding width {EmbeddingWidth} is not divisible by {HeadCount} heads{NearestWidths()}");
            Require(
                EmbeddingWidth % HeadCount != 0 || HeadWidth % 2 == 0,
                $"head width {EmbeddingWidth}/{HeadCount} = {HeadWidth} is odd: rotary positions turn pairs{NearestWidths()}");
        }

        ValidateScales(problems);
        return problems;

        void Require(bool condition, string problem)
        {
            if (!condition)
            {
                problems.Add(problem);
            }
        }
    }

    private void ValidateScales(List<string> problems)
    {
        if (Architecture == Architecture.NGpt && Scales is null)
        {
            problems.Add("nGPT needs its scales (alpha, sqk, su, sv, sz)");
        }
        else if (Architecture == Architecture.Gpt && Scales is not null)
        {
            problems.Add("the GPT baseline has no scales");
        }

        foreach ((string name, ScaleSetting setting) in Scales?.All() ?? [])
        {
            if (!(double.IsFinite(setting.Initial) && setting.Initial > 0))
            {
                problems.Add($"initial {name} {setting.Initial} is not above 0");
            }

            if (!(double.IsFinite(setting.Scale) && setting.Scale > 0))
            {
                problems.Add($"stored scale of {name} {setting.Scale} is not above 0");
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
