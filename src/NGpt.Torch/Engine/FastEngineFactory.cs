using NGpt.Core.Configuration;
using NGpt.Core.Numerics.Products;
using NGpt.Core.Numerics.Threads;
using NGpt.Core.Numerics.Vectors;
using NGpt.Torch.Models;
using NGpt.Torch.Native;
using NGpt.Torch.Operators.Products;
using NGpt.Torch.Operators.Threads;
using NGpt.Torch.Optimization;
using NGpt.Torch.Training;
using TorchSharp;
using static TorchSharp.torch;
using BFloat16 = NGpt.Core.Numerics.Vectors.BFloat16;

namespace NGpt.Torch.Engine;

/// <summary>Creates the fast engine for this processor, in its widest vectors, where it supports it.</summary>
internal static class FastEngineFactory
{
    /// <summary>Why the engine cannot train on this device in this precision, or null.</summary>
    public static string? UnsupportedReason(Device device, Precision precision)
    {
        if (device.type != DeviceType.CPU)
        {
            return "the fast engine runs on the CPU only";
        }

        if (!Lanes128.IsFast)
        {
            return "this processor has no vector instructions that the fast engine supports";
        }

        ProcessorFeatures processor = ProcessorFeatures.Current;
        return precision == Precision.Bf16 && processor.HasBf16DotProduct != true && processor.HasAmxBf16 != true
            ? "this processor has no bf16 instructions"
            : TensorInterface.Unsupported;
    }

    /// <summary>Creates the engine of a model on the CPU in float32, which outlives it; activations have the given precision.</summary>
    public static IInspectableEngine Create(LanguageModel model, Precision precision, EngineOptions options, OptimizerSettings settings)
    {
        ArgumentNullException.ThrowIfNull(model);
        int threads = NativeEnvironment.Threads;
        return Lanes512.IsFast ? Create<Lanes512>(model, precision, options, settings, threads)
            : Lanes256.IsFast ? Create<Lanes256>(model, precision, options, settings, threads)
            : Create<Lanes128>(model, precision, options, settings, threads);
    }

    /// <summary>Plans the memory of an engine without creating it.</summary>
    public static ArenaPlan Plan(ModelConfig model, Precision precision, EngineOptions options, int threads)
    {
        // It does not depend on the vector width.
        return precision == Precision.Bf16
            ? Model<Lanes128, BFloat16>(model, options, threads, sizeof(ushort)).Parts.Plan
            : Model<Lanes128, Float32>(model, options, threads, sizeof(float)).Parts.Plan;
    }

    /// <summary>Creates an engine with a given vector width and number of threads.</summary>
    internal static IInspectableEngine Create<TLanes>(
        LanguageModel model, Precision precision, EngineOptions options, OptimizerSettings settings, int threads)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        LibTorch.Load();
        ThreadTeam team = KernelThreads.Create(threads);
        return precision == Precision.Bf16
            ? Create<TLanes, BFloat16>(model, precision, options, settings, new EngineContext(team, new LibTorchProducts(ScalarType.BFloat16)), sizeof(ushort))
            : Create<TLanes, Float32>(model, precision, options, settings, new EngineContext(team, Float32Products(team)), sizeof(float));
    }

    // On AMD's processors libtorch's float32 products (MKL) take a slow path, which ours are twice as fast as. The choice
    // depends on the processor alone: a resumed run must round as before.
    private static IMatrixProducts Float32Products(ThreadTeam team) =>
        ProcessorFeatures.Current.Name.StartsWith("AMD", StringComparison.Ordinal) ? ManagedProducts.Create(team) : new LibTorchProducts(ScalarType.Float32);

    private static FastEngine<TLanes, TElement> Create<TLanes, TElement>(
        LanguageModel model, Precision precision, EngineOptions options, OptimizerSettings settings, EngineContext context, int elementSize)
        where TLanes : unmanaged, ILanes<TLanes>
        where TElement : unmanaged, IElement<TElement>
    {
        EngineModel<TLanes, TElement> planned = Model<TLanes, TElement>(model.Config, options, context.Team.Threads, elementSize);
        return new FastEngine<TLanes, TElement>(planned, new AdamState(model), settings, precision, context);
    }

    private static EngineModel<TLanes, TElement> Model<TLanes, TElement>(ModelConfig model, EngineOptions options, int threads, int elementSize)
        where TLanes : unmanaged, ILanes<TLanes>
        where TElement : unmanaged, IElement<TElement> =>
        EngineModel<TLanes, TElement>.Create(new EngineParts<TLanes, TElement>(model, options, threads, elementSize));
}

/// <summary>
/// The fast engine without its type parameters (vector width, element type), with what tests and benchmarks inspect
/// besides training.
/// </summary>
internal interface IInspectableEngine : ITrainingEngine
{
    /// <summary>All memory, region by region.</summary>
    ArenaPlan Plan { get; }

    /// <summary>Logits of a batch of at most B windows, [B, T, V].</summary>
    float[] Logits(TokenBatch batch);

    /// <summary>Copies the gradient of one parameter.</summary>
    void ReadGradient(string name, Span<float> target);
}
