using NGpt.Core.Configuration;
using NGpt.Torch.Models;
using NGpt.Torch.Training;
using static TorchSharp.torch;

namespace NGpt.Lab.TrainingBenchmarks;

/// <summary>What a worker process repeats and times.</summary>
internal interface IWorkload : IDisposable
{
    /// <summary>Human-readable description.</summary>
    string Description { get; }

    /// <summary>Floating-point operations per step.</summary>
    double OperationsPerStep { get; }

    /// <summary>Time per stage of the last step; empty where unknown.</summary>
    IReadOnlyList<StageTime> StageTimes { get; }

    /// <summary>Runs one step and returns its loss in nats per token; 0 where there is none.</summary>
    double Step();
}

/// <summary>Creates workloads, and estimates their memory beforehand.</summary>
internal static class Workloads
{
    // Three float32 matrices of 4096×4096, and the process.
    private const long ProductMemory = 700L << 20;

    /// <summary>Estimates the memory of a worker process. Allocates nothing.</summary>
    public static long Memory(WorkerRequest request) => request.Subject.Architecture is Architecture architecture
        ? SelectEngine(request).EstimateMemory(request.Size.Model(architecture), request.Size.BatchSize, gradientAccumulation: 1).Total
        : ProductMemory;

    /// <summary>Creates the workload of a request.</summary>
    public static IWorkload Create(WorkerRequest request)
    {
        if (request.Subject.Architecture is not Architecture architecture)
        {
            return ProductWorkload.FindBest(request.Subject.Variant.Precision);
        }

        EngineChoice choice = SelectEngine(request);
        LanguageModel model = TrainingWorkload.CreateModel(request.Size.Model(architecture), choice.Precision);
        ITrainingEngine engine = choice.Create(model, request.Size.BatchSize, gradientAccumulation: 1, TrainingWorkload.Optimizer(architecture));
        return new TrainingWorkload(model, engine, request.Size);
    }

    private static EngineChoice SelectEngine(WorkerRequest request) => EngineSelector.Select(
        new EngineRequest
        {
            Engine = request.Subject.Variant.Engine,
            Precision = request.Subject.Variant.Precision,
            Recompute = request.Recompute,
        },
        // Not libtorch's own CPU device object, which would load the library.
        new Device(TorchSharp.DeviceType.CPU));
}
