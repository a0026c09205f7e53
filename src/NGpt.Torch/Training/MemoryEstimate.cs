using System.Text.RegularExpressions;
using NGpt.Core.Configuration;
using NGpt.Torch.Engine;
using NGpt.Torch.Native;

namespace NGpt.Torch.Training;

/// <summary>
/// Estimates the memory of training before anything is allocated, within 15% of measured peaks on a CPU: that of the fast
/// engine by its plan, that of the plain modules by what was measured of them.
/// </summary>
public static partial class MemoryEstimate
{
    // Freed blocks of other sizes stay in the heap: a run of a thousand steps ends with up to a fifth more than one of a
    // dozen, which the estimate lies between.
    private const double HeapGrowth = 1.1;

    // The runtime, libtorch's code and its thread stacks.
    private const long PlainProcess = 230L << 20;

    // The same, measured with the fast engine, and the packed operands of its matrix products.
    private const long FastProcess = 250L << 20;

    private const int BytesPerFloat = 4;

    // bf16 operands are kept beside the float32 values that they were rounded from; attention keeps less.
    private const double Bf16Growth = 1.03;

    /// <summary>Estimates the peak resident size of a process that trains with the plain modules.</summary>
    /// <param name="model">The model's shape.</param>
    /// <param name="batchSize">B, sequences per forward pass.</param>
    /// <param name="precision">Type of the matrix products.</param>
    /// <returns>The parts that add up to the peak.</returns>
    public static MemoryPlan PlainModules(ModelConfig model, int batchSize, Precision precision)
    {
        ArgumentNullException.ThrowIfNull(model);
        double weights = BytesPerFloat * (double)model.ParameterCount;
        double floats = BytesPerFloat * (double)batchSize * model.ContextLength;
        bool isBf16 = precision == Precision.Bf16;
        double layers = floats * FloatsPerTokenInLayers(model) * HeapGrowth * (isBf16 ? Bf16Growth : 1);
        double logits = floats * FloatsPerTokenInLogits(model) * HeapGrowth * (isBf16 ? Bf16Growth : 1);
        return new MemoryPlan(
        [
            new MemoryPart("program and libtorch", PlainProcess),
            new MemoryPart("weights", (long)weights),
            .. isBf16 ? [new MemoryPart("weights rounded to bf16", (long)(weights / 2))] : Array.Empty<MemoryPart>(),
            new MemoryPart("gradients", (long)weights),
            new MemoryPart("Adam's moments", (long)(2 * weights)),
            new MemoryPart("activations for the backward pass", (long)layers),
            new MemoryPart("logits and their gradients", (long)logits),
        ]);
    }

    /// <summary>Estimates the peak resident size of a process that trains with the fast engine.</summary>
    internal static MemoryPlan FastEngine(ModelConfig model, Precision precision, EngineOptions options)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArenaPlan plan = FastEngineFactory.Plan(model, precision, options, NativeEnvironment.Threads);
        long weights = sizeof(float) * model.ParameterCount;
        return new MemoryPlan(
        [
            new MemoryPart("program and libtorch", FastProcess),
            new MemoryPart("weights, float32", weights),
            new MemoryPart("Adam's moments, float32", 2 * weights),
            .. plan.Regions
                .OrderBy(region => region.Group)
                .GroupBy(region => region.Group == ArenaGroup.Small ? (region.Group, "vectors and tables", "") : (region.Group, Layer().Replace(region.Name, ""), region.Shape))
                .Select(regions => new MemoryPart(Purpose(regions.Key.Group, regions.Key.Item2, regions.Key.Item3, regions.Count()), regions.Sum(region => region.Bytes))),
        ]);
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

    // Fitted to measured peaks of 22 runs (2 to 8 layers, C 64 to 512, B 8 and 16, T 64 to 512), at most 11% off: the tensors
    // of a token that are alive at once, in numbers.
    private static double FloatsPerTokenInLayers(ModelConfig model)
    {
        (double residual, double hidden) = model.Architecture == Architecture.NGpt ? (25.4, 4.9) : (17.7, 4.2);
        return model.LayerCount * ((residual * model.EmbeddingWidth) + (hidden * model.MlpWidth));
    }

    private static double FloatsPerTokenInLogits(ModelConfig model) => (model.Architecture == Architecture.NGpt ? 11.6 : 5.5) * model.VocabularySize;
}

/// <summary>The estimated memory of training, by part.</summary>
/// <param name="Parts">The parts, which add up to the estimated peak of the process.</param>
public sealed record MemoryPlan(IReadOnlyList<MemoryPart> Parts)
{
    /// <summary>Estimated peak resident size of the process, in bytes.</summary>
    public long Total => Parts.Sum(part => part.Bytes);
}

/// <summary>Memory of one purpose.</summary>
/// <param name="Purpose">What it is for, for example "Adam's moments".</param>
/// <param name="Bytes">Size in bytes.</param>
public sealed record MemoryPart(string Purpose, long Bytes);

/// <summary>The estimated memory of a run, and its engine.</summary>
/// <param name="Engine">The training engine.</param>
/// <param name="Precision">Type of the matrix products.</param>
/// <param name="Reason">Why this engine and this precision.</param>
/// <param name="Plan">The parts.</param>
/// <param name="Available">Memory available to this process, in bytes.</param>
public sealed record MemoryExplanation(EngineKind Engine, Precision Precision, string Reason, MemoryPlan Plan, long Available);
