using NGpt.Core.Configuration;
using NGpt.Core.Errors;
using NGpt.Torch.Engine;
using NGpt.Torch.Models;
using NGpt.Torch.Native;
using NGpt.Torch.Optimization;
using TorchSharp;
using static TorchSharp.torch;

namespace NGpt.Torch.Training;

/// <summary>Selects the training engine and its precision from what was requested and what the device supports.</summary>
public static class EngineSelector
{
    /// <summary>Selects the engine and the precision of a run.</summary>
    /// <param name="request">What was requested.</param>
    /// <param name="device">The device.</param>
    /// <returns>The choice, with its reason.</returns>
    /// <exception cref="NGptException">The requested engine cannot run on this device; the message has the reason.</exception>
    public static EngineChoice Select(EngineRequest request, Device device)
    {
        ArgumentNullException.ThrowIfNull(device);
        return Select(
            request,
            device,
            SupportsBf16(device),
            (engine, precision) => engine == EngineKind.Fast ? FastEngineFactory.UnsupportedReason(device, precision) : null);
    }

    /// <summary>The same, given whether bf16 is supported (null: unknown) and why an engine cannot run in a precision.</summary>
    internal static EngineChoice Select(
        EngineRequest request, Device device, bool? supportsBf16, Func<EngineKind, Precision, string?> unsupportedReason)
    {
        ArgumentNullException.ThrowIfNull(request);
        List<string> obstacles = [];
        // In the order of preference: the plain modules run everywhere.
        foreach (EngineKind engine in request.Engine is EngineKind requested ? [requested] : new[] { EngineKind.Fast, EngineKind.Plain })
        {
            foreach (Precision precision in request.Precision is Precision given ? [given] : PreferredPrecisions(engine, supportsBf16))
            {
                if (unsupportedReason(engine, precision) is not string obstacle)
                {
                    string reason = Reason(request, engine, precision, supportsBf16, obstacles);
                    return new EngineChoice(engine, precision, request.Recompute, reason, Warning(precision, device, supportsBf16));
                }

                obstacles.Add(obstacle);
            }
        }

        string engineName = $"{request.Engine?.Name()} engine";
        string problem = string.Join("; ", obstacles.Distinct());
        throw request.IsEngineFromRun
            ? new NGptException(
                $"this run was started with the {engineName}, which cannot run here: {problem}",
                "give --engine plain to resume with the plain modules, which round differently")
            : new NGptException($"the {engineName} cannot run here: {problem}", "leave --engine out, or give --engine plain");
    }

    private static Precision[] PreferredPrecisions(EngineKind engine, bool? supportsBf16) =>
        engine == EngineKind.Fast && supportsBf16 == true ? [Precision.Bf16, Precision.F32] : [Precision.F32];

    private static string Reason(EngineRequest request, EngineKind engine, Precision precision, bool? supportsBf16, List<string> obstacles)
    {
        if (request is { IsEngineFromRun: true, IsPrecisionFromRun: true })
        {
            return "as in the resumed run";
        }

        string engineReason = request.IsEngineFromRun ? "as in the resumed run"
            : request.Engine is not null ? "requested"
            : obstacles.Count > 0 ? string.Join("; ", obstacles.Distinct())
            : "fastest available";
        string precisionReason = request.IsPrecisionFromRun ? $"{precision.Name()} as in the resumed run"
            : request.Precision is not null ? $"{precision.Name()} requested"
            : engine == EngineKind.Plain ? "the plain modules default to float32"
            : supportsBf16 == true ? "the device supports bf16"
            : "the device is not known to support bf16";
        return $"{engineReason}; {precisionReason}";
    }

    private static string? Warning(Precision precision, Device device, bool? supportsBf16)
    {
        string name = device.type == DeviceType.CPU ? $"this processor ({ProcessorFeatures.Current.Name})" : $"{device}";
        return (precision, supportsBf16) switch
        {
            (Precision.Bf16, false) => $"{name} has no bf16 instructions: bf16 is slower than float32 on it",
            (Precision.Bf16, null) => $"{name} does not report whether it has bf16 instructions: without them bf16 is slower than float32",
            _ => null,
        };
    }

    private static bool? SupportsBf16(Device device) => device.type != DeviceType.CPU
        // libtorch does not report it for a GPU.
        ? null
        : ProcessorFeatures.Current switch
        {
            { HasBf16DotProduct: true } or { HasAmxBf16: true } => true,
            { HasBf16DotProduct: null } => null,
            _ => false,
        };
}

/// <summary>The engine and the precision that are requested by the user or by the run that is resumed.</summary>
public sealed record EngineRequest
{
    /// <summary>The training engine, or null for the first that supports the device.</summary>
    public EngineKind? Engine { get; init; }

    /// <summary>Type of the matrix products, or null for the default of engine and processor.</summary>
    public Precision? Precision { get; init; }

    /// <summary>Whether to recompute activations in the backward pass instead of keeping them.</summary>
    public bool Recompute { get; init; }

    /// <summary>Whether the engine is that of the resumed run and not an option of this call.</summary>
    public bool IsEngineFromRun { get; init; }

    /// <summary>Whether the precision is that of the resumed run and not an option of this call.</summary>
    public bool IsPrecisionFromRun { get; init; }

    /// <summary>The request of a call that starts a run.</summary>
    /// <param name="options">The call's options.</param>
    /// <returns>What they request.</returns>
    public static EngineRequest Of(RunOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        return new EngineRequest { Engine = options.Engine, Precision = options.Precision, Recompute = options.Recompute };
    }

    /// <summary>The request of a call that resumes or evaluates a run: options that are not given are those of the run.</summary>
    /// <param name="options">The call's options.</param>
    /// <param name="run">The run.</param>
    /// <returns>Engine and precision, neither null.</returns>
    public static EngineRequest Of(RunOptions options, RunConfig run)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(run);
        return new EngineRequest
        {
            Engine = options.Engine ?? run.Engine,
            Precision = options.Precision ?? run.Precision,
            Recompute = options.Recompute,
            IsEngineFromRun = options.Engine is null,
            IsPrecisionFromRun = options.Precision is null,
        };
    }
}

/// <summary>The selected engine and precision, and why. Nothing is allocated yet.</summary>
public sealed class EngineChoice
{
    private readonly bool _recompute;

    internal EngineChoice(EngineKind kind, Precision precision, bool recompute, string reason, string? warning)
    {
        bool canRecompute = kind == EngineKind.Fast;
        (Kind, Precision, Reason, Warning) = (kind, precision, reason, warning);
        _recompute = recompute && canRecompute;
        RecomputeHasNoEffect = recompute && !canRecompute;
    }

    /// <summary>The training engine.</summary>
    public EngineKind Kind { get; }

    /// <summary>Type of the matrix products.</summary>
    public Precision Precision { get; }

    /// <summary>Why this engine and this precision, in a few words.</summary>
    public string Reason { get; }

    /// <summary>A warning about the choice, or null.</summary>
    public string? Warning { get; }

    /// <summary>Whether recomputation was requested and the engine does not support it.</summary>
    public bool RecomputeHasNoEffect { get; }

    /// <summary>Describes the engine that was created from this choice.</summary>
    /// <param name="engine">The engine.</param>
    /// <returns>The engine with the reason of the choice.</returns>
    public EngineSummary Describe(ITrainingEngine engine)
    {
        ArgumentNullException.ThrowIfNull(engine);
        return new EngineSummary(Kind, Precision, engine.Description, Reason);
    }

    /// <summary>Estimates the memory of training.</summary>
    /// <param name="model">The model's shape.</param>
    /// <param name="batchSize">B, sequences per forward pass.</param>
    /// <param name="gradientAccumulation">Gradient accumulation steps.</param>
    /// <returns>The parts that add up to the peak of the process.</returns>
    public MemoryPlan EstimateMemory(ModelConfig model, int batchSize, int gradientAccumulation) => Kind == EngineKind.Fast
        ? MemoryEstimate.FastEngine(model, Precision, EngineOptions(batchSize, gradientAccumulation))
        : MemoryEstimate.PlainModules(model, batchSize, Precision);

    /// <summary>Creates the engine.</summary>
    /// <param name="model">The model with its parameters, created with <see cref="Precision"/>; outlives the engine.</param>
    /// <param name="batchSize">B, the maximum number of sequences per forward pass.</param>
    /// <param name="gradientAccumulation">Gradient accumulation steps.</param>
    /// <param name="settings">Adam's constants.</param>
    /// <returns>The engine; the caller disposes of it.</returns>
    public ITrainingEngine Create(LanguageModel model, int batchSize, int gradientAccumulation, OptimizerSettings settings)
    {
        ArgumentNullException.ThrowIfNull(model);
        return Kind == EngineKind.Fast
            ? FastEngineFactory.Create(model, model.Types.Precision, EngineOptions(batchSize, gradientAccumulation), settings)
            : new ModuleTrainingEngine(model, settings);
    }

    private EngineOptions EngineOptions(int batchSize, int gradientAccumulation) => new(batchSize, gradientAccumulation > 1, _recompute);
}
