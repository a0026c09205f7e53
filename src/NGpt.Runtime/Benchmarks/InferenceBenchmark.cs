using System.Diagnostics;
using NGpt.Core.Configuration;
using NGpt.Core.Errors;
using NGpt.Core.Files;
using NGpt.Core.Numerics;
using NGpt.Core.Numerics.Threads;
using NGpt.Core.Quantization;
using NGpt.Runtime.Models;

namespace NGpt.Runtime.Benchmarks;

/// <summary>
/// Measures how fast prompts are read and tokens are decoded, for every type of weights, interleaved: a round measures what
/// the machine can do at best, then each type.
/// </summary>
public static class InferenceBenchmark
{
    private static readonly WeightType[] AllTypes = Enum.GetValues<WeightType>();

    /// <summary>Measures random weights of a shape.</summary>
    /// <param name="config">The shape.</param>
    /// <param name="options">What to measure.</param>
    /// <param name="progress">Is told what happens next, or null.</param>
    /// <param name="stop">Ends it after the current measurement; the rounds so far are reported.</param>
    /// <returns>The figures.</returns>
    /// <exception cref="UsageException">An option is out of range.</exception>
    /// <exception cref="OperationCanceledException">It was stopped before the end of the first round.</exception>
    public static InferenceBenchmarkReport Run(
        ModelConfig config, InferenceBenchmarkOptions options, IProgress<string>? progress = null, CancellationToken stop = default)
    {
        ArgumentNullException.ThrowIfNull(config);
        ArgumentNullException.ThrowIfNull(options);
        Check(config, options);
        progress?.Report("making random weights");
        using RandomSource source = new(config);
        return Run(model: null, source, options, progress, stop);
    }

    /// <summary>Measures a model.</summary>
    /// <param name="path">A run folder, a checkpoint folder or a GGUF file. Weights that are not float32 keep their type.</param>
    /// <param name="options">What to measure.</param>
    /// <param name="progress">Is told what happens next, or null.</param>
    /// <param name="stop">Ends it after the current measurement; the rounds so far are reported.</param>
    /// <returns>The figures.</returns>
    /// <exception cref="NGptException">There is no model, it is damaged, or an option does not fit it.</exception>
    /// <exception cref="OperationCanceledException">It was stopped before the end of the first round.</exception>
    public static InferenceBenchmarkReport Run(
        string path, InferenceBenchmarkOptions options, IProgress<string>? progress = null, CancellationToken stop = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        using IWeightSource source = RuntimeModel.Open(path, FileLoading.Auto);
        Check(source.Config, options);
        return Run(path, source, options, progress, stop);
    }

    private static InferenceBenchmarkReport Run(
        string? model, IWeightSource source, InferenceBenchmarkOptions options, IProgress<string>? progress, CancellationToken stop)
    {
        long start = Stopwatch.GetTimestamp();
        List<InferenceSubject> subjects = [];
        try
        {
            foreach (WeightType type in TypesOf(source, options))
            {
                stop.ThrowIfCancellationRequested();
                progress?.Report($"preparing {type.Name()}");
                subjects.Add(new InferenceSubject(RuntimeModel.Create(model ?? "random weights", new RecodedSource(source, type)), options));
                subjects[^1].WarmUp();
            }

            int threads = subjects[0].Threads;
            (Spread bandwidth, Spread peak) = Measure(subjects, options.Rounds, threads, progress, stop);
            return new InferenceBenchmarkReport(
                model, source.Config, options, threads, bandwidth, peak, [.. subjects.Select(subject => subject.Figures())], Stopwatch.GetElapsedTime(start));
        }
        finally
        {
            subjects.ForEach(subject => subject.Dispose());
        }
    }

    private static (Spread Bandwidth, Spread Peak) Measure(
        List<InferenceSubject> subjects, int rounds, int threads, IProgress<string>? progress, CancellationToken stop)
    {
        using WorkerTeam team = new(threads);
        using PeakMeter meter = new(team);
        meter.ReadBandwidth();
        meter.MultiplyAdds();
        List<double> bandwidths = [];
        List<double> peaks = [];
        for (int round = 0; round < rounds && !(stop.IsCancellationRequested && round > 0); round++)
        {
            stop.ThrowIfCancellationRequested();
            progress?.Report($"round {round + 1} of {rounds}");
            foreach (InferenceSubject subject in subjects)
            {
                bandwidths.Add(meter.ReadBandwidth());
                peaks.Add(meter.MultiplyAdds());
                subject.Measure(bandwidths[^1], peaks[^1]);
            }
        }

        return (Spread.Of(bandwidths)!, Spread.Of(peaks)!);
    }

    // Weights that are rounded already would be no example of another type.
    private static IReadOnlyList<WeightType> TypesOf(IWeightSource source, InferenceBenchmarkOptions options)
    {
        WeightType own;
        using (Weights.WeightMatrix sample = source.Matrix(ParameterCatalog.Of(source.Config).First(spec => spec.Role == ParameterRole.Projection), rowScale: null))
        {
            own = sample.Type;
        }

        IReadOnlyList<WeightType> wanted = options.Types.Count > 0 ? options.Types : own == WeightType.F32 ? AllTypes : [own];
        return own == WeightType.F32 || wanted.All(type => type == own)
            ? wanted
            : throw new UsageException($"the model's weights are {own.Name()}: other types are made from float32 weights only", "leave out --types, or give the checkpoint");
    }

    private static void Check(ModelConfig config, InferenceBenchmarkOptions options)
    {
        List<string> problems = [.. config.Validate()];
        Require(options.Rounds is >= 1 and <= 1000, $"rounds {options.Rounds} are outside 1 to 1000");
        Require(options.PromptTokens is >= 1 and <= 1 << 17, $"prompt tokens {options.PromptTokens} are outside 1 to {1 << 17}");
        Require(options.DecodeTokens is >= 1 and <= 1 << 14, $"decoded tokens {options.DecodeTokens} are outside 1 to {1 << 14}");
        Require(options.Contexts.Count > 0, "no context is given");
        foreach (int context in options.Contexts)
        {
            Require(context is >= 1 and <= 1 << 17, $"context {context} is outside 1 to {1 << 17}");
        }

        if (problems.Count > 0)
        {
            throw new UsageException(string.Join("; ", problems));
        }

        void Require(bool holds, string problem)
        {
            if (!holds)
            {
                problems.Add(problem);
            }
        }
    }
}
