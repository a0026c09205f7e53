using NGpt.Core.Configuration;
using NGpt.Torch.Models;

namespace NGpt.Lab.Inspection;

/// <summary>One learned scale of nGPT, as effective values: those that the model multiplies by.</summary>
/// <param name="Kind">Which scale.</param>
/// <param name="Layer">Index of the block, from 0; null for the logit scale.</param>
/// <param name="Values">Effective values; one where the scale is a scalar.</param>
internal sealed record LearnedScale(ScaleKind Kind, int? Layer, double[] Values)
{
    /// <summary>Reads the scales of a model, in the order of the parameters; none for the baseline.</summary>
    public static IReadOnlyList<LearnedScale> Of(LanguageModel model)
    {
        if (model.Config.Scales is not NGptScales scales)
        {
            return [];
        }

        List<LearnedScale> found = [];
        for (int layer = 0; layer < model.Config.LayerCount; layer++)
        {
            string prefix = ParameterCatalog.LayerPrefix(layer);
            Add(ScaleKind.AttentionAlpha, layer, $"{prefix}.{ParameterCatalog.AttentionAlpha}", scales.Alpha);
            Add(ScaleKind.MlpAlpha, layer, $"{prefix}.{ParameterCatalog.MlpAlpha}", scales.Alpha);
            Add(ScaleKind.QueryKey, layer, $"{prefix}.{ParameterCatalog.QueryKeyScale}", scales.QueryKey);
            Add(ScaleKind.Up, layer, $"{prefix}.{ParameterCatalog.UpScale}", scales.Up);
            Add(ScaleKind.Gate, layer, $"{prefix}.{ParameterCatalog.GateScale}", scales.Gate);
        }

        Add(ScaleKind.Logit, null, ParameterCatalog.LogitScale, scales.Logit);
        return found;

        void Add(ScaleKind kind, int? layer, string name, ScaleSetting setting)
        {
            double[] values = TensorConversion.ToArray(model.get_parameter(name)!);
            // The model takes |α|; s_qk multiplies queries and keys alike, so that its sign cancels in their product.
            bool isSignless = kind is ScaleKind.AttentionAlpha or ScaleKind.MlpAlpha or ScaleKind.QueryKey;
            found.Add(new LearnedScale(kind, layer, [.. values.Select(value => value * setting.Factor).Select(value => isSignless ? Math.Abs(value) : value)]));
        }
    }
}

/// <summary>The learned scales of nGPT.</summary>
internal enum ScaleKind
{
    /// <summary>α_A, the eigen learning rate of attention.</summary>
    AttentionAlpha,

    /// <summary>α_M, the eigen learning rate of the MLP.</summary>
    MlpAlpha,

    /// <summary>s_qk, the query and key scale.</summary>
    QueryKey,

    /// <summary>s_u, the scale of the up projection.</summary>
    Up,

    /// <summary>s_v, the scale of the gate projection, without the constant √C.</summary>
    Gate,

    /// <summary>s_z, the logit scale.</summary>
    Logit,
}

/// <summary>Names of scales in tables and legends: the paper's symbols.</summary>
internal static class ScaleKinds
{
    /// <summary>The name of a kind of scale.</summary>
    public static string DisplayName(this ScaleKind kind) => kind switch
    {
        ScaleKind.AttentionAlpha => "|α_A|",
        ScaleKind.MlpAlpha => "|α_M|",
        ScaleKind.QueryKey => "|s_qk|",
        ScaleKind.Up => "s_u",
        ScaleKind.Gate => "s_v",
        ScaleKind.Logit => "s_z",
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "unknown kind"),
    };
}
