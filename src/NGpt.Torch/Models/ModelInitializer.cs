using NGpt.Core.Configuration;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace NGpt.Torch.Models;

/// <summary>Gives a new model its first parameters, as <see cref="ParameterCatalog"/> states them.</summary>
public static class ModelInitializer
{
    /// <summary>
    /// Fills every parameter: normal for matrices, constant for scales and gains, and for nGPT puts every matrix on
    /// the hypersphere. The same seed gives the same numbers on every device and for every number of threads.
    /// </summary>
    /// <param name="model">The model to fill.</param>
    /// <param name="seed">Any number.</param>
    public static void Initialize(LanguageModel model, long seed)
    {
        ArgumentNullException.ThrowIfNull(model);
        using IDisposable noGradient = no_grad();
        using Generator generator = new((ulong)seed, CPU);
        Dictionary<string, Parameter> parameters = model.named_parameters().ToDictionary(entry => entry.name, entry => entry.parameter);
        foreach (ParameterSpec spec in ParameterCatalog.Of(model.Config))
        {
            using IDisposable scope = NewDisposeScope();
            using Scalar constant = spec.InitialMean.ToScalar();
            Tensor start = spec.InitialDeviation > 0
                ? empty(spec.Shape, dtype: ScalarType.Float32).normal_(spec.InitialMean, spec.InitialDeviation, generator)
                : full(spec.Shape, constant, dtype: ScalarType.Float64);
            if (spec.NormalizedAxis is int axis)
            {
                start = Hypersphere.Normalize(start.to_type(ScalarType.Float64), axis);
            }

            parameters[spec.Name].copy_(start);
        }
    }
}
