using System.Diagnostics;
using NGpt.Core.Configuration;
using NGpt.Data.Preparation;
using NGpt.Torch.Models;
using NGpt.Torch.Native;
using NGpt.Torch.Optimization;
using NGpt.Torch.Training;
using static TorchSharp.torch;

namespace NGpt.Lab.Runs;

/// <summary>Times the parts of a run before it is planned, with the engine and the data that the run will have.</summary>
public static class RunTimer
{
    private const double MinSeconds = 1;
    private const int MinCalls = 3;
    private const int MaxCalls = 20;
    private const double BytesPerSecond = 250e6;
    private const int MomentsAndWeights = 3;

    /// <summary>Times one architecture.</summary>
    /// <param name="layers">The settings of its runs.</param>
    /// <param name="dataset">Their data.</param>
    /// <returns>The costs.</returns>
    /// <exception cref="Core.Errors.NGptException">The runs would not fit into memory or data, or no engine can train the model.</exception>
    public static RunCost Measure(SettingLayers layers, Dataset dataset)
    {
        ArgumentNullException.ThrowIfNull(layers);
        ArgumentNullException.ThrowIfNull(dataset);
        long start = Stopwatch.GetTimestamp();
        RunOptions options = RunConfigResolver.ResolveRun(layers);
        NativeEnvironment.Prepare(options.Threads);
        LibTorch.Load();
        Device device = DeviceChoice.Parse(options.Device).Resolve();
        ModelConfig config = RunConfigResolver.ResolveModel(layers, dataset.Tokenizer.VocabularySize);
        TrainingConfig training = RunConfigResolver.ResolveTraining(layers, layers.Architecture);
        EngineChoice choice = TrainingEngines.Choose(EngineRequest.Of(options), config, device);
        WindowPacking packing = layers.Get(SettingCatalog.Packing, WindowPacking.Stream);
        TrainingPlanner.RequireFits(config, training, packing, dataset, device, choice);
        using LanguageModel model = LanguageModel.Create(config, ScalarType.Float32, device, choice.Precision);
        ModelInitializer.Initialize(model, training.Seed);
        using ITrainingEngine engine = choice.Create(model, training.BatchSize, training.GradientAccumulation, OptimizerSettings.Of(training));
        TokenBatches batches = new(dataset.Train, dataset.Tokenizer, config.ContextLength, packing);
        TokenBatch batch = batches.Create(training.BatchSize);
        long[] starts = [.. Enumerable.Range(0, training.BatchSize).Select(row => row * config.ContextLength % Math.Max(1, dataset.Train.Count - config.ContextLength))];
        batches.Read(starts, batch);
        double startSeconds = Stopwatch.GetElapsedTime(start).TotalSeconds;

        double pass = Typical(() =>
        {
            engine.ClearGradients();
            engine.AddGradients(batch, 1.0 / training.GradientAccumulation);
        });
        double update = Typical(() => engine.Update(0, GradientClip.Scale(engine.GradientNorm(), 1)));
        float[] losses = new float[batch.Targets.Length];
        double evaluation = Typical(() => engine.Evaluate(batch, losses));
        return new RunCost(
            startSeconds,
            (training.GradientAccumulation * pass) + update,
            training.EvalBatches * evaluation,
            0.1 + (config.ParameterCount * sizeof(float) * MomentsAndWeights / BytesPerSecond));
    }

    // The lower quartile of as many calls as a second allows, since other work on the machine comes and goes; the first
    // call, in which code is compiled, counts only where it is long.
    private static double Typical(Action call)
    {
        long begin = Stopwatch.GetTimestamp();
        call();
        double first = Stopwatch.GetElapsedTime(begin).TotalSeconds;
        List<double> times = [];
        while (first < MinSeconds * 10 && (times.Count < MinCalls || (times.Count < MaxCalls && times.Sum() < MinSeconds)))
        {
            long start = Stopwatch.GetTimestamp();
            call();
            times.Add(Stopwatch.GetElapsedTime(start).TotalSeconds);
        }

        times.Sort();
        return times.Count == 0 ? first : times[times.Count / 4];
    }
}
