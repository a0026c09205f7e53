using System.Diagnostics;
using NGpt.Core.Checkpoints;
using NGpt.Core.Configuration;
using NGpt.Core.Errors;
using NGpt.Core.Numerics.Threads;
using NGpt.Data.Preparation;
using NGpt.Torch.Native;
using static TorchSharp.torch;

namespace NGpt.Torch.Training;

/// <summary>One call of <c>ngpt train</c>: starts a run, resumes one, or only evaluates a model.</summary>
public static class TrainingJob
{
    /// <summary>Runs the call to its end.</summary>
    /// <param name="layers">The settings.</param>
    /// <param name="observer">Receives events, on the calling thread.</param>
    /// <param name="stop">Requests to save and stop after the current pass; a step that is not complete is repeated when the run is resumed.</param>
    /// <returns>The outcome.</returns>
    /// <exception cref="NGptException">The call is invalid or fails; the checkpoints saved so far are valid.</exception>
    public static TrainingOutcome Run(SettingLayers layers, ITrainingObserver observer, CancellationToken stop)
    {
        JobContext job = new(layers, observer);
        return job.Options switch
        {
            { EvalOnly: true } => EvaluationOnly.Run(job, stop),
            { Resume: string from } => ResumedRun.Run(job, from, stop),
            _ => NewRun.Run(job, stop),
        };
    }

    /// <summary>Estimates the memory of a call without training, writing or locking anything.</summary>
    /// <param name="layers">The settings.</param>
    /// <param name="observer">Receives events, on the calling thread.</param>
    /// <param name="stop">Cancels the reading of data.</param>
    /// <returns>The parts, and the engine.</returns>
    /// <exception cref="NGptException">The call is invalid, or the requested engine cannot run on this device.</exception>
    public static MemoryExplanation ExplainMemory(SettingLayers layers, ITrainingObserver observer, CancellationToken stop)
    {
        JobContext job = new(layers, observer);
        return job.Options.Resume is string from ? ResumedRun.ExplainMemory(job, from) : NewRun.ExplainMemory(job, stop);
    }
}

/// <summary>The settings of one call, its observer and its clock, shared by all kinds of call.</summary>
internal sealed class JobContext
{
    private readonly long _startTime = Stopwatch.GetTimestamp();
    private readonly string? _initialTokenizer;

    public JobContext(SettingLayers layers, ITrainingObserver observer)
    {
        ArgumentNullException.ThrowIfNull(layers);
        ArgumentNullException.ThrowIfNull(observer);
        Options = RunConfigResolver.ResolveRun(layers);
        if (Options.InitFrom is string from)
        {
            CheckpointFolder initial = CheckpointFolder.Find(from);
            layers = layers.StartingFrom(initial.LoadConfig());
            _initialTokenizer = Path.GetFullPath(initial.TokenizerPath);
            // Once more, with the layers whose warnings are reported.
            Options = RunConfigResolver.ResolveRun(layers);
        }

        (Layers, Observer, Data) = (layers, observer, new DataPreparation(observer));
    }

    public SettingLayers Layers { get; }

    public ITrainingObserver Observer { get; }

    public RunOptions Options { get; }

    public DataPreparation Data { get; }

    public TimeSpan Elapsed => Stopwatch.GetElapsedTime(_startTime);

    /// <summary>The value of <c>--data</c>, or null.</summary>
    public string? GivenData => Layers.GetGiven(DataConfig.SourceSetting) as string;

    /// <summary>The value of <c>--tokenizer</c>, else the tokenizer of the model that the run starts from, unless the data has its own; or null.</summary>
    public string? Tokenizer => Layers.TryGet(DataConfig.TokenizerSetting, out string? word) ? word
        : GivenData is string data && DataSource.ParseAll(data).Any(source => DatasetFolder.Holds(source.Path) && DatasetFolder.HasTokenizer(source.Path)) ? null
        : _initialTokenizer;

    public double? ValidationFraction => Layers.TryGet(DataConfig.ValidationFractionSetting, out double fraction) ? fraction : null;

    /// <summary>Loads libtorch. A resumed run keeps its threads where there are as many cores: other counts round differently.</summary>
    public Device PrepareDevice(int? earlierThreads = null)
    {
        DeviceChoice choice = DeviceChoice.Parse(Options.Device);
        NativeEnvironment.Prepare(Options.Threads ?? (earlierThreads <= ProcessorCores.Current.Logical ? earlierThreads : null));
        LibTorch.Load();
        return choice.Resolve();
    }

    public EngineChoice SelectEngine(EngineRequest request, Device device)
    {
        EngineChoice choice = EngineSelector.Select(request, device);
        if (choice.Warning is string warning)
        {
            Observer.OnWarning(warning);
        }

        if (choice.RecomputeHasNoEffect)
        {
            Layers.HasNoEffect(RunOptions.RecomputeSetting, "the plain modules run, which keep every activation");
        }

        return choice;
    }

    /// <summary>Reports the settings that have no effect.</summary>
    public void ReportWarnings()
    {
        foreach (string warning in Layers.Warnings())
        {
            Observer.OnWarning(warning);
        }
    }

    public MemoryExplanation ExplainMemory(RunConfig config, EngineRequest request, Device device)
    {
        EngineChoice choice = SelectEngine(request, device);
        ReportWarnings();
        MemoryPlan plan = choice.EstimateMemory(config.Model, config.Training.BatchSize, config.Training.GradientAccumulation);
        return new MemoryExplanation(choice.Kind, choice.Precision, choice.Reason, plan, MachineMemory.Read().Available);
    }

    /// <summary>Reports the outcome.</summary>
    public TrainingOutcome Finish(
        TrainingEnd end, int step, string folder, EvaluationReport? last, EvaluationReport? best, string? sample, EngineSummary? engine)
    {
        TrainingOutcome outcome = new(end, step, folder, last, best, Elapsed, MachineMemory.Read().ProcessPeak, sample) { Engine = engine };
        Observer.OnFinished(outcome);
        return outcome;
    }
}
