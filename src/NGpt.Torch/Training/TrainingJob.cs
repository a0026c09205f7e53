using System.Diagnostics;
using NGpt.Core.Configuration;
using NGpt.Core.Data;
using NGpt.Core.Errors;
using NGpt.Core.Files;
using NGpt.Core.Sampling;
using NGpt.Core.Tokenizers;
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
    private readonly long _startTime = Stopwatch.GetTimestamp();

    private TrainingJob(SettingLayers layers, ITrainingObserver observer)
    {
        (_layers, _observer) = (layers, observer);
        _options = RunConfigResolver.ResolveRun(layers);
    }

    private string RunName => NameOf(_layers.Preset, _layers.Architecture);

    /// <summary>Runs the call to its end.</summary>
    /// <param name="layers">What was asked for.</param>
    /// <param name="observer">Hears what happens, on the calling thread.</param>
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

    private TrainingOutcome Begin(CancellationToken stop)
    {
        RunConfigResolver.Check(_layers);
        Device device = PrepareDevice();
        using Dataset dataset = PrepareData(_layers.GetGiven(SettingCatalog.Data) as string ?? DataConfig.SdkDocumentation, Tokenizer(), ValidationFraction(), stop);
        RunConfig config = ResolveNew(dataset);
        CheckFits(config, dataset, device);
        using LanguageModel model = LanguageModel.Create(config.Model, ScalarType.Float32, device);
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
            return Train(config, dataset, folder, model, resumeFrom: null, config.InitFrom, _options.SampleTokens, stop);
        }
    }

    private TrainingOutcome Continue(string from, CancellationToken stop)
    {
        (RunFolder folder, CheckpointFolder? chosen) = FindRun(from);
        using RunLock taken = RunLock.Acquire(folder.Path);
        RunConfig stored = folder.LoadConfig();
        RunConfig config = ResumeRules.Apply(stored, _layers, _observer.OnWarning);
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
        using Dataset dataset = PrepareData(source, stored.Data.Tokenizer, stored.Data.ValidationFraction, stop);
        Compatibility.RequireSameData(stored, dataset);
        config = config with { Data = config.Data with { Source = FullSource(source) } };
        CheckFits(config, dataset, device);
        using LanguageModel model = LanguageModel.Create(config.Model, ScalarType.Float32, device);
        LoadState(model, config, folder, checkpoint, dataset.Tokenizer);
        if (config != stored)
        {
            folder.SaveConfig(config);
        }

        return Train(config, dataset, folder, model, checkpoint, checkpoint?.Folder.Path ?? config.InitFrom, sampleTokens, stop);
    }

    private TrainingOutcome Complete(RunFolder folder, TrainerState state)
    {
        ReportWarnings();
        _observer.OnWarning($"{folder.Path} is complete, {state.Step} of {state.Step} steps: nothing to do; give a larger --steps to go on");
        return Outcome(TrainingEnd.Completed, state.Step, folder.Path, Report(state.LastEvaluation), Report(state.BestEvaluation), sample: null);

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
            if (state.Threads != NativeEnvironment.Threads || state.Device != model.Device.ToString())
            {
                _observer.OnWarning(
                    $"the checkpoint was written with {state.Threads} threads on {state.Device}, this is {NativeEnvironment.Threads} on {model.Device}: the continuation rounds differently");
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
        using SavedModel saved = SavedModel.Open(run?.Chosen?.Path ?? run?.Folder.Path ?? source, device);
        string data = _layers.GetGiven(SettingCatalog.Data) as string ?? stored?.Data.Source ?? DataConfig.SdkDocumentation;
        using Dataset dataset = PrepareData(data, stored?.Data.Tokenizer ?? saved.Tokenizer.Name, stored?.Data.ValidationFraction ?? ValidationFraction(), stop);
        Compatibility.RequireSameTokenizer(dataset.Tokenizer, saved.Tokenizer, source);
        int batchSize = stored?.Training.BatchSize ?? _layers.Get(SettingCatalog.BatchSize, 1);
        int batches = _layers.GetGiven(SettingCatalog.EvalBatches) as int? ?? stored?.Training.EvalBatches ?? _layers.Get(SettingCatalog.EvalBatches, 1);
        Evaluator evaluator = new(dataset.Validation, dataset.Tokenizer, saved.Model.Config.ContextLength, batchSize, batches);
        using ModuleTrainingEngine engine = new(saved.Model, new OptimizerSettings(0, 0, 0, 0));
        ReportWarnings();
        (double loss, double bitsPerByte, long tokens) = evaluator.Evaluate(engine, stop);
        int step = CheckpointFolder.StepOf(Path.GetFileName(saved.Folder.Path)) ?? 0;
        EvaluationReport report = new(step, loss, bitsPerByte, tokens, IsBest: false);
        _observer.OnEvaluation(report);
        return Outcome(TrainingEnd.Evaluated, step, saved.Folder.Path, report, report, sample: null);
    }

    private TrainingOutcome Train(
        RunConfig config,
        Dataset dataset,
        RunFolder folder,
        LanguageModel model,
        (CheckpointFolder Folder, TrainerState State)? resumeFrom,
        string? startedFrom,
        int sampleTokens,
        CancellationToken stop)
    {
        ReportWarnings();
        using ModuleTrainingEngine engine = new(model, OptimizerSettings.Of(config.Training));
        using Trainer trainer = new(config, dataset, folder, model, engine, resumeFrom, _observer);
        _observer.OnPlan(Plan(config, dataset, folder, model.Device, trainer.Step, startedFrom));
        TimeSpan? timeLeft = _options.TimeLimit - Stopwatch.GetElapsedTime(_startTime);
        TrainingEnd end = trainer.Run(timeLeft, stop);
        string? sample = end == TrainingEnd.Completed && sampleTokens > 0
            ? WriteSample(config, dataset.Tokenizer, folder, model, sampleTokens, stop)
            : null;
        return Outcome(end, trainer.Step, folder.Path, trainer.LastEvaluation, trainer.BestEvaluation, sample);
    }

    private TrainingOutcome Outcome(TrainingEnd end, int step, string folder, EvaluationReport? last, EvaluationReport? best, string? sample)
    {
        TrainingOutcome outcome = new(
            end, step, folder, last, best, Stopwatch.GetElapsedTime(_startTime), MachineMemory.Read().ProcessPeak, sample);
        _observer.OnFinished(outcome);
        return outcome;
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

    private static string FullSource(string source) => source == DataConfig.SdkDocumentation ? source : Path.GetFullPath(source);

    private string Tokenizer() => _layers.Get(SettingCatalog.Tokenizer, "bytes");

    private double? ValidationFraction() => _layers.TryGet(SettingCatalog.ValidationFraction, out double fraction) ? fraction : null;

    private Dataset PrepareData(string source, string tokenizer, double? validationFraction, CancellationToken stop)
    {
        ICorpus corpus = source == DataConfig.SdkDocumentation ? new SdkDocumentationCorpus() : new TextCorpus(source);
        _observer.OnPreparing(corpus.Description);
        DatasetRequest request = new()
        {
            Corpus = corpus,
            Tokenizer = tokenizer == "bytes" ? TokenizerKind.Bytes : TokenizerKind.Characters,
            ValidationFraction = validationFraction,
        };
        Dataset dataset = DatasetPreparer.Prepare(request, new PreparationProgress(_observer), stop);
        if (dataset.Summary.Rejected.Count > 0)
        {
            RejectedDocument first = dataset.Summary.Rejected[0];
            string rest = dataset.Summary.Rejected.Count > 1 ? $" and {dataset.Summary.Rejected.Count - 1} more" : string.Empty;
            _observer.OnWarning($"left out {first.Name} ({first.Reason}){rest}");
        }

        return dataset;
    }

    private RunConfig ResolveNew(Dataset dataset)
    {
        string source = _layers.GetGiven(SettingCatalog.Data) as string ?? DataConfig.SdkDocumentation;
        return new RunConfig
        {
            Preset = _layers.Preset.Name,
            Model = RunConfigResolver.ResolveModel(_layers, dataset.Tokenizer.VocabularySize),
            Training = RunConfigResolver.ResolveTraining(_layers, _layers.Architecture),
            Data = new DataConfig
            {
                Source = FullSource(source),
                Tokenizer = Tokenizer(),
                ValidationFraction = ValidationFraction(),
                Fingerprint = dataset.Fingerprint,
            },
        };
    }

    // Everything that would fail at the first step or the first evaluation fails here instead.
    private static void CheckFits(RunConfig config, Dataset dataset, Device device)
    {
        _ = new WindowSampler(dataset.Train.Count, config.Model.ContextLength, seed: 0);
        _ = new EvaluationWindows(dataset.Validation.Count, config.Model.ContextLength, 1);
        if (device.type != TorchSharp.DeviceType.CPU)
        {
            return;
        }

        long needed = MemoryEstimate.TrainingPeak(config.Model, config.Training.BatchSize);
        long available = MachineMemory.Read().Available;
        if (needed > available)
        {
            throw new NGptException(
                $"training this model needs about {Gigabytes(needed)} of memory, {Gigabytes(available)} are available",
                "take a smaller --batch-size (with --gradient-accumulation for the same number of tokens a step), --context-length or --preset");
        }
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

    private static TrainingPlan Plan(RunConfig config, Dataset dataset, RunFolder folder, Device device, int startStep, string? startedFrom)
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
            Precision = "float32",
            ParameterCount = config.Model.ParameterCount,
            TokensPerStep = tokensPerStep,
            TrainingTokens = dataset.Train.Count,
            ValidationTokens = dataset.Validation.Count,
            Epochs = (double)tokensPerStep * training.Steps / dataset.Train.Count,
            EstimatedMemory = MemoryEstimate.TrainingPeak(config.Model, training.BatchSize),
            AvailableMemory = MachineMemory.Read().Available,
        };
    }

    private static string WriteSample(RunConfig config, ITokenizer tokenizer, RunFolder folder, LanguageModel model, int length, CancellationToken stop)
    {
        using TextGenerator generator = new(model, tokenizer);
        SamplingOptions options = new() { MaxTokens = length, Seed = Math.Abs(config.Training.Seed % int.MaxValue) };
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

    private static string Gigabytes(long bytes) => $"{bytes / (double)(1 << 30):0.0} GiB";

    private sealed class PreparationProgress(ITrainingObserver observer) : IProgress<DatasetProgress>
    {
        private DatasetStage? _stage;

        public void Report(DatasetProgress value)
        {
            if (value.Note is string note)
            {
                observer.OnWarning(note);
            }

            if (value.Stage != _stage && value.Stage is DatasetStage.Reading or DatasetStage.Tokenizing)
            {
                _stage = value.Stage;
                observer.OnPreparing(value.Stage == DatasetStage.Reading ? "reading the text" : "writing tokens");
            }
        }
    }
}
