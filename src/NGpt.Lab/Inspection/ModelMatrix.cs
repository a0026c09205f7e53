using NGpt.Core.Configuration;
using NGpt.Torch.Models;
using static TorchSharp.torch;

namespace NGpt.Lab.Inspection;

/// <summary>One weight matrix of a model.</summary>
/// <param name="Kind">What it is for.</param>
/// <param name="Layer">Number of the block, from 0; null for the embeddings.</param>
/// <param name="Spec">Its name, shape and normalized axis.</param>
/// <param name="Weight">The model's own parameter [out, in]; the model disposes of it.</param>
public sealed record ModelMatrix(MatrixKind Kind, int? Layer, ParameterSpec Spec, Tensor Weight)
{
    /// <summary>Lists the matrices of a model.</summary>
    /// <param name="model">The model.</param>
    /// <returns>The matrices: embeddings first, then by layer.</returns>
    public static IReadOnlyList<ModelMatrix> Of(LanguageModel model)
    {
        ArgumentNullException.ThrowIfNull(model);
        Dictionary<string, ParameterSpec> specs = ParameterCatalog.Of(model.Config).ToDictionary(spec => spec.Name);
        List<ModelMatrix> matrices =
        [
            At(MatrixKind.TokenEmbedding, null, ParameterCatalog.TokenEmbedding),
            At(MatrixKind.OutputEmbedding, null, ParameterCatalog.OutputEmbedding),
        ];
        for (int layer = 0; layer < model.Config.LayerCount; layer++)
        {
            string prefix = ParameterCatalog.LayerPrefix(layer);
            matrices.AddRange(
            [
                At(MatrixKind.Query, layer, $"{prefix}.self_attn.q_proj.weight"),
                At(MatrixKind.Key, layer, $"{prefix}.self_attn.k_proj.weight"),
                At(MatrixKind.Value, layer, $"{prefix}.self_attn.v_proj.weight"),
                At(MatrixKind.AttentionOutput, layer, $"{prefix}.self_attn.o_proj.weight"),
                At(MatrixKind.Up, layer, $"{prefix}.mlp.up_proj.weight"),
                At(MatrixKind.Gate, layer, $"{prefix}.mlp.gate_proj.weight"),
                At(MatrixKind.Down, layer, $"{prefix}.mlp.down_proj.weight"),
            ]);
        }

        return matrices;

        ModelMatrix At(MatrixKind kind, int? layer, string name) => new(kind, layer, specs[name], model.get_parameter(name)!);
    }
}
