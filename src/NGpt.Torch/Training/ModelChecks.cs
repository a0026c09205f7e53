using NGpt.Core.Configuration;
using NGpt.Core.Errors;
using NGpt.Torch.Models;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace NGpt.Torch.Training;

/// <summary>Checks of a model's parameters: NaN and infinity, and the norms of nGPT.</summary>
public static class ModelChecks
{
    /// <summary>The maximum deviation from 1 of the norm of any row or column that should be a unit vector.</summary>
    /// <param name="model">The model.</param>
    /// <returns>The deviation, computed in float64; null for the baseline.</returns>
    public static double? MaxNormError(LanguageModel model)
    {
        ArgumentNullException.ThrowIfNull(model);
        using IDisposable noGradient = no_grad();
        Dictionary<string, Parameter> parameters = model.named_parameters().ToDictionary(entry => entry.name, entry => entry.parameter);
        using Scalar one = 1.ToScalar();
        double? max = null;
        foreach (ParameterSpec spec in ParameterCatalog.Of(model.Config))
        {
            if (spec.NormalizedAxis is int axis)
            {
                using IDisposable scope = NewDisposeScope();
                Tensor norms = linalg.vector_norm(parameters[spec.Name].to_type(ScalarType.Float64), 2, [axis], keepdim: false);
                max = Math.Max(max ?? 0, (norms - one).abs().max().item<double>());
            }
        }

        return max;
    }

    /// <summary>The name of the first parameter of which the given tensor (itself, or its gradient) has a NaN or an infinity, or null.</summary>
    internal static string? FirstNonFinite(LanguageModel model, Func<Parameter, Tensor?> tensorOf)
    {
        using IDisposable noGradient = no_grad();
        foreach ((string name, Parameter parameter) in model.named_parameters())
        {
            using IDisposable scope = NewDisposeScope();
            if (tensorOf(parameter) is Tensor tensor && !tensor.isfinite().all().item<bool>())
            {
                return name;
            }
        }

        return null;
    }
}

/// <summary>A loss, a gradient or a weight is NaN or infinite. Such a state is never saved.</summary>
public sealed class NonFiniteException : NGptException
{
    private NonFiniteException(string message, string? lastCheckpoint)
        : base(message, lastCheckpoint is null
            ? "No checkpoint was saved yet: restart with a lower --learning-rate"
            : $"Start a new run from the last valid checkpoint: --init-from {lastCheckpoint} with a lower --learning-rate")
    {
    }

    /// <summary>The loss or a gradient of a step, detected before the update.</summary>
    /// <param name="step">Number of the step, from 1, which was not applied.</param>
    /// <param name="where">What is NaN or infinite.</param>
    /// <param name="lastCheckpoint">The latest checkpoint, or null.</param>
    /// <returns>The exception.</returns>
    public static NonFiniteException InStep(int step, string where, string? lastCheckpoint) =>
        new($"step {step}: {where} is not finite; the step was not applied and the weights are unchanged", lastCheckpoint);

    /// <summary>A weight or a held-out loss, detected before saving.</summary>
    /// <param name="step">Completed steps.</param>
    /// <param name="where">What is NaN or infinite.</param>
    /// <param name="lastCheckpoint">The latest checkpoint, or null.</param>
    /// <returns>The exception.</returns>
    public static NonFiniteException AfterStep(int step, string where, string? lastCheckpoint) =>
        new($"after step {step}: {where} is not finite; this state was not saved", lastCheckpoint);
}
