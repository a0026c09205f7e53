using NGpt.Torch.Models;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace NGpt.Torch.Training;

/// <summary>Looks for numbers that are infinite or no numbers.</summary>
internal static class FiniteCheck
{
    /// <summary>Finds a parameter, or what belongs to one, that is not finite.</summary>
    /// <param name="model">The model.</param>
    /// <param name="part">What to look at: the parameter itself, or its gradient.</param>
    /// <returns>The parameter's name, or null when all are finite.</returns>
    public static string? FirstNonFinite(LanguageModel model, Func<Parameter, Tensor?> part)
    {
        using IDisposable noGradient = no_grad();
        foreach ((string name, Parameter parameter) in model.named_parameters())
        {
            using IDisposable scope = NewDisposeScope();
            if (part(parameter) is Tensor tensor && !tensor.isfinite().all().item<bool>())
            {
                return name;
            }
        }

        return null;
    }
}
