using NGpt.Core.Configuration;
using NGpt.Torch.Models;

namespace NGpt.Lab.Inspection;

/// <summary>One learned scale of nGPT: the values that the model multiplies with.</summary>
/// <param name="Kind">Which scale.</param>
/// <param name="Layer">Number of the block, from 0; null for the logit scale.</param>
/// <param name="Values">Effective values, one where the model has a single number for all.</param>
public sealed record LearnedScale(ScaleKind Kind, int? Layer, double[] Values)
{
    /// <summary>Reads the scales of a model.</summary>
    /// <param name="model">The model.</param>
    /// <returns>The scales in the order of the parameters; empty for the baseline. Eigen learning rates and query and key scales by their absolute value.</returns>
    public static IReadOnlyList<LearnedScale> Of(LanguageModel model)
    {
        ArgumentNullException.ThrowIfNull(model);
        if (model.Config.Scales is not NGptScales scales)
        {
            return [];
        }

        List<LearnedScale> found = [];
        for (int layer = 0; layer < model.Config.LayerCount; layer++)
        {
            string prefix = ParameterCatalog.LayerPrefix(layer);
            Add(ScaleKind.AttentionAlpha, layer, $"{prefix}.attn_alpha", scales.Alpha);
            Add(ScaleKind.MlpAlpha, layer, $"{prefix}.mlp_alpha", scales.Alpha);
            Add(ScaleKind.QueryKey, layer, $"{prefix}.self_attn.sqk", scales.QueryKey);
            Add(ScaleKind.Up, layer, $"{prefix}.mlp.su", scales.Up);
            Add(ScaleKind.Gate, layer, $"{prefix}.mlp.sv", scales.Gate);
        }

        Add(ScaleKind.Logit, null, ParameterCatalog.LogitScale, scales.Logit);
        return found;

        void Add(ScaleKind kind, int? layer, string name, ScaleSetting setting)
        {
            double[] values = TensorValues.ToArray(model.get_parameter(name)!);
            // The model takes |α|; s_qk multiplies queries and keys alike, so that its sign cancels in their product.
            bool isSignless = kind is ScaleKind.AttentionAlpha or ScaleKind.MlpAlpha or ScaleKind.QueryKey;
            found.Add(new LearnedScale(kind, layer, [.. values.Select(value => value * setting.Factor).Select(value => isSignless ? Math.Abs(value) : value)]));
        }
    }
}
