namespace NGpt.Core.Configuration;

/// <summary>What a parameter is for: decides weight decay and how it is shown.</summary>
public enum ParameterRole
{
    /// <summary>Token embedding or output embedding [V, C].</summary>
    Embedding,

    /// <summary>Projection [out, in], applied as y = x Wᵀ.</summary>
    Projection,

    /// <summary>A learned scale of nGPT, stored divided by its factor.</summary>
    Scale,

    /// <summary>The gain of an RMSNorm of the baseline.</summary>
    Gain,
}

/// <summary>One learned tensor: its name in <c>model.safetensors</c>, shape, role and start.</summary>
/// <param name="Name">Name in the state dictionary and in <c>model.safetensors</c>.</param>
/// <param name="Role">What it is for.</param>
/// <param name="Rows">Length of axis 0.</param>
/// <param name="Columns">Length of axis 1, or null for a vector (of length 1 for a scale that is one number).</param>
/// <param name="NormalizedAxis">
/// The axis along which nGPT keeps unit L2 norm: 1 (each row), 0 (each column), or null for no normalization.
/// It is the axis whose length is C (docs/method.md, section 4).
/// </param>
/// <param name="InitialMean">Mean at the start; the value itself where the deviation is 0.</param>
/// <param name="InitialDeviation">Standard deviation of the normal distribution at the start; 0 for a constant.</param>
public sealed record ParameterSpec(
    string Name,
    ParameterRole Role,
    int Rows,
    int? Columns,
    int? NormalizedAxis,
    double InitialMean,
    double InitialDeviation)
{
    /// <summary>[Rows, Columns], or [Rows] for a vector.</summary>
    public long[] Shape => Columns is int columns ? [Rows, columns] : [Rows];

    /// <summary>Number of learned numbers.</summary>
    public long Count => (long)Rows * (Columns ?? 1);

    /// <summary>Whether AdamW's weight decay applies: to 2-D parameters only, and nGPT has none.</summary>
    public bool Decays => Columns is not null;
}

/// <summary>
/// Every learned tensor of a model, in the order of <c>model.safetensors</c>: the one list that parameter counts,
/// initialization, the optimizer's rules, checkpoint checks and the documentation's symbol table follow.
/// </summary>
public static class ParameterCatalog
{
    /// <summary>E_in [V, C].</summary>
    public const string TokenEmbedding = "model.embed_tokens.weight";

    /// <summary>E_out [V, C].</summary>
    public const string OutputEmbedding = "lm_head.weight";

    /// <summary>s_z [V], or [1] where it is one number; stored value.</summary>
    public const string LogitScale = "model.sz";

    /// <summary>Gain [C] of the baseline's final RMSNorm.</summary>
    public const string FinalNorm = "model.norm.weight";

    /// <summary>Wq [C, C]. Follows the prefix of a layer.</summary>
    public const string Query = "self_attn.q_proj.weight";

    /// <summary>Wk [C, C]. Follows the prefix of a layer.</summary>
    public const string Key = "self_attn.k_proj.weight";

    /// <summary>Wv of attention [C, C]. Follows the prefix of a layer.</summary>
    public const string Value = "self_attn.v_proj.weight";

    /// <summary>Wo of attention [C, C]. Follows the prefix of a layer.</summary>
    public const string AttentionOutput = "self_attn.o_proj.weight";

    /// <summary>s_qk [H·D]; stored value. Follows the prefix of a layer.</summary>
    public const string QueryKeyScale = "self_attn.sqk";

    /// <summary>α_A [C]; stored value. Follows the prefix of a layer.</summary>
    public const string AttentionAlpha = "attn_alpha";

    /// <summary>α_M [C]; stored value. Follows the prefix of a layer.</summary>
    public const string MlpAlpha = "mlp_alpha";

    /// <summary>Wu [F, C]. Follows the prefix of a layer.</summary>
    public const string Up = "mlp.up_proj.weight";

    /// <summary>Wv of the MLP [F, C]. Follows the prefix of a layer.</summary>
    public const string Gate = "mlp.gate_proj.weight";

    /// <summary>Wo of the MLP [C, F]. Follows the prefix of a layer.</summary>
    public const string Down = "mlp.down_proj.weight";

    /// <summary>s_u [F]; stored value. Follows the prefix of a layer.</summary>
    public const string UpScale = "mlp.su";

    /// <summary>s_v [F]; stored value. Follows the prefix of a layer.</summary>
    public const string GateScale = "mlp.sv";

    /// <summary>Gain [C] of the baseline's RMSNorm before attention. Follows the prefix of a layer.</summary>
    public const string AttentionNorm = "input_layernorm.weight";

    /// <summary>Gain [C] of the baseline's RMSNorm before the MLP. Follows the prefix of a layer.</summary>
    public const string MlpNorm = "post_attention_layernorm.weight";

    /// <summary>Lists the learned tensors of a model.</summary>
    /// <param name="config">A configuration whose <see cref="ModelConfig.Validate"/> found nothing.</param>
    /// <returns>The tensors in a fixed order: input, blocks from first to last, output.</returns>
    public static IReadOnlyList<ParameterSpec> Of(ModelConfig config)
    {
        ArgumentNullException.ThrowIfNull(config);
        List<ParameterSpec> list = [Matrix(config, TokenEmbedding, ParameterRole.Embedding, config.VocabularySize, config.EmbeddingWidth, axis: 1)];
        for (int layer = 0; layer < config.LayerCount; layer++)
        {
            AddBlock(list, config, LayerPrefix(layer));
        }

        if (config.Architecture == Architecture.Gpt)
        {
            list.Add(Gain(FinalNorm, config.EmbeddingWidth));
        }

        if (!config.HasTiedEmbeddings)
        {
            list.Add(Matrix(config, OutputEmbedding, ParameterRole.Embedding, config.VocabularySize, config.EmbeddingWidth, axis: 1));
        }

        if (config.Scales is NGptScales scales)
        {
            list.Add(Scale(LogitScale, config.VocabularySize, scales.Logit));
        }

        return list;
    }

    /// <summary>The beginning of the names of one block's tensors.</summary>
    /// <param name="layer">Block number, from 0.</param>
    /// <returns>For example <c>model.layers.3</c>.</returns>
    public static string LayerPrefix(int layer) => $"model.layers.{layer}";

    private static void AddBlock(List<ParameterSpec> list, ModelConfig config, string prefix)
    {
        int c = config.EmbeddingWidth;
        int f = config.MlpWidth;
        if (config.Architecture == Architecture.Gpt)
        {
            list.Add(Gain($"{prefix}.{AttentionNorm}", c));
        }

        list.Add(Projection($"{prefix}.{Query}", c, c, axis: 1));
        list.Add(Projection($"{prefix}.{Key}", config.KeyValueWidth, c, axis: 1));
        list.Add(Projection($"{prefix}.{Value}", config.KeyValueWidth, c, axis: 1));
        list.Add(Projection($"{prefix}.{AttentionOutput}", c, c, axis: 0));
        if (config.Scales is NGptScales attention)
        {
            list.Add(Scale($"{prefix}.{QueryKeyScale}", c, attention.QueryKey));
            list.Add(Scale($"{prefix}.{AttentionAlpha}", c, attention.Alpha));
        }
        else
        {
            list.Add(Gain($"{prefix}.{MlpNorm}", c));
        }

        list.Add(Projection($"{prefix}.{Up}", f, c, axis: 1));
        list.Add(Projection($"{prefix}.{Gate}", f, c, axis: 1));
        list.Add(Projection($"{prefix}.{Down}", c, f, axis: 0));
        if (config.Scales is NGptScales mlp)
        {
            list.Add(Scale($"{prefix}.{UpScale}", f, mlp.Up));
            list.Add(Scale($"{prefix}.{GateScale}", f, mlp.Gate));
            list.Add(Scale($"{prefix}.{MlpAlpha}", c, mlp.Alpha));
        }

        ParameterSpec Projection(string name, int rows, int columns, int axis) =>
            Matrix(config, name, ParameterRole.Projection, rows, columns, axis);
    }

    private static ParameterSpec Matrix(ModelConfig config, string name, ParameterRole role, int rows, int columns, int axis)
    {
        bool nGpt = config.Architecture == Architecture.NGpt;
        double deviation = nGpt ? 1 / Math.Sqrt(config.EmbeddingWidth) : 0.02;
        // The projections that write into the residual stream are the ones whose output axis (0) has width C.
        if (axis == 0)
        {
            deviation /= Math.Sqrt(2.0 * config.LayerCount);
        }

        return new ParameterSpec(name, role, rows, columns, nGpt ? axis : null, 0, deviation);
    }

    private static ParameterSpec Scale(string name, int length, ScaleSetting setting) =>
        new(name, ParameterRole.Scale, setting.StoredLength(length), null, null, setting.Scale, 0);

    private static ParameterSpec Gain(string name, int length) =>
        new(name, ParameterRole.Gain, length, null, null, 1, 0);
}
