using System.Text.RegularExpressions;
using NGpt.Core.Configuration;
using NGpt.Torch.Models;
using NGpt.Torch.Native;
using NGpt.Torch.Optimization;
using NGpt.Torch.Training;
using static TorchSharp.torch;

namespace NGpt.Torch.Engine;

/// <summary>The engine as the trainer chooses it: on the CPU, in bf16 where the processor has it.</summary>
internal sealed partial class FastEngineFactory : IEngineFactory
{
    // The runtime, libtorch's code and thread stacks, the packed operands of its products.
    private const long Process = 400L << 20;

    /// <inheritdoc/>
    public EngineKind Kind => EngineKind.Fast;

    /// <inheritdoc/>
    public bool CanRecompute => true;

    /// <inheritdoc/>
    public IReadOnlyList<Precision> Preferred(bool hasBf16) => hasBf16 ? [Precision.Bf16, Precision.F32] : [Precision.F32];

    /// <inheritdoc/>
    public string? UnsupportedReason(ModelConfig model, Device device, Precision precision) => FastEngines.Unsupported(device, precision);

    /// <inheritdoc/>
    public MemoryPlan Memory(ModelConfig model, int batchSize, int passes, Precision precision, bool recompute)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArenaPlan plan = FastEngines.Plan(model, precision, new EngineOptions(batchSize, passes > 1, recompute), NativeEnvironment.Threads);
        long weights = sizeof(float) * model.ParameterCount;
        return new MemoryPlan(
        [
            new MemoryPart("program and libtorch", Process),
            new MemoryPart("weights, float32", weights),
            new MemoryPart("Adam's moments, float32", 2 * weights),
            .. plan.Regions
                .OrderBy(region => region.Group)
                .GroupBy(region => region.Group == ArenaGroup.Small ? (region.Group, "vectors and tables", "") : (region.Group, Layer().Replace(region.Name, ""), region.Shape))
                .Select(regions => new MemoryPart(Purpose(regions.Key.Group, regions.Key.Item2, regions.Key.Item3, regions.Count()), regions.Sum(region => region.Bytes))),
        ]);
    }

    /// <inheritdoc/>
    public ITrainingEngine Create(LanguageModel model, int batchSize, int passes, OptimizerSettings settings, bool recompute)
    {
        ArgumentNullException.ThrowIfNull(model);
        return FastEngines.Create(model, model.Types.Precision, new EngineOptions(batchSize, passes > 1, recompute), settings);
    }

    private static string Purpose(ArenaGroup group, string name, string shape, int count) => group == ArenaGroup.Small
        ? name
        : $"{Title(group)}: {name} {shape}{(count > 1 ? $" × {count}" : "")}";

    private static string Title(ArenaGroup group) => group switch
    {
        ArenaGroup.Weights => "weights for products",
        ArenaGroup.Gradients => "gradient",
        ArenaGroup.Kept => "kept for the backward pass",
        ArenaGroup.Shared => "shared by all layers",
        ArenaGroup.Logits => "output",
        _ => "other",
    };

    [GeneratedRegex(@"^layer \d+: ")]
    private static partial Regex Layer();
}
