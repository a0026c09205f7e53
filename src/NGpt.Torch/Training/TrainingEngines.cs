using NGpt.Core.Configuration;
using NGpt.Core.Errors;
using NGpt.Torch.Engine;
using NGpt.Torch.Native;
using TorchSharp;
using static TorchSharp.torch;

namespace NGpt.Torch.Training;

/// <summary>Chooses what computes a run. An engine is added to the one list here and nowhere else.</summary>
public static class TrainingEngines
{
    // The best first; the last one runs everywhere. A fast engine goes before the plain modules.
    private static readonly IReadOnlyList<IEngineFactory> Candidates = [new FastEngineFactory(), new ModuleEngineFactory()];

    /// <summary>Chooses the engine and the precision of a run.</summary>
    /// <param name="request">What is wanted.</param>
    /// <param name="model">The model's shape.</param>
    /// <param name="device">The device.</param>
    /// <returns>The choice, with its reason.</returns>
    /// <exception cref="NGptException">The engine that was asked for cannot train this model here; the message has the reason.</exception>
    public static EngineChoice Choose(EngineRequest request, ModelConfig model, Device device)
    {
        ArgumentNullException.ThrowIfNull(device);
        return Choose(request, model, device, HasBf16(device), Candidates);
    }

    internal static EngineChoice Choose(
        EngineRequest request, ModelConfig model, Device device, bool? hasBf16, IReadOnlyList<IEngineFactory> candidates)
    {
        ArgumentNullException.ThrowIfNull(request);
        // Why the engines that would have been preferred were passed over.
        List<string> obstacles = [];
        foreach (EngineKind kind in request.Engine is EngineKind asked ? [asked] : new[] { EngineKind.Fast, EngineKind.Plain })
        {
            IEngineFactory[] ofKind = [.. candidates.Where(candidate => candidate.Kind == kind)];
            if (ofKind.Length == 0)
            {
                obstacles.Add("this version has no fast engine");
            }

            foreach (IEngineFactory candidate in ofKind)
            {
                foreach (Precision precision in request.Precision is Precision given ? [given] : candidate.Preferred(hasBf16 == true))
                {
                    if (candidate.UnsupportedReason(model, device, precision) is not string obstacle)
                    {
                        return new EngineChoice(
                            candidate, precision, request.Recompute, Reason(request, candidate, precision, hasBf16, obstacles), Warning(precision, device, hasBf16));
                    }

                    obstacles.Add(obstacle);
                }
            }
        }

        throw Refusal(request, string.Join("; ", obstacles.Distinct()));
    }

    private static string Reason(EngineRequest request, IEngineFactory chosen, Precision precision, bool? hasBf16, List<string> obstacles)
    {
        if (request is { EngineIsOfRun: true, PrecisionIsOfRun: true })
        {
            return "as the run was begun";
        }

        string engine = request.EngineIsOfRun ? "as the run was begun"
            : request.Engine is not null ? "asked for"
            : obstacles.Count > 0 ? string.Join("; ", obstacles.Distinct())
            : "the fastest here";
        string type = request.PrecisionIsOfRun ? $"{precision.Name()} as the run was begun"
            : request.Precision is not null ? $"{precision.Name()} was asked for"
            : chosen.Kind == EngineKind.Plain ? "the plain modules default to float32"
            : hasBf16 == true ? "the device has bf16 products"
            : "the device is not known to have bf16 products";
        return $"{engine}; {type}";
    }

    private static string? Warning(Precision precision, Device device, bool? hasBf16)
    {
        string what = device.type == DeviceType.CPU ? $"this processor ({ProcessorFeatures.Current.Name})" : $"{device}";
        return (precision, hasBf16) switch
        {
            (Precision.Bf16, false) => $"{what} has no bf16 products: bf16 runs, slower than float32",
            (Precision.Bf16, null) => $"{what} does not say whether it has bf16 products: without them bf16 is slower than float32",
            _ => null,
        };
    }

    private static NGptException Refusal(EngineRequest request, string obstacles) => request.EngineIsOfRun
        ? new NGptException(
            $"this run was begun with the {request.Engine?.Name()} engine, which cannot run here: {obstacles}",
            "give --engine plain to continue with the plain modules, which round differently")
        : new NGptException(
            $"the {request.Engine?.Name()} engine cannot run here: {obstacles}",
            "leave --engine out, or give --engine plain");

    private static bool? HasBf16(Device device) => device.type != DeviceType.CPU
        // The library does not tell what a GPU has.
        ? null
        : ProcessorFeatures.Current switch
        {
            { HasBf16DotProduct: true } or { HasAmxBf16: true } => true,
            { HasBf16DotProduct: null } => null,
            _ => false,
        };
}
