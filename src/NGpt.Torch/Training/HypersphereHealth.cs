using NGpt.Core.Configuration;
using NGpt.Torch.Models;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace NGpt.Torch.Training;

/// <summary>How well the matrices of a model are on the hypersphere.</summary>
public static class HypersphereHealth
{
    /// <summary>The largest distance from 1 of the norm of any row or column that should be a unit vector.</summary>
    /// <param name="model">The model.</param>
    /// <returns>The distance, computed in float64; null for the baseline.</returns>
    public static double? MaxNormError(LanguageModel model)
    {
        ArgumentNullException.ThrowIfNull(model);
        using IDisposable noGradient = no_grad();
        Dictionary<string, Parameter> parameters = model.named_parameters().ToDictionary(entry => entry.name, entry => entry.parameter);
        using Scalar one = 1.ToScalar();
        double? largest = null;
        foreach (ParameterSpec spec in ParameterCatalog.Of(model.Config))
        {
            if (spec.NormalizedAxis is int axis)
            {
                using IDisposable scope = NewDisposeScope();
                Tensor norms = linalg.vector_norm(parameters[spec.Name].to_type(ScalarType.Float64), 2, [axis], keepdim: false);
                largest = Math.Max(largest ?? 0, (norms - one).abs().max().item<double>());
            }
        }

        return largest;
    }
}
