using NGpt.Core.Configuration;
using NGpt.Torch.Models;
using NGpt.Torch.Optimization;

namespace NGpt.Torch.Training;

/// <summary>The engine and the precision that a run gets, and why. Nothing is allocated yet.</summary>
public sealed class EngineChoice
{
    private readonly IEngineFactory _factory;
    private readonly bool _recompute;

    internal EngineChoice(IEngineFactory factory, Precision precision, bool recompute, string reason, string? warning)
    {
        (_factory, Precision, _recompute, Reason, Warning) = (factory, precision, recompute && factory.CanRecompute, reason, warning);
        RecomputeHasNoEffect = recompute && !factory.CanRecompute;
    }

    /// <summary>What computes.</summary>
    public EngineKind Kind => _factory.Kind;

    /// <summary>Type of the matrix products.</summary>
    public Precision Precision { get; }

    /// <summary>Why this engine and this precision, in a few words.</summary>
    public string Reason { get; }

    /// <summary>What a person should know about the choice, or null.</summary>
    public string? Warning { get; }

    /// <summary>Whether recomputing activations was asked for, of an engine that cannot.</summary>
    public bool RecomputeHasNoEffect { get; }

    /// <summary>Describes the choice and the engine that was made of it.</summary>
    /// <param name="engine">The engine.</param>
    /// <returns>What computes, and why.</returns>
    public EngineSummary Describe(ITrainingEngine engine)
    {
        ArgumentNullException.ThrowIfNull(engine);
        return new EngineSummary(Kind, Precision, engine.Description, Reason);
    }

    /// <summary>Estimates the memory of training.</summary>
    /// <param name="model">The model's shape.</param>
    /// <param name="batchSize">B, sequences in one pass.</param>
    /// <param name="passes">Passes whose gradients make one step.</param>
    /// <returns>The parts that add up to the peak of the process.</returns>
    public MemoryPlan Memory(ModelConfig model, int batchSize, int passes) => _factory.Memory(model, batchSize, passes, Precision, _recompute);

    /// <summary>Makes the engine.</summary>
    /// <param name="model">The model with its parameters, made with <see cref="Precision"/>; outlives the engine.</param>
    /// <param name="batchSize">B, the most sequences in one pass.</param>
    /// <param name="passes">Passes whose gradients make one step.</param>
    /// <param name="settings">Adam's constants.</param>
    /// <returns>The engine; the caller disposes of it.</returns>
    public ITrainingEngine Create(LanguageModel model, int batchSize, int passes, OptimizerSettings settings) =>
        _factory.Create(model, batchSize, passes, settings, _recompute);
}
