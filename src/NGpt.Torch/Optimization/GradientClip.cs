using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace NGpt.Torch.Optimization;

/// <summary>The global gradient norm and its limit.</summary>
public static class GradientClip
{
    // Keeps the scale finite for a gradient of zero; the value of the published code's clipping function.
    private const double Guard = 1e-6;

    /// <summary>L2 norm over all gradients together, in float32 per tensor and then over the tensors.</summary>
    /// <param name="parameters">Parameters with gradients.</param>
    /// <returns>The norm; not finite when any gradient is not.</returns>
    public static double GlobalNorm(IEnumerable<Parameter> parameters)
    {
        using IDisposable noGradient = no_grad();
        using IDisposable scope = NewDisposeScope();
        Tensor norms = stack(parameters.Select(parameter => linalg.vector_norm(Gradient(parameter), 2, null, keepdim: false)));
        return linalg.vector_norm(norms, 2, null, keepdim: false).to_type(ScalarType.Float64).item<double>();
    }

    /// <summary>Scales all gradients down so that their global norm is at most the limit.</summary>
    /// <param name="parameters">Parameters with gradients.</param>
    /// <param name="norm">Their finite global norm.</param>
    /// <param name="limit">Largest norm allowed; 0 for no limit.</param>
    public static void Apply(IEnumerable<Parameter> parameters, double norm, double limit)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        double scale = limit / (norm + Guard);
        if (limit <= 0 || scale >= 1)
        {
            return;
        }

        using IDisposable noGradient = no_grad();
        using IDisposable scope = NewDisposeScope();
        using Scalar factor = scale.ToScalar();
        foreach (Parameter parameter in parameters)
        {
            Gradient(parameter).mul_(factor);
        }
    }

    private static Tensor Gradient(Parameter parameter) =>
        parameter.grad ?? throw new InvalidOperationException($"{parameter.name} has no gradient: run a backward pass first");
}
