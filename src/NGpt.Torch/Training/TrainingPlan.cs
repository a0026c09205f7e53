using NGpt.Core.Configuration;
using NGpt.Core.Errors;
using NGpt.Data.Preparation;
using NGpt.Torch.Native;
using static TorchSharp.torch;

namespace NGpt.Torch.Training;

/// <summary>What is known about a run before its first step.</summary>
public sealed record TrainingPlan
{
    /// <summary>The resolved run.</summary>
    public required RunConfig Config { get; init; }

    /// <summary>Folder of the run.</summary>
    public required string RunFolder { get; init; }

    /// <summary>Steps already complete: 0 for a new run.</summary>
    public required int StartStep { get; init; }

    /// <summary>The checkpoint that is resumed, or whose weights the run starts from; null for random parameters.</summary>
    public string? StartedFrom { get; init; }

    /// <summary>Display name of the device, for example <c>cpu, 2 threads</c>.</summary>
    public required string Device { get; init; }

    /// <summary>The training engine, its precision, and why it was selected.</summary>
    public required EngineSummary Engine { get; init; }

    /// <summary>Type of the matrix products: <c>float32</c> or <c>bf16</c>.</summary>
    public string Precision => Engine.Precision.Name();

    /// <summary>Number of parameters.</summary>
    public required long ParameterCount { get; init; }

    /// <summary>Tokens per optimizer step.</summary>
    public required long TokensPerStep { get; init; }

    /// <summary>Tokens of the training split.</summary>
    public required long TrainingTokens { get; init; }

    /// <summary>Tokens of the held-out split.</summary>
    public required long ValidationTokens { get; init; }

    /// <summary>Epochs of the whole run; of a mixture, tokens of the run over tokens of the training split.</summary>
    public required double Epochs { get; init; }

    /// <summary>The sources of the data: one, or those of a mixture.</summary>
    public required IReadOnlyList<DatasetPart> DataParts { get; init; }

    /// <summary>Epochs of the whole run over one source.</summary>
    /// <param name="part">One of <see cref="DataParts"/>.</param>
    public double EpochsOf(DatasetPart part)
    {
        ArgumentNullException.ThrowIfNull(part);
        return part.Weight * TokensPerStep * Config.Training.Steps / part.TrainTokens;
    }

    /// <summary>Estimated peak memory of the process, in bytes.</summary>
    public required long EstimatedMemory { get; init; }

    /// <summary>Memory available to this process, in bytes.</summary>
    public required long AvailableMemory { get; init; }

    /// <summary>ln V, the loss in nats of uniform predictions: about the loss of the untrained model.</summary>
    public double ReferenceLoss => Math.Log(Config.Model.VocabularySize);
}

/// <summary>Checks a run before its first step, and describes it.</summary>
public static class TrainingPlanner
{
    /// <summary>Throws now what would fail at the first step or the first evaluation.</summary>
    /// <param name="model">The model's shape.</param>
    /// <param name="training">The training configuration.</param>
    /// <param name="packing">Whether documents of a window attend to each other.</param>
    /// <param name="lossOn">Which tokens have a loss.</param>
    /// <param name="dataset">The data.</param>
    /// <param name="device">The device.</param>
    /// <param name="choice">The engine.</param>
    /// <param name="checkMemory">Whether insufficient memory is an error.</param>
    /// <exception cref="NGptException">The data are too short, or the memory is insufficient.</exception>
    public static void ThrowIfInfeasible(
        ModelConfig model, TrainingConfig training, WindowPacking packing, LossTokens lossOn, Dataset dataset, Device device, EngineChoice choice, bool checkMemory = true)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(training);
        ArgumentNullException.ThrowIfNull(dataset);
        ArgumentNullException.ThrowIfNull(device);
        ArgumentNullException.ThrowIfNull(choice);
        TokenBatchReader.ThrowIfUnsupported(dataset.Train, dataset.Tokenizer, packing);
        TokenBatchReader.ThrowIfUnsupported(dataset, lossOn);
        DatasetWindows.ThrowIfTooShort(dataset.Parts, model.ContextLength);
        if (!checkMemory || device.type != TorchSharp.DeviceType.CPU)
        {
            return;
        }

        long needed = choice.EstimateMemory(model, training.BatchSize, training.GradientAccumulation).Total;
        long available = MachineMemory.Read().Available;
        if (needed > available)
        {
            throw new NGptException(
                $"training this model needs about {ByteSize.Format(needed)} of memory, {ByteSize.Format(available)} are available",
                "give a smaller --batch-size (with --gradient-accumulation for the same number of tokens per step), --context-length or --preset, or --no-memory-check to try it");
        }
    }

    /// <summary>Describes a run before its first step.</summary>
    internal static TrainingPlan Describe(PreparedRun run, EngineSummary engine, int startStep)
    {
        (RunConfig config, TrainingConfig training) = (run.Config, run.Config.Training);
        long tokensPerStep = (long)training.BatchSize * training.GradientAccumulation * config.Model.ContextLength;
        Device device = run.Model.Device;
        return new TrainingPlan
        {
            Config = config,
            RunFolder = run.Folder.Path,
            StartStep = startStep,
            StartedFrom = run.StartedFrom,
            Device = device.type == TorchSharp.DeviceType.CPU ? $"cpu, {NativeEnvironment.CountThreads(NativeEnvironment.Threads)}" : device.ToString(),
            Engine = engine,
            ParameterCount = config.Model.ParameterCount,
            TokensPerStep = tokensPerStep,
            TrainingTokens = run.Dataset.Train.Count,
            ValidationTokens = run.Dataset.Validation.Count,
            Epochs = (double)tokensPerStep * training.Steps / run.Dataset.Train.Count,
            DataParts = run.Dataset.Parts,
            EstimatedMemory = run.Engine.EstimateMemory(config.Model, training.BatchSize, training.GradientAccumulation).Total,
            AvailableMemory = MachineMemory.Read().Available,
        };
    }
}
