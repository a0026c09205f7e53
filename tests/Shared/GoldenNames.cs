using System.Text.RegularExpressions;

namespace NGpt.Tests;

/// <summary>How the published code's parameter names map onto ours; two of its tensors are two of ours, stacked.</summary>
internal static partial class GoldenNames
{
    private static readonly Dictionary<string, string[]> InBlock = new()
    {
        ["query.weight"] = ["self_attn.q_proj.weight"],
        ["key.weight"] = ["self_attn.k_proj.weight"],
        ["value.weight"] = ["self_attn.v_proj.weight"],
        ["att_c_proj.weight"] = ["self_attn.o_proj.weight"],
        ["c_fc.weight"] = ["mlp.up_proj.weight", "mlp.gate_proj.weight"],
        ["mlp_c_proj.weight"] = ["mlp.down_proj.weight"],
        ["attn_alpha"] = ["attn_alpha"],
        ["mlp_alpha"] = ["mlp_alpha"],
        ["sqk"] = ["self_attn.sqk"],
        ["suv"] = ["mlp.su", "mlp.sv"],
        ["rmsnorm_att.weight"] = ["input_layernorm.weight"],
        ["rmsnorm_mlp.weight"] = ["post_attention_layernorm.weight"],
    };

    private static readonly Dictionary<string, string> Outside = new()
    {
        ["transformer.wte.weight"] = "model.embed_tokens.weight",
        ["lm_head.weight"] = "lm_head.weight",
        ["sz"] = "model.sz",
        ["rmsnorm_f.weight"] = "model.norm.weight",
    };

    /// <summary>Our names for a published one, in stacking order.</summary>
    public static string[] Ours(string published)
    {
        if (Outside.TryGetValue(published, out string? name))
        {
            return [name];
        }

        Match match = Block().Match(published);
        return [.. InBlock[match.Groups["rest"].Value].Select(rest => $"model.layers.{match.Groups["layer"].Value}.{rest}")];
    }

    /// <summary>What a published tensor is multiplied with in a run whose α start mirrored.</summary>
    public static double Sign(string published, double alphaSign) => published.EndsWith("_alpha") ? alphaSign : 1;

    [GeneratedRegex(@"^transformer\.h\.(?<layer>\d+)\.(?<rest>.+)$")]
    private static partial Regex Block();
}
