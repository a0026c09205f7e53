using NGpt.Core.Configuration;
using NGpt.Torch.Models;
using NGpt.Torch.Optimization;
using static TorchSharp.torch;

namespace NGpt.Torch.Training;

/// <summary>One kind of engine, before any is made: where it runs, what it would cost, and how to make it.</summary>
internal interface IEngineFactory
{
    /// <summary>The kind of engine.</summary>
    EngineKind Kind { get; }

    /// <summary>Whether it can compute activations again in the backward pass; where not, that setting has no effect.</summary>
    bool CanRecompute { get; }

    /// <summary>The precisions to try where none was asked for, the best first.</summary>
    /// <param name="hasBf16">Whether the device is known to multiply bfloat16 fast.</param>
    /// <returns>At least one.</returns>
    IReadOnlyList<Precision> Preferred(bool hasBf16);

    /// <summary>Says why the engine cannot train a model here.</summary>
    /// <param name="model">The model's shape.</param>
    /// <param name="device">The device.</param>
    /// <param name="precision">Type of the matrix products.</param>
    /// <returns>The reason, to follow "the … engine: ", or null where it can.</returns>
    string? UnsupportedReason(ModelConfig model, Device device, Precision precision);

    /// <summary>Estimates the memory of training, before anything is allocated.</summary>
    /// <param name="model">The model's shape.</param>
    /// <param name="batchSize">B, sequences in one pass.</param>
    /// <param name="passes">Passes whose gradients make one step.</param>
    /// <param name="precision">Type of the matrix products.</param>
    /// <param name="recompute">Whether activations are computed again in the backward pass.</param>
    /// <returns>The parts that add up to the peak of the process.</returns>
    MemoryPlan Memory(ModelConfig model, int batchSize, int passes, Precision precision, bool recompute);

    /// <summary>Makes the engine.</summary>
    /// <param name="model">The model with its parameters, made with the same precision; outlives the engine.</param>
    /// <param name="batchSize">B, the most sequences in one pass.</param>
    /// <param name="passes">Passes whose gradients make one step.</param>
    /// <param name="settings">Adam's constants.</param>
    /// <param name="recompute">Whether activations are computed again in the backward pass.</param>
    /// <returns>The engine; the caller disposes of it.</returns>
    ITrainingEngine Create(LanguageModel model, int batchSize, int passes, OptimizerSettings settings, bool recompute);
}
