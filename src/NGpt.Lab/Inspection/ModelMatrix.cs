using NGpt.Core.Configuration;
using NGpt.Torch.Models;
using TorchSharp;
using static TorchSharp.torch;

namespace NGpt.Lab.Inspection;

/// <summary>One weight matrix of a model.</summary>
internal sealed record ModelMatrix(MatrixKind Kind, int? Layer, ParameterSpec Spec, Tensor Weight)
{
    /// <summary>Lists the matrices of a model.</summary>
    public static IReadOnlyList<ModelMatrix> Of(LanguageModel model)
    {
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
                At(MatrixKind.Query, layer, $"{prefix}.{ParameterCatalog.Query}"),
                At(MatrixKind.Key, layer, $"{prefix}.{ParameterCatalog.Key}"),
                At(MatrixKind.Value, layer, $"{prefix}.{ParameterCatalog.Value}"),
                At(MatrixKind.AttentionOutput, layer, $"{prefix}.{ParameterCatalog.AttentionOutput}"),
                At(MatrixKind.Up, layer, $"{prefix}.{ParameterCatalog.Up}"),
                At(MatrixKind.Gate, layer, $"{prefix}.{ParameterCatalog.Gate}"),
                At(MatrixKind.Down, layer, $"{prefix}.{ParameterCatalog.Down}"),
            ]);
        }

        return matrices;

        ModelMatrix At(MatrixKind kind, int? layer, string name) => new(kind, layer, specs[name], model.get_parameter(name)!);
    }
}

/// <summary>The matrices of a model by their function.</summary>
internal enum MatrixKind
{
    /// <summary>E_in, the token embeddings.</summary>
    TokenEmbedding,

    /// <summary>E_out, the output embeddings.</summary>
    OutputEmbedding,

    /// <summary>Wq, the query projection.</summary>
    Query,

    /// <summary>Wk, the key projection.</summary>
    Key,

    /// <summary>Wv, the value projection.</summary>
    Value,

    /// <summary>Wo, the output projection of attention.</summary>
    AttentionOutput,

    /// <summary>Wu, the up projection of the MLP.</summary>
    Up,

    /// <summary>Wv of the MLP, its gate projection.</summary>
    Gate,

    /// <summary>Wo of the MLP, its down projection.</summary>
    Down,
}

/// <summary>The deviation of the rows or columns of nGPT's matrices of one kind from unit norm.</summary>
internal sealed record NormError(MatrixKind Kind, double Max, string Name)
{
    /// <summary>Measures, in float64, each kind of matrix that is normalized; none for the baseline.</summary>
    internal static IReadOnlyList<NormError> Of(IEnumerable<ModelMatrix> matrices)
    {
        using IDisposable noGradient = no_grad();
        using Scalar one = 1.ToScalar();
        return [.. matrices
            .Where(matrix => matrix.Spec.NormalizedAxis is not null)
            .Select(matrix => new NormError(matrix.Kind, MaxError(matrix, one), matrix.Spec.Name))
            .GroupBy(error => error.Kind)
            .Select(group => group.MaxBy(error => error.Max)!)];
    }

    private static double MaxError(ModelMatrix matrix, Scalar one)
    {
        using IDisposable scope = NewDisposeScope();
        Tensor norms = linalg.vector_norm(matrix.Weight.to_type(ScalarType.Float64), 2, [matrix.Spec.NormalizedAxis!.Value], keepdim: false);
        return (norms - one).abs().max().item<double>();
    }
}

/// <summary>Names of matrices in tables and legends: the paper's symbols.</summary>
internal static class MatrixKinds
{
    /// <summary>The name of a kind of matrix.</summary>
    public static string DisplayName(this MatrixKind kind) => kind switch
    {
        MatrixKind.TokenEmbedding => "E_in",
        MatrixKind.OutputEmbedding => "E_out",
        MatrixKind.Query => "Wq (attention)",
        MatrixKind.Key => "Wk (attention)",
        MatrixKind.Value => "Wv (attention)",
        MatrixKind.AttentionOutput => "Wo (attention)",
        MatrixKind.Up => "Wu (MLP)",
        MatrixKind.Gate => "Wv (MLP, gate)",
        MatrixKind.Down => "Wo (MLP, down)",
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "unknown kind"),
    };
}
