using NGpt.Core.Configuration;
using NGpt.Torch.Models;
using NGpt.Torch.Optimization;
using static TorchSharp.torch;

namespace NGpt.Torch.Training;

/// <summary>The plain modules: they run everywhere, in float32 unless another precision is asked for.</summary>
internal sealed class ModuleEngineFactory : IEngineFactory
{
    /// <inheritdoc/>
    public EngineKind Kind => EngineKind.Plain;

    /// <inheritdoc/>
    public bool CanRecompute => false;

    /// <inheritdoc/>
    public IReadOnlyList<Precision> Preferred(bool hasBf16) => [Precision.F32];

    /// <inheritdoc/>
    public string? UnsupportedReason(ModelConfig model, Device device, Precision precision) => null;

    /// <inheritdoc/>
    public MemoryPlan Memory(ModelConfig model, int batchSize, int passes, Precision precision, bool recompute) =>
        MemoryEstimate.PlainModules(model, batchSize, precision);

    /// <inheritdoc/>
    public ITrainingEngine Create(LanguageModel model, int batchSize, int passes, OptimizerSettings settings, bool recompute) =>
        new ModuleTrainingEngine(model, settings);
}
