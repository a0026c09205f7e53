using NGpt.Core.Configuration;
using NGpt.Torch.Models;
using NGpt.Torch.Training;
using static TorchSharp.torch;

namespace NGpt.Torch.Benchmarks;

/// <summary>Makes what is measured, and says before what it needs.</summary>
internal static class Workloads
{
    // Three matrices of 4096×4096 in float32, and the process.
    private const long ProductMemory = 700L << 20;

    /// <summary>Estimates the memory of a worker process that takes no more than some hundreds of steps. Nothing is allocated.</summary>
    /// <returns>Bytes.</returns>
    /// <exception cref="Core.Errors.NGptException">The subject cannot run here; the message has the reason.</exception>
    public static long Memory(WorkerRequest request) => request.Subject.Architecture is Architecture architecture
        ? Choose(request, architecture).Memory(request.Size.Model(architecture), request.Size.BatchSize, passes: 1).ShortRun
        : ProductMemory;

    /// <summary>Creates the workload of a request.</summary>
    /// <exception cref="Core.Errors.NGptException">The subject cannot run here; the message has the reason.</exception>
    public static IWorkload Create(WorkerRequest request)
    {
        if (request.Subject.Architecture is not Architecture architecture)
        {
            return ProductWorkload.FindBest(request.Subject.Variant.Precision);
        }

        EngineChoice choice = Choose(request, architecture);
        LanguageModel model = TrainingWorkload.CreateModel(request.Size.Model(architecture), choice.Precision);
        ITrainingEngine engine = choice.Create(model, request.Size.BatchSize, passes: 1, TrainingWorkload.Optimizer(architecture));
        return new TrainingWorkload(model, engine, request.Size);
    }

    private static EngineChoice Choose(WorkerRequest request, Architecture architecture) => TrainingEngines.Choose(
        new EngineRequest
        {
            Engine = request.Subject.Variant.Engine,
            Precision = request.Subject.Variant.Precision,
            Recompute = request.Recompute,
        },
        request.Size.Model(architecture),
        // Not the library's own object for the processor, which would load it.
        new Device(TorchSharp.DeviceType.CPU));
}
