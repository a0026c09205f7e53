using System.Diagnostics;
using NGpt.Core.Configuration;
using NGpt.Data.Preparation;
using NGpt.Torch.Models;
using NGpt.Torch.Native;
using NGpt.Torch.Optimization;
using NGpt.Torch.Training;
using static TorchSharp.torch;

namespace NGpt.Lab.Runs;

/// <summary>Times the parts of a run on this machine, with the engine and the data that the run will have.</summary>
internal static class RunTimer
{
    private const double MinSeconds = 1;
    private const int MinCalls = 3;
    private const int MaxCalls = 20;
    private const double BytesPerSecond = 250e6;
    private const int MomentsAndWeights = 3;

    public static RunCost Measure(SettingLayers layers, Dataset dataset)
    {
        long start = Stopwatch.GetTimestamp();
        RunOptions options = RunConfigResolver.ResolveRun(layers);
        NativeEnvironment.Prepare(options.Threads);
        LibTorch.Load();
        Device device = DeviceChoice.Parse(options.Device).Resolve();
        ModelConfig config = RunConfigResolver.ResolveModel(layers, dataset.Tokenizer.VocabularySize);
        TrainingConfig training = RunConfigResolver.ResolveTraining(layers);
        EngineChoice choice = EngineSelector.Select(EngineRequest.Of(options), device);
        WindowPacking packing = layers.Get(DataConfig.PackingSetting);
        TrainingPlanner.ThrowIfInfeasible(config, training, packing, layers.Get(DataConfig.LossOnSetting), dataset, device, choice, !options.NoMemoryCheck);
        using LanguageModel model = LanguageModel.Create(config, ScalarType.Float32, device, choice.Precision);
        ModelInitializer.Initialize(model, training.Seed);
        using ITrainingEngine engine = choice.Create(model, training.BatchSize, training.GradientAccumulation, OptimizerSettings.Of(training));
        TokenBatchReader batches = new(dataset.Train, dataset.Tokenizer, config.ContextLength, packing);
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

    // The lower quartile of as many calls as a second allows, since other load on the machine varies; the first call, in
    // which code is compiled, counts only where it is long.
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

/// <summary>Seconds of the parts of a run: from the call to the first step, of an optimizer step, of an evaluation, of saving.</summary>
internal sealed record RunCost(double Start, double Step, double Evaluation, double Checkpoint)
{
    /// <summary>Time of a whole run. Every evaluation may be the best so far, which is saved; that of the untrained model is added.</summary>
    public TimeSpan Total(int steps, int evaluations) =>
        TimeSpan.FromSeconds(Start + (steps * Step) + ((evaluations + 1) * Evaluation) + (evaluations * Checkpoint));
}
