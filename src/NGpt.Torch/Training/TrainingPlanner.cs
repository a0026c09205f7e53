using NGpt.Core.Checkpoints;
using NGpt.Core.Configuration;
using NGpt.Core.Data;
using NGpt.Core.Errors;
using NGpt.Data.Preparation;
using NGpt.Torch.Native;
using static TorchSharp.torch;

namespace NGpt.Torch.Training;

/// <summary>Looks ahead: whether a run can work at all, and what it will be.</summary>
public static class TrainingPlanner
{
    /// <summary>Everything that would fail at the first step or the first evaluation fails here instead.</summary>
    /// <param name="model">The model's shape.</param>
    /// <param name="training">Its recipe.</param>
    /// <param name="packing">What the tokens of a window see of each other.</param>
    /// <param name="dataset">The data.</param>
    /// <param name="device">Where it computes.</param>
    /// <param name="choice">What computes it.</param>
    /// <exception cref="NGptException">The data are too short, or the memory is too small.</exception>
    public static void RequireFits(ModelConfig model, TrainingConfig training, WindowPacking packing, Dataset dataset, Device device, EngineChoice choice)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(training);
        ArgumentNullException.ThrowIfNull(dataset);
        ArgumentNullException.ThrowIfNull(device);
        ArgumentNullException.ThrowIfNull(choice);
        TokenBatches.RequireDocuments(dataset.Tokenizer, packing);
        _ = WindowSamplers.Create(WindowSampling.Shuffled, dataset.Train.Count, model.ContextLength, seed: 0);
        _ = new EvaluationWindows(dataset.Validation.Count, model.ContextLength, 1);
        if (device.type != TorchSharp.DeviceType.CPU)
        {
            return;
        }

        long needed = choice.Memory(model, training.BatchSize, training.GradientAccumulation).Total;
        long available = MachineMemory.Read().Available;
        if (needed > available)
        {
            throw new NGptException(
                $"training this model needs about {Gigabytes(needed)} of memory, {Gigabytes(available)} are available",
                "take a smaller --batch-size (with --gradient-accumulation for the same number of tokens a step), --context-length or --preset");
        }
    }

    /// <summary>Describes a run before its first step.</summary>
    /// <param name="config">The resolved run.</param>
    /// <param name="dataset">Its data.</param>
    /// <param name="folder">Its folder.</param>
    /// <param name="device">Where it computes.</param>
    /// <param name="choice">What computes it.</param>
    /// <param name="engine">The engine that was made of that choice.</param>
    /// <param name="startStep">Steps already taken.</param>
    /// <param name="startedFrom">The checkpoint that it starts from, or null.</param>
    /// <returns>The plan.</returns>
    internal static TrainingPlan Describe(
        RunConfig config,
        Dataset dataset,
        RunFolder folder,
        Device device,
        EngineChoice choice,
        EngineSummary engine,
        int startStep,
        string? startedFrom)
    {
        TrainingConfig training = config.Training;
        long tokensPerStep = (long)training.BatchSize * training.GradientAccumulation * config.Model.ContextLength;
        return new TrainingPlan
        {
            Config = config,
            RunFolder = folder.Path,
            StartStep = startStep,
            StartedFrom = startedFrom,
            Device = device.type == TorchSharp.DeviceType.CPU ? $"cpu, {NativeEnvironment.Threads} threads" : device.ToString(),
            Engine = engine,
            ParameterCount = config.Model.ParameterCount,
            TokensPerStep = tokensPerStep,
            TrainingTokens = dataset.Train.Count,
            ValidationTokens = dataset.Validation.Count,
            Epochs = (double)tokensPerStep * training.Steps / dataset.Train.Count,
            EstimatedMemory = choice.Memory(config.Model, training.BatchSize, training.GradientAccumulation).Total,
            AvailableMemory = MachineMemory.Read().Available,
        };
    }

    private static string Gigabytes(long bytes) => $"{bytes / (double)(1 << 30):0.0} GiB";
}
