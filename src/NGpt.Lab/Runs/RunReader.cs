using System.Text.Json;
using NGpt.Core.Checkpoints;
using NGpt.Core.Configuration;
using NGpt.Core.Errors;
using NGpt.Core.Files;

namespace NGpt.Lab.Runs;

/// <summary>Reads finished runs from their folders.</summary>
internal static class RunReader
{
    // The metrics of a million logged steps take about 250 MB.
    private const long MaxMetricsSize = 1L << 30;

    // Quartiles of fewer values say nothing.
    private const int MinStepTimes = 4;

    public static RecordedRun Read(string folder)
    {
        RunFolder run = new(folder);
        if (!Directory.Exists(folder))
        {
            throw new UsageException($"{folder}: {FileKind.DescribeMissing(folder, "folder")}", "give the folder of a run (runs/…)");
        }

        if (!run.HoldsRun)
        {
            throw new NGptException($"{folder}: is not a run folder", "give the folder of a run (runs/…)");
        }

        if (DivergedRun.Read(run) is string reason)
        {
            throw new NGptException($"{folder}: diverged: {reason}");
        }

        RunConfig config = run.LoadConfig();
        Metrics metrics = ReadMetrics(run.MetricsPath, config);
        int reached = metrics.Evaluations.Count == 0 ? 0 : metrics.Evaluations[^1].Step;
        if (reached < config.Training.Steps)
        {
            throw new NGptException(
                $"{folder}: is not finished: last evaluated at step {reached} of {config.Training.Steps}", $"resume it with ngpt train --resume {folder}");
        }

        if (metrics.StepSeconds.Count == 0)
        {
            throw new FileFormatException(run.MetricsPath, "has no step");
        }

        List<double> times = metrics.StepSeconds;
        times.Sort();
        long tokensPerStep = TokensPerStep(config);
        double median = times[times.Count / 2];
        return new RecordedRun
        {
            Name = System.IO.Path.GetFileName(System.IO.Path.TrimEndingDirectorySeparator(System.IO.Path.GetFullPath(folder))),
            Folder = folder,
            Config = config,
            Evaluations = [.. metrics.Evaluations.Select(evaluation => new LossPoint(evaluation.Step * tokensPerStep, evaluation.Loss, evaluation.BitsPerByte))],
            EvaluationTokens = metrics.EvaluationTokens,
            SecondsPerToken = median / tokensPerStep,
            StepTimeSpread = times.Count < MinStepTimes ? double.NaN : (times[times.Count * 3 / 4] - times[times.Count / 4]) / median,
        };
    }

    /// <summary>Tokens of one optimizer step: batch size · gradient accumulation steps · context length.</summary>
    public static long TokensPerStep(RunConfig config) =>
        (long)config.Training.BatchSize * config.Training.GradientAccumulation * config.Model.ContextLength;

    private static Metrics ReadMetrics(string path, RunConfig config)
    {
        Metrics metrics = new();
        if (!File.Exists(path))
        {
            return metrics;
        }

        if (new FileInfo(path).Length > MaxMetricsSize)
        {
            throw new FileFormatException(path, $"has more than {MaxMetricsSize} bytes");
        }

        int number = 0;
        foreach (string line in File.ReadLines(path))
        {
            number++;
            try
            {
                using JsonDocument document = JsonDocument.Parse(line);
                Add(metrics, document.RootElement, config);
            }
            catch (Exception failure) when (failure is JsonException or InvalidOperationException or KeyNotFoundException or FormatException)
            {
                throw new FileFormatException(path, $"line {number} is not a valid line of metrics", "resume the run with ngpt train --resume, which drops an incomplete last line", failure);
            }
        }

        return metrics;
    }

    private static void Add(Metrics metrics, JsonElement line, RunConfig config)
    {
        int step = line.GetProperty("step").GetInt32();
        if (line.TryGetProperty("val_loss", out JsonElement loss))
        {
            int last = metrics.Evaluations.Count == 0 ? -1 : metrics.Evaluations[^1].Step;
            (double nats, double bits) = (loss.GetDouble(), line.GetProperty("val_bpb").GetDouble());
            if (step <= last || step > config.Training.Steps || !double.IsFinite(nats) || !double.IsFinite(bits) || nats < 0 || bits < 0)
            {
                throw new FormatException();
            }

            metrics.Evaluations.Add((step, nats, bits));
            metrics.EvaluationTokens = line.TryGetProperty("val_tokens", out JsonElement tokens) ? tokens.GetInt64() : null;
        }
        else if (line.TryGetProperty("step_ms", out JsonElement time) && time.GetDouble() is > 0 and double milliseconds)
        {
            metrics.StepSeconds.Add(milliseconds / 1000);
        }
    }

    private sealed class Metrics
    {
        public List<(int Step, double Loss, double BitsPerByte)> Evaluations { get; } = [];

        public List<double> StepSeconds { get; } = [];

        public long? EvaluationTokens { get; set; }
    }
}
