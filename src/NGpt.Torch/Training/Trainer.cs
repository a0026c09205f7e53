using System.Diagnostics;
using NGpt.Core.Checkpoints;
using NGpt.Core.Configuration;
using NGpt.Core.Data;
using NGpt.Torch.Checkpoints;
using NGpt.Torch.Models;
using NGpt.Torch.Native;
using NGpt.Torch.Optimization;

namespace NGpt.Torch.Training;

/// <summary>
/// The training loop: a straight line of evaluate, save, step. Everything it does follows from the configuration, the
/// data and the step number, so that a run continued from a checkpoint is the run that was not interrupted.
/// </summary>
internal sealed class Trainer : IDisposable
{
    private readonly RunConfig _config;
    private readonly TrainingData _data;
    private readonly RunFolder _folder;
    private readonly ITrainingObserver _observer;
    private readonly LanguageModel _model;
    private readonly ITrainingEngine _engine;
    private readonly EngineSummary _computedBy;
    private readonly BatchPrefetcher _batches;
    private readonly DataWaitWatch _dataWait = new();
    private readonly Evaluator _evaluator;
    private readonly MetricsLog _metrics;
    private readonly TensorBoardLog _tensorBoard;
    private readonly double _matrixProductRate;
    private readonly double _earlierSeconds;
    private readonly long _startTime = Stopwatch.GetTimestamp();
    private readonly int _firstStep;
    private int _step;
    private TrainerState? _saved;
    private string? _savedFolder;
    private double _stepSeconds;
    private EvaluationState? _lastEvaluation;
    private EvaluationState? _bestEvaluation;

    /// <summary>Prepares everything for the first step.</summary>
    /// <param name="config">The resolved run.</param>
    /// <param name="data">Its data; outlives the trainer.</param>
    /// <param name="folder">The run's folder, locked by the caller.</param>
    /// <param name="model">The model with its starting parameters; outlives the trainer.</param>
    /// <param name="engine">Computes with that model; outlives the trainer.</param>
    /// <param name="computedBy">What the engine is, and why it.</param>
    /// <param name="resumeFrom">A checkpoint, already loaded into the model, and its state; or null.</param>
    /// <param name="observer">Receives events.</param>
    public Trainer(
        RunConfig config,
        TrainingData data,
        RunFolder folder,
        LanguageModel model,
        ITrainingEngine engine,
        EngineSummary computedBy,
        (CheckpointFolder Folder, TrainerState State)? resumeFrom,
        ITrainingObserver observer)
    {
        (_config, _data, _folder, _observer) = (config, data, folder, observer);
        (_model, _engine, _computedBy) = (model, engine, computedBy);
        TrainingConfig training = config.Training;
        (int contextLength, WindowPacking packing) = (config.Model.ContextLength, config.Data.Packing);
        IWindowSampler sampler = WindowSamplers.Create(config.Data.Sampling, data.Train.Count, contextLength, (ulong)training.Seed);
        if (resumeFrom is ({ } checkpoint, { } state))
        {
            checkpoint.LoadOptimizer(_engine.Optimizer, state);
            sampler.Position = state.DataPosition;
            (_step, _saved, _savedFolder) = (state.Step, state, checkpoint.Path);
            (_lastEvaluation, _bestEvaluation) = (state.LastEvaluation, state.BestEvaluation);
            _earlierSeconds = state.ElapsedSeconds;
        }

        _firstStep = _step;
        _evaluator = new Evaluator(data.Validation, data.Tokenizer, contextLength, training.BatchSize, training.EvalBatches, packing);
        _matrixProductRate = ArithmeticRate.MatrixProductRate(model.Device, engine.Precision);
        _metrics = new MetricsLog(folder.MetricsPath, _step, _lastEvaluation?.Step);
        _tensorBoard = new TensorBoardLog(folder.TensorBoardPath);
        // Last, since from here on a thread reads.
        _batches = new BatchPrefetcher(sampler, new TokenBatches(data.Train, data.Tokenizer, contextLength, packing), training.BatchSize);
    }

    /// <summary>The newest evaluation, or null.</summary>
    public EvaluationReport? LastEvaluation => Report(_lastEvaluation);

    /// <summary>The evaluation with the lowest loss, or null.</summary>
    public EvaluationReport? BestEvaluation => Report(_bestEvaluation);

    /// <summary>Steps taken in all.</summary>
    public int Step => _step;

    /// <summary>Trains until the last step, the time limit, or the request to stop; whatever ends it is saved.</summary>
    /// <param name="timeLimit">Time after which to save and stop; null for none.</param>
    /// <param name="stop">Asks to save and stop.</param>
    /// <returns>Why it ended.</returns>
    public TrainingEnd Run(TimeSpan? timeLimit, CancellationToken stop)
    {
        TrainingConfig training = _config.Training;
        _metrics.Write(_step, _computedBy);
        while (true)
        {
            bool isLast = _step == training.Steps;

            // Stop --------------------------------------------------------------------------------
            if (stop.IsCancellationRequested || (!isLast && Stopwatch.GetElapsedTime(_startTime) >= timeLimit))
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
            if (isLast || improved || (_step > 0 && _step % training.CheckpointInterval == 0))
            {
                Save();
            }

            // Step --------------------------------------------------------------------------------
            if (isLast)
            {
                return TrainingEnd.Completed;
            }

            TakeStep();
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _batches.Dispose();
        _metrics.Dispose();
    }

    private void TakeStep()
    {
        TrainingConfig training = _config.Training;
        long start = Stopwatch.GetTimestamp();
        TimeSpan waitedBefore = _batches.Waited;
        double rate = LearningRate.At(training, _step);
        double loss = GradientPasses(training.GradientAccumulation);
        double norm = _engine.GradientNorm();
        if (!double.IsFinite(norm))
        {
            string where = _engine.FirstNonFiniteGradient() is string name ? $"the gradient of {name}" : "the global gradient norm";
            throw NonFiniteException.InStep(_step + 1, where, _savedFolder);
        }

        _engine.Update(rate, GradientClip.Scale(norm, training.GradientClip));
        _step++;
        ReportStep(loss, norm, rate, Stopwatch.GetElapsedTime(start).TotalSeconds, _batches.Waited - waitedBefore);
    }

    // Leaves the mean gradient over all passes in the engine; returns the mean loss.
    private double GradientPasses(int passes)
    {
        _engine.ClearGradients();
        double loss = 0;
        for (int pass = 0; pass < passes; pass++)
        {
            double value = _engine.AddGradients(_batches.Next(), 1.0 / passes);
            if (!double.IsFinite(value))
            {
                throw NonFiniteException.InStep(_step + 1, "the loss", _savedFolder);
            }

            loss += value / passes;
        }

        return loss;
    }

    private void ReportStep(double loss, double norm, double rate, double seconds, TimeSpan waited)
    {
        TrainingConfig training = _config.Training;
        long tokensPerStep = (long)training.BatchSize * training.GradientAccumulation * _config.Model.ContextLength;
        // Steps differ in length; the estimate of the time left follows the recent ones.
        _stepSeconds = _step == _firstStep + 1 ? seconds : (0.9 * _stepSeconds) + (0.1 * seconds);
        bool isLogged = _step % training.LogInterval == 0 || _step == training.Steps || _step == 1;
        StepReport report = new(
            _step,
            loss,
            norm,
            rate,
            tokensPerStep / seconds,
            seconds * 1000,
            waited.TotalMilliseconds,
            _step * tokensPerStep,
            isLogged ? _engine.MaxNormError() : null,
            TimeSpan.FromSeconds(_stepSeconds * (training.Steps - _step)));
        if (isLogged)
        {
            _metrics.Write(report);
            double achieved = report.TokensPerSecond * ArithmeticRate.TrainingOperationsPerToken(_config.Model);
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
        try
        {
            (double loss, double bitsPerByte, long tokens) = _evaluator.Evaluate(_engine, stop);
            if (!double.IsFinite(loss))
            {
                throw NonFiniteException.AfterStep(_step, "the held-out loss", _savedFolder);
            }

            _lastEvaluation = new EvaluationState(_step, loss, bitsPerByte, tokens);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            return false;
        }

        // The untrained model is no checkpoint, so it cannot be the best one.
        if (_step > 0 && !(_lastEvaluation.Loss >= _bestEvaluation?.Loss))
        {
            _bestEvaluation = _lastEvaluation;
        }

        EvaluationReport report = LastEvaluation!;
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

        if (FiniteCheck.FirstNonFinite(_model, parameter => parameter) is string bad)
        {
            throw NonFiniteException.AfterStep(_step, bad, _savedFolder);
        }

        // A checkpoint must not survive a power cut that the lines before it do not.
        _metrics.FlushToDisk();
        CheckpointFolder saved = _folder.Checkpoints.Add(
            _step,
            _bestEvaluation?.Step,
            _config.Training.KeepCheckpoints,
            folder => _saved = folder.Save(_model, _engine.Optimizer, _data.Tokenizer, Describe));
        _savedFolder = saved.Path;
        _observer.OnCheckpoint(_step, saved.Path);
    }

    // A run that was stopped between its checkpoint and the evaluation of that step makes up for the evaluation here.
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
        DataPosition = _batches.Position,
        ElapsedSeconds = _earlierSeconds + Stopwatch.GetElapsedTime(_startTime).TotalSeconds,
        Threads = NativeEnvironment.Threads,
        Device = _model.Device.ToString(),
        Engine = _computedBy.Kind.Name(),
        Precision = _computedBy.Precision.Name(),
        LastEvaluation = _lastEvaluation,
        BestEvaluation = _bestEvaluation,
        Files = files,
    };

    private EvaluationReport? Report(EvaluationState? state) => state is null
        ? null
        : new EvaluationReport(state.Step, state.Loss, state.BitsPerByte, state.Tokens, state.Step == _bestEvaluation?.Step);
}
