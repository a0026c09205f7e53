using NGpt.Core.Configuration;

namespace NGpt.Torch.Training;

/// <summary>What a person, or the run that continues, wants of the engine.</summary>
public sealed record EngineRequest
{
    /// <summary>What shall compute, or null for the first engine that can.</summary>
    public EngineKind? Engine { get; init; }

    /// <summary>Type of the matrix products, or null for what suits engine and processor.</summary>
    public Precision? Precision { get; init; }

    /// <summary>Whether activations shall be computed again in the backward pass instead of being kept.</summary>
    public bool Recompute { get; init; }

    /// <summary>Whether the engine is the one that a run was begun with, and not asked for in this call.</summary>
    public bool EngineIsOfRun { get; init; }

    /// <summary>Whether the precision is the one that a run was begun with, and not asked for in this call.</summary>
    public bool PrecisionIsOfRun { get; init; }

    /// <summary>The request of a call that begins something.</summary>
    /// <param name="options">The call's options.</param>
    /// <returns>What they ask for.</returns>
    public static EngineRequest Of(RunOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        return new EngineRequest { Engine = options.Engine, Precision = options.Precision, Recompute = options.Recompute };
    }

    /// <summary>The request of a call that has to do with an earlier run: what the call leaves open is as it was there.</summary>
    /// <param name="options">The call's options.</param>
    /// <param name="run">The run.</param>
    /// <returns>Engine and precision, both known.</returns>
    public static EngineRequest Of(RunOptions options, RunConfig run)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(run);
        return new EngineRequest
        {
            Engine = options.Engine ?? run.Engine,
            Precision = options.Precision ?? run.Precision,
            Recompute = options.Recompute,
            EngineIsOfRun = options.Engine is null,
            PrecisionIsOfRun = options.Precision is null,
        };
    }
}
