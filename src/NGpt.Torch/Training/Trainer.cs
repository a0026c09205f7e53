using System.Diagnostics;
using NGpt.Core.Checkpoints;
using NGpt.Core.Configuration;
using NGpt.Core.Data;
using NGpt.Core.Tokenizers;
using NGpt.Data.Preparation;
using NGpt.Torch.Checkpoints;
using NGpt.Torch.Models;
using NGpt.Torch.Native;
using NGpt.Torch.Optimization;

namespace NGpt.Torch.Training;

/// <summary>
/// The training loop: evaluate, save, step. It is deterministic given the configuration, the data and the step number, so
/// that a resumed run equals an uninterrupted one.
/// </summary>
internal sealed class Trainer : IDisposable
{
    private readonly RunConfig _config;
    private readonly TrainingData _data;
    private readonly RunFolder _folder;
    private readonly ITrainingObserver _observer;
    private readonly LanguageModel _model;
    private readonly ITrainingEngine _engine;
    private readonly EngineSummary _engineSummary;
    private readonly BatchPrefetcher _batches;
    private readonly DataWaitMonitor _dataWait = new();
    private readonly Evaluator _evaluator;
    private readonly MetricsLog _metrics;
    private readonly TensorBoardLog _tensorBoard;
    private readonly double _matrixProductRate;
    private readonly double _earlierSeconds;
    private readonly long _startTime = Stopwatch.GetTimestamp();
    private readonly int _firstStep;
    private int _step;
    private long _position;
    private TrainerState? _saved;
    private string? _savedFolder;
    private double _stepSeconds;
    private EvaluationState? _lastEvaluation;
    private EvaluationState? _bestEvaluation;

    /// <summary>
    /// Prepares the first step. The data, the model with its parameters and the engine outlive the trainer; the caller holds
    /// the lock of the folder; a checkpoint to resume from is already loaded into the model.
    /// </summary>
    public Trainer(
        RunConfig config,
        TrainingData data,
        RunFolder folder,
        LanguageModel model,
        ITrainingEngine engine,
        EngineSummary engineSummary,
        (CheckpointFolder Folder, TrainerState State)? resumeFrom,
        ITrainingObserver observer,
        Action<string>? onMetrics = null)
    {
        (_config, _data, _folder, _observer) = (config, data, folder, observer);
        (_model, _engine, _engineSummary) = (model, engine, engineSummary);
        TrainingConfig training = config.Training;
        (int contextLength, WindowPacking packing) = (config.Model.ContextLength, config.Data.Packing);
        IWindowSampler sampler = DatasetWindows.CreateSampler(data.Parts, config.Data.Sampling, contextLength, (ulong)training.Seed);
        if (resumeFrom is ({ } checkpoint, { } state))
        {
            checkpoint.LoadOptimizer(_engine.Optimizer, state);
            sampler.Position = state.DataPosition;
            (_step, _saved, _savedFolder) = (state.Step, state, checkpoint.Path);
            (_lastEvaluation, _bestEvaluation) = (state.LastEvaluation, state.BestEvaluation);
            _earlierSeconds = state.ElapsedSeconds;
        }

        _firstStep = _step;
        _position = sampler.Position;
        _evaluator = new Evaluator(data.Validation, data.Parts, data.Tokenizer, contextLength, training.BatchSize, training.EvalBatches, packing, data.ValidationAnswers);
        _matrixProductRate = ModelFlops.MeasureMatrixProducts(model.Device, engine.Precision);
        _metrics = new MetricsLog(folder.MetricsPath, _step, _lastEvaluation?.Step, onMetrics);
        _tensorBoard = new TensorBoardLog(folder.TensorBoardPath, _step, _lastEvaluation?.Step);
        // Last, since it starts a thread that reads.
        _batches = new BatchPrefetcher(sampler, new TokenBatchReader(data.Train, data.Tokenizer, contextLength, packing, data.TrainAnswers), training.BatchSize);
    }

    /// <summary>Generates texts during training; null for none.</summary>
    public SampleWriter? Samples { get; init; }

    public EvaluationReport? LastEvaluation => EvaluationReport.Of(_lastEvaluation, _bestEvaluation);

    /// <summary>The evaluation with the lowest loss, or null.</summary>
    public EvaluationReport? BestEvaluation => EvaluationReport.Of(_bestEvaluation, _bestEvaluation);

    /// <summary>Completed steps.</summary>
    public int Step => _step;

    /// <summary>Trains until the last step, the end of patience, the time limit or a stop, and saves.</summary>
    public TrainingEnd Run(TimeSpan? timeLimit, CancellationToken stop)
    {
        TrainingConfig training = _config.Training;
        _metrics.Write(_step, _engineSummary);
        WriteSampleThatWasCutOff(stop);
        while (true)
        {
            bool isLast = _step == training.Steps;

            // Stop --------------------------------------------------------------------------------
            // After one step at least: a limit below the time of the start would never make progress.
            if (stop.IsCancellationRequested || (!isLast && _step > _firstStep && Stopwatch.GetElapsedTime(_startTime) >= timeLimit))
            {
                Save();
                return stop.IsCancellationRequested ? TrainingEnd.Stopped : TrainingEnd.TimeLimit;
            }

            // Evaluate ----------------------------------------------------------------------------
            bool evaluationIsDue = (isLast || _step % training.EvalInterval == 0) && _lastEvaluation?.Step != _step;
            if (evaluationIsDue && !TryEvaluate(stop))
            {
                continue;
            }

            // Save --------------------------------------------------------------------------------
            bool improved = evaluationIsDue && _bestEvaluation?.Step == _step && _step > 0;
            bool isPatienceOver = !isLast && IsPatienceOver();
            if (isLast || isPatienceOver)
            {
                // A run is complete when its sample is there, and this is one of an earlier length of it.
                File.Delete(_folder.SamplePath);
            }

            if (isLast || isPatienceOver || improved || (_step > 0 && _step % training.CheckpointInterval == 0))
            {
                Save();
            }

            // Step --------------------------------------------------------------------------------
            if (isLast || isPatienceOver)
            {
                return isLast ? TrainingEnd.Completed : TrainingEnd.StoppedEarly;
            }

            if (TryRunStep(stop))
            {
                WriteSampleIfDue(stop);
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _batches.Dispose();
        _metrics.Dispose();
        _tensorBoard.Dispose();
    }

    // Follows from the evaluations alone, so that a resumed run stops at the same step.
    private bool IsPatienceOver() =>
        _config.Training.Patience > 0 && _lastEvaluation?.Step == _step && _bestEvaluation is { } best
        && _step - best.Step >= (long)_config.Training.Patience * _config.Training.EvalInterval;

    // The last step's text is the run's sample.
    private void WriteSampleIfDue(CancellationToken stop)
    {
        TrainingConfig training = _config.Training;
        if (Samples is not { IsEnabled: true } || training.SampleInterval == 0 || _step % training.SampleInterval != 0 || _step == training.Steps)
        {
            return;
        }

        if (Samples.Write(_folder.SamplePathOf(_step), stop) is not string text)
        {
            return;
        }

        _tensorBoard.WriteSample(text, _step);
        _observer.OnSample(_step, text);
    }

    // A stop right after the step saves the step without its text.
    private void WriteSampleThatWasCutOff(CancellationToken stop)
    {
        if (_step > 0 && !File.Exists(_folder.SamplePathOf(_step)))
        {
            WriteSampleIfDue(stop);
        }
    }

    // False and without effect where a stop is requested between the passes of the step: a resumed run repeats it.
    private bool TryRunStep(CancellationToken stop)
    {
        TrainingConfig training = _config.Training;
        long start = Stopwatch.GetTimestamp();
        TimeSpan waitedBefore = _batches.Waited;
        double learningRate = LearningRate.At(training, _step);
        if (AccumulateGradients(training.GradientAccumulation, stop) is not double loss)
        {
            return false;
        }

        double norm = _engine.GradientNorm();
        if (!double.IsFinite(norm))
        {
            string where = _engine.FirstNonFiniteGradient() is string name ? $"the gradient of {name}" : "the global gradient norm";
            throw NonFiniteException.InStep(_step + 1, where, _savedFolder);
        }

        _engine.Update(learningRate, GradientClip.Scale(norm, training.GradientClip));
        _step++;
        _position = _batches.Position;
        ReportStep(loss, norm, learningRate, Stopwatch.GetElapsedTime(start).TotalSeconds, _batches.Waited - waitedBefore);
        return true;
    }

    // Leaves the mean gradient in the engine; returns the mean loss, or null where a stop is requested before all passes are done.
    private double? AccumulateGradients(int accumulationSteps, CancellationToken stop)
    {
        _engine.ClearGradients();
        double loss = 0;
        for (int i = 0; i < accumulationSteps; i++)
        {
            if (i > 0 && stop.IsCancellationRequested)
            {
                return null;
            }

            _observer.OnPass(new PassProgress(_step, IsEvaluation: false, i, accumulationSteps));
            double value = _engine.AddGradients(_batches.Next(), 1.0 / accumulationSteps);
            if (!double.IsFinite(value))
            {
                throw NonFiniteException.InStep(_step + 1, "the loss", _savedFolder);
            }

            loss += value / accumulationSteps;
        }

        return loss;
    }

    private void ReportStep(double loss, double norm, double learningRate, double seconds, TimeSpan waited)
    {
        TrainingConfig training = _config.Training;
        long tokensPerStep = (long)training.BatchSize * training.GradientAccumulation * _config.Model.ContextLength;
        // A moving average: the ETA follows the recent steps.
        _stepSeconds = _step == _firstStep + 1 ? seconds : (0.9 * _stepSeconds) + (0.1 * seconds);
        bool isLogged = _step % training.LogInterval == 0 || _step == training.Steps || _step == 1;
        StepReport report = new(
            _step,
            loss,
            norm,
            learningRate,
            tokensPerStep / seconds,
            seconds * 1000,
            waited.TotalMilliseconds,
            _step * tokensPerStep,
            isLogged ? _engine.MaxNormError() : null,
            TimeSpan.FromSeconds(_stepSeconds * (training.Steps - _step)));
        if (isLogged)
        {
            _metrics.Write(report);
            double achieved = report.TokensPerSecond * ModelFlops.TrainingFlopsPerToken(_config.Model);
            _tensorBoard.Write(report, achieved / _matrixProductRate);
        }

        _observer.OnStep(report);
        if (_dataWait.Add(report.Milliseconds, report.DataWaitMilliseconds) is string warning)
        {
            _observer.OnWarning(warning);
        }
    }

    private bool TryEvaluate(CancellationToken stop)
    {
        EvaluationResult result;
        try
        {
            result = _evaluator.Evaluate(_engine, (pass, count) => _observer.OnPass(new PassProgress(_step, IsEvaluation: true, pass, count)), stop);
            if (!double.IsFinite(result.Loss))
            {
                throw NonFiniteException.AfterStep(_step, "the held-out loss", _savedFolder);
            }

            _lastEvaluation = new EvaluationState(_step, result.Loss, result.BitsPerByte, result.Tokens);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            return false;
        }

        // The untrained model has no checkpoint, so it cannot be the best.
        if (_step > 0 && !(_lastEvaluation.Loss >= _bestEvaluation?.Loss))
        {
            _bestEvaluation = _lastEvaluation;
        }

        EvaluationReport report = LastEvaluation! with { Sources = result.Sources };
        _metrics.Write(report);
        _tensorBoard.Write(report, _model);
        _observer.OnEvaluation(report);
        return true;
    }

    private void Save()
    {
        if (_saved?.Step == _step)
        {
            SaveEvaluations(_saved);
            return;
        }

        if (ModelChecks.FirstNonFinite(_model, parameter => parameter) is string bad)
        {
            throw NonFiniteException.AfterStep(_step, bad, _savedFolder);
        }

        // A checkpoint must not survive a power failure that the lines before it do not.
        _metrics.FlushToDisk();
        CheckpointFolder saved = _folder.Checkpoints.Add(
            _step,
            _bestEvaluation?.Step,
            _config.Training.KeepCheckpoints,
            folder => _saved = folder.Save(_model, _engine.Optimizer, _data.Tokenizer, Describe));
        _savedFolder = saved.Path;
        _observer.OnCheckpoint(_step, saved.Path);
    }

    // A run that was stopped after the checkpoint of a step and before its evaluation gets the evaluation here.
    private void SaveEvaluations(TrainerState saved)
    {
        if (saved.LastEvaluation == _lastEvaluation)
        {
            return;
        }

        _metrics.FlushToDisk();
        _saved = saved with { LastEvaluation = _lastEvaluation, BestEvaluation = _bestEvaluation };
        _folder.Checkpoints.At(_step).SaveState(_saved);
        _folder.Checkpoints.PointTo(_step, _bestEvaluation?.Step);
    }

    private TrainerState Describe(IReadOnlyDictionary<string, FileDigest> files) => new()
    {
        Step = _step,
        DataPosition = _position,
        ElapsedSeconds = _earlierSeconds + Stopwatch.GetElapsedTime(_startTime).TotalSeconds,
        Threads = NativeEnvironment.Threads,
        Device = _model.Device.ToString(),
        Engine = _engineSummary.Kind.Name(),
        Precision = _engineSummary.Precision.Name(),
        LastEvaluation = _lastEvaluation,
        BestEvaluation = _bestEvaluation,
        Files = files,
    };
}

/// <summary>The data of the training loop.</summary>
internal sealed record TrainingData(TokenShards Train, TokenShards Validation, IReadOnlyList<DatasetPart> Parts, ITokenizer Tokenizer)
{
    /// <summary>1 for each training token that has a loss; null where all have one.</summary>
    public TokenShards? TrainAnswers { get; init; }

    /// <summary>The same for the held-out tokens.</summary>
    public TokenShards? ValidationAnswers { get; init; }

    public static TrainingData Of(Dataset dataset, LossTokens lossOn) => new(dataset.Train, dataset.Validation, dataset.Parts, dataset.Tokenizer)
    {
        TrainAnswers = lossOn == LossTokens.Assistant ? dataset.TrainAnswers : null,
        ValidationAnswers = lossOn == LossTokens.Assistant ? dataset.ValidationAnswers : null,
    };
}
