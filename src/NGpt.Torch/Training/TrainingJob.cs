using System.Diagnostics;
using NGpt.Core.Checkpoints;
using NGpt.Core.Configuration;
using NGpt.Core.Errors;
using NGpt.Core.Files;
using NGpt.Core.Numerics.Threads;
using NGpt.Core.Sampling;
using NGpt.Core.Tokenizers;
using NGpt.Data.Preparation;
using NGpt.Torch.Checkpoints;
using NGpt.Torch.Generation;
using NGpt.Torch.Models;
using NGpt.Torch.Native;
using NGpt.Torch.Optimization;
using static TorchSharp.torch;

namespace NGpt.Torch.Training;

/// <summary>
/// One call of <c>ngpt train</c>, from settings to outcome: begins a run or continues one, checks everything that can
/// be checked before the first step, trains, and writes a sample.
/// </summary>
public sealed class TrainingJob
{
    private readonly SettingLayers _layers;
    private readonly ITrainingObserver _observer;
    private readonly RunOptions _options;
    private readonly DataPreparation _data;
    private readonly long _startTime = Stopwatch.GetTimestamp();

    private TrainingJob(SettingLayers layers, ITrainingObserver observer)
    {
        (_layers, _observer) = (layers, observer);
        _options = RunConfigResolver.ResolveRun(layers);
        _data = new DataPreparation(observer);
    }

    // For a call that only evaluates: no engine gets to use them.
    private static OptimizerSettings NoOptimizer { get; } = new(0, 0, 0, 0);

    private string RunName => NameOf(_layers.Preset, _layers.Architecture);

    /// <summary>Runs the call to its end.</summary>
    /// <param name="layers">What was asked for.</param>
    /// <param name="observer">Receives events, on the calling thread.</param>
    /// <param name="stop">Asks to save and stop after the current step.</param>
    /// <returns>How it ended.</returns>
    /// <exception cref="NGptException">It cannot run or cannot go on; what was saved is whole.</exception>
    public static TrainingOutcome Run(SettingLayers layers, ITrainingObserver observer, CancellationToken stop)
    {
        ArgumentNullException.ThrowIfNull(layers);
        ArgumentNullException.ThrowIfNull(observer);
        TrainingJob job = new(layers, observer);
        return job._options switch
        {
            { EvalOnly: true } => job.Evaluate(stop),
            { Resume: string from } => job.Continue(from, stop),
            _ => job.Begin(stop),
        };
    }

    /// <summary>Says what a call would need of memory, without training, writing or locking anything.</summary>
    /// <param name="layers">What was asked for.</param>
    /// <param name="observer">Receives events, on the calling thread.</param>
    /// <param name="stop">Ends the reading of data.</param>
    /// <returns>The parts, and what would compute.</returns>
    /// <exception cref="NGptException">The call is wrong, or the engine that it asks for cannot run here.</exception>
    public static MemoryExplanation ExplainMemory(SettingLayers layers, ITrainingObserver observer, CancellationToken stop)
    {
        ArgumentNullException.ThrowIfNull(layers);
        ArgumentNullException.ThrowIfNull(observer);
        TrainingJob job = new(layers, observer);
        return job._options.Resume is string from ? job.ExplainRun(from) : job.ExplainNew(stop);
    }

    private MemoryExplanation ExplainNew(CancellationToken stop)
    {
        RunConfigResolver.Check(_layers);
        Device device = PrepareDevice();
        // The data decide the size of the vocabulary.
        using Dataset dataset = _data.Prepare(_layers.GetGiven(SettingCatalog.Data) as string ?? DataConfig.SdkDocumentation, Tokenizer(), ValidationFraction(), stop);
        return Explain(ResolveNew(dataset), EngineRequest.Of(_options), device);
    }

    private MemoryExplanation ExplainRun(string from)
    {
        RunConfig stored = FindRun(from).Folder.LoadConfig();
        RunConfig config = ResumeRules.Apply(stored, _layers, _options, _observer.OnWarning);
        return Explain(config, EngineRequest.Of(_options, stored), PrepareDevice());
    }

    private MemoryExplanation Explain(RunConfig config, EngineRequest request, Device device)
    {
        EngineChoice choice = Choose(request, config.Model, device);
        ReportWarnings();
        return new MemoryExplanation(
            choice.Kind, choice.Precision, choice.Reason, choice.Memory(config.Model, config.Training.BatchSize, config.Training.GradientAccumulation), MachineMemory.Read().Available);
    }

    private TrainingOutcome Begin(CancellationToken stop)
    {
        RunConfigResolver.Check(_layers);
        Device device = PrepareDevice();
        using Dataset dataset = _data.Prepare(_layers.GetGiven(SettingCatalog.Data) as string ?? DataConfig.SdkDocumentation, Tokenizer(), ValidationFraction(), stop);
        RunConfig config = ResolveNew(dataset);
        EngineChoice choice = Choose(EngineRequest.Of(_options), config.Model, device);
        config = config with { Precision = choice.Precision, Engine = choice.Kind };
        TrainingPlanner.RequireFits(config.Model, config.Training, config.Data.Packing, dataset, device, choice);
        using LanguageModel model = LanguageModel.Create(config.Model, ScalarType.Float32, device, choice.Precision);
        if (_options.InitFrom is string source)
        {
            // The checkpoint itself is named in the configuration: what a run's "best" points to may change.
            config = config with { InitFrom = Path.GetFullPath(LoadWeights(model, dataset.Tokenizer, source)) };
        }
        else
        {
            ModelInitializer.Initialize(model, config.Training.Seed);
        }

        (RunFolder folder, RunLock taken) = RunFolder.CreateNew(_options.Out, RunName);
        using (taken)
        {
            folder.RemoveLeftovers();
            folder.SaveConfig(config);
            return Train(config, dataset, folder, model, choice, resumeFrom: null, config.InitFrom, _options.SampleTokens, stop);
        }
    }

    private TrainingOutcome Continue(string from, CancellationToken stop)
    {
        (RunFolder folder, CheckpointFolder? chosen) = FindRun(from);
        using RunLock taken = RunLock.Acquire(folder.Path);
        RunConfig stored = folder.LoadConfig();
        RunConfig config = ResumeRules.Apply(stored, _layers, _options, _observer.OnWarning);
        int sampleTokens = _layers.GetGiven(SettingCatalog.SampleTokens) as int? ?? Presets.Named(stored.Preset).SampleTokens;
        folder.RemoveLeftovers();
        (CheckpointFolder Folder, TrainerState State)? checkpoint = chosen is null
            ? folder.Checkpoints.NewestSound(damage => _observer.OnWarning($"{damage.Message}; trying the checkpoint before it"))
            : (chosen, chosen.Verify());
        if (checkpoint is ({ } last, { } reached))
        {
            ResumeRules.RequirePlace(config, last, reached);
            if (reached.Step == config.Training.Steps && reached.LastEvaluation?.Step == reached.Step && (sampleTokens == 0 || File.Exists(folder.SamplePath)))
            {
                return Complete(folder, reached);
            }

            if (chosen is not null && folder.Checkpoints.All is [.., { Step: int newest }] && newest > reached.Step)
            {
                _observer.OnWarning($"continuing from step {reached.Step}: the checkpoints after it, up to step {newest}, are deleted when a new one is saved");
            }
        }

        Device device = PrepareDevice(checkpoint?.State.Threads);
        string source = _layers.GetGiven(SettingCatalog.Data) as string ?? stored.Data.Source;
        using Dataset dataset = _data.PrepareAgain(stored, source, stop);
        Compatibility.RequireSameData(stored, dataset);
        config = config with { Data = config.Data with { Source = FullSource(source, dataset) } };
        EngineChoice choice = Choose(EngineRequest.Of(_options, stored), config.Model, device);
        config = config with { Engine = choice.Kind };
        TrainingPlanner.RequireFits(config.Model, config.Training, config.Data.Packing, dataset, device, choice);
        using LanguageModel model = LanguageModel.Create(config.Model, ScalarType.Float32, device, choice.Precision);
        LoadState(model, config, folder, checkpoint, dataset.Tokenizer);
        if (config != stored)
        {
            folder.SaveConfig(config);
        }

        return Train(config, dataset, folder, model, choice, checkpoint, checkpoint?.Folder.Path ?? config.InitFrom, sampleTokens, stop);
    }

    private TrainingOutcome Complete(RunFolder folder, TrainerState state)
    {
        ReportWarnings();
        _observer.OnWarning($"{folder.Path} is complete, {state.Step} of {state.Step} steps: nothing to do; give a larger --steps to go on");
        return Outcome(TrainingEnd.Completed, state.Step, folder.Path, Report(state.LastEvaluation), Report(state.BestEvaluation), sample: null, engine: null);

        EvaluationReport? Report(EvaluationState? at) => at is null
            ? null
            : new EvaluationReport(at.Step, at.Loss, at.BitsPerByte, at.Tokens, at.Step == state.BestEvaluation?.Step);
    }

    private void LoadState(
        LanguageModel model,
        RunConfig config,
        RunFolder folder,
        (CheckpointFolder Folder, TrainerState State)? checkpoint,
        ITokenizer tokenizer)
    {
        if (checkpoint is ({ } source, { } state))
        {
            Compatibility.RequireSameModel(config.Model, source.LoadConfig(), source.Path);
            source.LoadModel(model);
            string here = config.Engine.Name();
            if (state.Threads != NativeEnvironment.Threads || state.Device != model.Device.ToString() || state.Engine != here)
            {
                (string then, string now) = state.Engine == here ? ("", "") : ($" by the {state.Engine} engine", $" by the {here} one");
                _observer.OnWarning(
                    $"the checkpoint was written with {state.Threads} threads on {state.Device}{then}, this is {NativeEnvironment.Threads} on {model.Device}{now}: the continuation rounds differently");
            }

            return;
        }

        _observer.OnWarning($"{folder.Path} holds no whole checkpoint: starting from step 0 with the same settings");
        if (config.InitFrom is string first)
        {
            LoadWeights(model, tokenizer, first);
        }
        else
        {
            ModelInitializer.Initialize(model, config.Training.Seed);
        }
    }

    private TrainingOutcome Evaluate(CancellationToken stop)
    {
        string source = _options.InitFrom ?? _options.Resume
            ?? throw new UsageException("--eval-only needs a model", "give --resume RUN or --init-from PATH");
        Device device = PrepareDevice();
        (RunFolder Folder, CheckpointFolder? Chosen)? run = _options.Resume is null ? null : FindRun(source);
        RunConfig? stored = run?.Folder.LoadConfig();
        string path = CheckpointFolder.Find(run?.Chosen?.Path ?? run?.Folder.Path ?? source).Path;
        EngineRequest request = stored is null ? EngineRequest.Of(_options) : EngineRequest.Of(_options, stored);
        EngineChoice choice = Choose(request, new CheckpointFolder(path).LoadConfig(), device);
        using SavedModel saved = SavedModel.Open(path, device, choice.Precision);
        string data = _layers.GetGiven(SettingCatalog.Data) as string ?? stored?.Data.Source ?? DataConfig.SdkDocumentation;
        // Other text than the run's is read with the model's own tokenizer.
        using Dataset dataset = stored is not null && data == stored.Data.Source
            ? _data.PrepareAgain(stored, data, stop)
            : _data.Prepare(
                data,
                Tokenizer() ?? (DatasetFolder.Holds(data) ? null : saved.Folder.TokenizerPath),
                stored?.Data.ValidationFraction ?? ValidationFraction(),
                stop);
        Compatibility.RequireSameTokenizer(dataset.Tokenizer, saved.Tokenizer, source);
        int batchSize = stored?.Training.BatchSize ?? _layers.Get(SettingCatalog.BatchSize, 1);
        int batches = _layers.GetGiven(SettingCatalog.EvalBatches) as int? ?? stored?.Training.EvalBatches ?? _layers.Get(SettingCatalog.EvalBatches, 1);
        WindowPacking packing = _layers.GetGiven(SettingCatalog.Packing) as WindowPacking? ?? stored?.Data.Packing ?? WindowPacking.Stream;
        Evaluator evaluator = new(dataset.Validation, dataset.Tokenizer, saved.Model.Config.ContextLength, batchSize, batches, packing);
        using ITrainingEngine engine = choice.Create(saved.Model, batchSize, passes: 1, NoOptimizer);
        ReportWarnings();
        (double loss, double bitsPerByte, long tokens) = evaluator.Evaluate(engine, stop);
        int step = CheckpointFolder.StepOf(Path.GetFileName(saved.Folder.Path)) ?? 0;
        EvaluationReport report = new(step, loss, bitsPerByte, tokens, IsBest: false);
        _observer.OnEvaluation(report);
        return Outcome(TrainingEnd.Evaluated, step, saved.Folder.Path, report, report, sample: null, choice.Describe(engine));
    }

    private TrainingOutcome Train(
        RunConfig config,
        Dataset dataset,
        RunFolder folder,
        LanguageModel model,
        EngineChoice choice,
        (CheckpointFolder Folder, TrainerState State)? resumeFrom,
        string? startedFrom,
        int sampleTokens,
        CancellationToken stop)
    {
        ReportWarnings();
        TrainingConfig training = config.Training;
        using ITrainingEngine engine = choice.Create(model, training.BatchSize, training.GradientAccumulation, OptimizerSettings.Of(training));
        EngineSummary computedBy = choice.Describe(engine);
        using Trainer trainer = new(config, TrainingData.Of(dataset), folder, model, engine, computedBy, resumeFrom, _observer);
        _observer.OnPlan(TrainingPlanner.Describe(config, dataset, folder, model.Device, choice, computedBy, trainer.Step, startedFrom));
        TimeSpan? timeLeft = _options.TimeLimit - Stopwatch.GetElapsedTime(_startTime);
        TrainingEnd end = trainer.Run(timeLeft, stop);
        string? sample = end == TrainingEnd.Completed && sampleTokens > 0
            ? WriteSample(config, dataset.Tokenizer, folder, model, sampleTokens, stop)
            : null;
        return Outcome(end, trainer.Step, folder.Path, trainer.LastEvaluation, trainer.BestEvaluation, sample, computedBy);
    }

    private TrainingOutcome Outcome(
        TrainingEnd end, int step, string folder, EvaluationReport? last, EvaluationReport? best, string? sample, EngineSummary? engine)
    {
        TrainingOutcome outcome = new(
            end, step, folder, last, best, Stopwatch.GetElapsedTime(_startTime), MachineMemory.Read().ProcessPeak, sample)
        {
            Engine = engine,
        };
        _observer.OnFinished(outcome);
        return outcome;
    }

    private EngineChoice Choose(EngineRequest request, ModelConfig model, Device device)
    {
        EngineChoice choice = TrainingEngines.Choose(request, model, device);
        if (choice.Warning is string warning)
        {
            _observer.OnWarning(warning);
        }

        if (choice.RecomputeHasNoEffect)
        {
            _layers.HasNoEffect(SettingCatalog.Recompute, "the plain modules run, which keep every activation");
        }

        return choice;
    }

    // A run continues with the threads that it had, where there are as many cores: others would round differently.
    private Device PrepareDevice(int? earlierThreads = null)
    {
        DeviceChoice choice = DeviceChoice.Parse(_options.Device);
        NativeEnvironment.Prepare(_options.Threads ?? (earlierThreads <= ProcessorCores.Current.Logical ? earlierThreads : null));
        LibTorch.Load();
        return choice.Resolve();
    }

    private static string NameOf(Preset preset, Architecture architecture) => $"{preset.Name}-{architecture.ToString().ToLowerInvariant()}";

    // What came through standard input does not come again: the prepared tokens are the source from then on.
    private static string FullSource(string source, Dataset dataset) => source switch
    {
        DataConfig.SdkDocumentation => source,
        "-" => dataset.Folder,
        _ => Path.GetFullPath(source),
    };

    private string? Tokenizer() => _layers.TryGet(SettingCatalog.Tokenizer, out string? word) ? word : null;

    // What the run needs to get the same tokens again. Prepared tokens need nothing: their tokenizer lies beside them.
    private string StoredTokenizer(string source) => Tokenizer() is string word
        ? TokenizerChoice.Parse(word).Word
        : DatasetFolder.Holds(source) ? DataConfig.TokenizerOfDataset : DataPreparation.DefaultTokenizer(source).Word;

    private double? ValidationFraction() => _layers.TryGet(SettingCatalog.ValidationFraction, out double fraction) ? fraction : null;

    private RunConfig ResolveNew(Dataset dataset)
    {
        string source = _layers.GetGiven(SettingCatalog.Data) as string ?? DataConfig.SdkDocumentation;
        WindowPacking packing = _layers.Get(SettingCatalog.Packing, WindowPacking.Stream);
        if (packing == WindowPacking.Documents && dataset.Summary is { Train.Documents: <= 1, Validation.Documents: <= 1 })
        {
            _layers.HasNoEffect(SettingCatalog.Packing, "the data are one document");
        }

        return new RunConfig
        {
            Preset = _layers.Preset.Name,
            Model = RunConfigResolver.ResolveModel(_layers, dataset.Tokenizer.VocabularySize),
            Training = RunConfigResolver.ResolveTraining(_layers, _layers.Architecture),
            Data = new DataConfig
            {
                Source = FullSource(source, dataset),
                Tokenizer = StoredTokenizer(source),
                ValidationFraction = ValidationFraction(),
                Sampling = _layers.Get(SettingCatalog.Sampling, WindowSampling.Shuffled),
                Packing = packing,
                Fingerprint = dataset.Fingerprint,
            },
        };
    }

    private static string LoadWeights(LanguageModel model, ITokenizer tokenizer, string source)
    {
        using SavedModel saved = SavedModel.Open(source, CPU);
        Compatibility.RequireSameTokenizer(tokenizer, saved.Tokenizer, source);
        Compatibility.RequireSameModel(model.Config, saved.Model.Config, saved.Folder.Path);
        saved.Folder.LoadModel(model);
        return saved.Folder.Path;
    }

    private (RunFolder Folder, CheckpointFolder? Chosen) FindRun(string from)
    {
        if (from != "auto")
        {
            _layers.HasNoEffect(SettingCatalog.Out, "--resume names the run");
            return RunSearch.At(from);
        }

        bool architectureIsGiven = _layers.IsGiven(SettingCatalog.Architecture);
        string[]? names = _layers.PresetIsGiven || architectureIsGiven
            ? [.. from preset in _layers.PresetIsGiven ? [_layers.Preset] : Presets.All
               from architecture in architectureIsGiven ? [_layers.Architecture] : Enum.GetValues<Architecture>()
               select NameOf(preset, architecture)]
            : null;
        return (RunSearch.Newest(_options.Out, names), null);
    }

    private static string WriteSample(RunConfig config, ITokenizer tokenizer, RunFolder folder, LanguageModel model, int length, CancellationToken stop)
    {
        using TextGenerator generator = new(model, tokenizer);
        SamplingOptions options = new() { MaxTokens = length, IgnoreEndOfText = true, Seed = Math.Abs(config.Training.Seed % int.MaxValue) };
        string text = generator.Generate(string.Empty, options, stop: stop).Text;
        DurableFile.WriteText(folder.SamplePath, text);
        return text;
    }

    private void ReportWarnings()
    {
        foreach (string warning in _layers.Warnings())
        {
            _observer.OnWarning(warning);
        }
    }
}
