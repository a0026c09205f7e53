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

    /// <summary>What clipping multiplies all gradients with, so that their global norm is at most the limit.</summary>
    /// <param name="norm">The finite global norm.</param>
    /// <param name="limit">Largest norm allowed; 0 for no limit.</param>
    /// <returns>The factor, at most 1.</returns>
    public static double Scale(double norm, double limit) => limit > 0 ? Math.Min(1, limit / (norm + Guard)) : 1;

    /// <summary>Multiplies all gradients with a factor.</summary>
    /// <param name="parameters">Parameters with gradients.</param>
    /// <param name="scale">The factor, as <see cref="Scale"/> gives it.</param>
    public static void Apply(IEnumerable<Parameter> parameters, double scale)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        if (scale == 1)
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
