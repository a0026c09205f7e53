using NGpt.Core.Configuration;
using NGpt.Core.Numerics.Products;
using NGpt.Core.Numerics.Threads;
using NGpt.Core.Numerics.Vectors;
using NGpt.Torch.Models;
using NGpt.Torch.Native;
using NGpt.Torch.Operators.Products;
using NGpt.Torch.Operators.Threads;
using NGpt.Torch.Optimization;
using TorchSharp;
using static TorchSharp.torch;
using BFloat16 = NGpt.Core.Numerics.Vectors.BFloat16;

namespace NGpt.Torch.Engine;

/// <summary>Makes engines for this processor, and says where there is none.</summary>
internal static class FastEngines
{
    /// <summary>Why the engine cannot train here.</summary>
    /// <param name="device">Where the model lives.</param>
    /// <param name="precision">Type of the activations.</param>
    /// <returns>The reason, or null when it can.</returns>
    public static string? Unsupported(Device device, Precision precision)
    {
        if (device.type != DeviceType.CPU)
        {
            return "the engine runs on the CPU only";
        }

        if (!Lanes128.IsFast)
        {
            return "this processor has no vector instructions that the engine knows";
        }

        ProcessorFeatures processor = ProcessorFeatures.Current;
        return precision == Precision.Bf16 && processor.HasBf16DotProduct != true && processor.HasAmxBf16 != true
            ? "this processor has no bf16 products"
            : TensorInterface.Unsupported;
    }

    /// <summary>Makes the engine of a model.</summary>
    /// <param name="model">The model, on the CPU, in float32; outlives the engine.</param>
    /// <param name="precision">Type of the activations.</param>
    /// <param name="options">How the engine is to work.</param>
    /// <param name="settings">Adam's constants.</param>
    /// <returns>The engine; the caller disposes of it.</returns>
    public static IInspectableEngine Create(LanguageModel model, Precision precision, EngineOptions options, OptimizerSettings settings)
    {
        ArgumentNullException.ThrowIfNull(model);
        int threads = NativeEnvironment.Threads;
        return Lanes512.IsFast ? Create<Lanes512>(model, precision, options, settings, threads)
            : Lanes256.IsFast ? Create<Lanes256>(model, precision, options, settings, threads)
            : Create<Lanes128>(model, precision, options, settings, threads);
    }

    /// <summary>The memory of an engine that is not made.</summary>
    /// <param name="model">The model's shape.</param>
    /// <param name="precision">Type of the activations.</param>
    /// <param name="options">How the engine would work.</param>
    /// <param name="threads">Number of threads.</param>
    /// <returns>The plan.</returns>
    public static ArenaPlan Plan(ModelConfig model, Precision precision, EngineOptions options, int threads)
    {
        // The widths of vectors do not enter into it.
        return precision == Precision.Bf16
            ? Model<Lanes128, BFloat16>(model, options, threads, sizeof(ushort)).Parts.Plan
            : Model<Lanes128, Float32>(model, options, threads, sizeof(float)).Parts.Plan;
    }

    /// <summary>Makes an engine of a given vector width and number of threads.</summary>
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
    // follows from the processor alone: a run that continues must round as it did before.
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
