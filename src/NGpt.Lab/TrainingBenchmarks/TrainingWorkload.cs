using System.Diagnostics;
using NGpt.Core.Configuration;
using NGpt.Core.Errors;
using NGpt.Core.Numerics;
using NGpt.Torch.Models;
using NGpt.Torch.Optimization;
using NGpt.Torch.Training;

namespace NGpt.Lab.TrainingBenchmarks;

/// <summary>Training steps as the trainer runs them, on batches of random tokens that are the same for every subject.</summary>
internal sealed class TrainingWorkload : IWorkload
{
    // Low enough that the parameters of all subjects stay close and their losses comparable.
    private const double LearningRate = 1e-4;
    private const double GradientClipLimit = 1;
    private const long Seed = 1337;

    private readonly LanguageModel _model;
    private readonly ITrainingEngine _engine;
    private readonly TokenBatch _batch;
    private readonly SplitMix64 _tokens = new((ulong)Seed);
    private readonly double[] _stageMilliseconds = new double[StageNames.Length];
    private int _steps;

    /// <summary>Takes ownership of the model and the engine.</summary>
    public TrainingWorkload(LanguageModel model, ITrainingEngine engine, BenchmarkSize size)
    {
        (_model, _engine) = (model, engine);
        _batch = new TokenBatch(size.BatchSize, size.ContextLength) { Count = size.BatchSize };
        OperationsPerStep = ModelFlops.TrainingFlopsPerToken(model.Config) * size.TokensPerStep;
    }

    private static string[] StageNames { get; } = ["forward and backward", "gradient norm", "update"];

    /// <inheritdoc/>
    public string Description => _engine.Description;

    /// <inheritdoc/>
    public double OperationsPerStep { get; }

    /// <summary>The engine's own stages, or the three calls of a step where the engine measures none.</summary>
    public IReadOnlyList<StageTime> StageTimes => _engine.StageTimes is { Count: > 0 } measured
        ? measured
        : [.. StageNames.Select((name, stage) => new StageTime(name, _stageMilliseconds[stage]))];

    /// <summary>The default Adam settings of <c>ngpt train</c>.</summary>
    public static OptimizerSettings Optimizer(Architecture architecture) =>
        new(Beta1: 0.9, Beta2: 0.95, Epsilon: 1e-8, WeightDecay: architecture == Architecture.NGpt ? 0 : 0.1);

    /// <summary>A model with the same initial parameters for every subject.</summary>
    public static LanguageModel CreateModel(ModelConfig config, Precision precision)
    {
        LanguageModel model = LanguageModel.Create(config, precision: precision);
        ModelInitializer.Initialize(model, Seed);
        return model;
    }

    /// <inheritdoc/>
    public double Step()
    {
        FillBatch();
        long start = Stopwatch.GetTimestamp();
        _engine.ClearGradients();
        double loss = _engine.AddGradients(_batch, weight: 1);
        long passed = Stopwatch.GetTimestamp();
        double norm = _engine.GradientNorm();
        long normed = Stopwatch.GetTimestamp();
        _engine.Update(LearningRate, GradientClip.Scale(norm, GradientClipLimit));
        long updated = Stopwatch.GetTimestamp();
        _steps++;
        if (!double.IsFinite(loss) || !double.IsFinite(norm))
        {
            throw new NGptException($"the {(double.IsFinite(loss) ? "gradient norm" : "loss")} of step {_steps} is not finite");
        }

        _stageMilliseconds[0] = Stopwatch.GetElapsedTime(start, passed).TotalMilliseconds;
        _stageMilliseconds[1] = Stopwatch.GetElapsedTime(passed, normed).TotalMilliseconds;
        _stageMilliseconds[2] = Stopwatch.GetElapsedTime(normed, updated).TotalMilliseconds;
        return loss;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _engine.Dispose();
        _model.Dispose();
    }

    // The windows are cut from one endless sequence, so that each input is followed by its target as in real text.
    private void FillBatch()
    {
        int vocabulary = _model.Config.VocabularySize;
        int length = _batch.ContextLength;
        for (int row = 0; row < _batch.Count; row++)
        {
            Span<int> inputs = _batch.Inputs.Slice(row * length, length);
            Span<int> targets = _batch.Targets.Slice(row * length, length);
            for (int i = 0; i < length; i++)
            {
                targets[i] = (int)_tokens.NextBelow(vocabulary);
            }

            inputs[0] = (int)_tokens.NextBelow(vocabulary);
            targets[..^1].CopyTo(inputs[1..]);
        }
    }
}
