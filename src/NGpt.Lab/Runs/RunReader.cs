using System.Text.Json;
using NGpt.Core.Checkpoints;
using NGpt.Core.Configuration;
using NGpt.Core.Errors;

namespace NGpt.Lab.Runs;

/// <summary>Reads what runs left in their folders.</summary>
public static class RunReader
{
    // A run of a million steps that logs every one of them has about 250 MB.
    private const long MaxMetricsSize = 1L << 30;

    /// <summary>Reads a run that was trained to its end.</summary>
    /// <param name="folder">The run's folder.</param>
    /// <returns>The run.</returns>
    /// <exception cref="NGptException">There is no run, it is not finished, or its files are damaged; the message says which.</exception>
    public static RecordedRun Read(string folder)
    {
        ArgumentNullException.ThrowIfNull(folder);
        RunFolder run = new(folder);
        if (!Directory.Exists(folder))
        {
            throw new NGptException($"{folder}: there is no such folder", "give the folder of a run (runs/…)");
        }

        if (!run.HoldsRun)
        {
            throw new NGptException($"{folder}: holds no run", "give the folder of a run (runs/…)");
        }

        if (DivergedRun.ReasonOf(run) is string reason)
        {
            throw new NGptException($"{folder}: diverged: {reason}");
        }

        RunConfig config = run.LoadConfig();
        Metrics metrics = ReadMetrics(run.MetricsPath, config);
        int reached = metrics.Evaluations.Count == 0 ? 0 : metrics.Evaluations[^1].Step;
        if (reached < config.Training.Steps)
        {
            throw new NGptException(
                $"{folder}: is not finished: evaluated last at step {reached} of {config.Training.Steps}", $"continue it with ngpt train --resume {folder}");
        }

        if (metrics.StepSeconds.Count == 0)
        {
            throw new FileFormatException(run.MetricsPath, "holds no step");
        }

        metrics.StepSeconds.Sort();
        long tokensPerStep = TokensPerStep(config);
        double seconds = metrics.StepSeconds[metrics.StepSeconds.Count / 2];
        return new RecordedRun
        {
            Name = System.IO.Path.GetFileName(System.IO.Path.TrimEndingDirectorySeparator(System.IO.Path.GetFullPath(folder))),
            Folder = folder,
            Config = config,
            Evaluations = [.. metrics.Evaluations.Select(evaluation => new LossPoint(evaluation.Step * tokensPerStep, evaluation.Loss, evaluation.BitsPerByte))],
            SecondsPerToken = seconds / tokensPerStep,
        };
    }

    /// <summary>Tokens in one optimizer step.</summary>
    /// <param name="config">The run.</param>
    /// <returns>B · passes · T.</returns>
    public static long TokensPerStep(RunConfig config)
    {
        ArgumentNullException.ThrowIfNull(config);
        return (long)config.Training.BatchSize * config.Training.GradientAccumulation * config.Model.ContextLength;
    }

    private static Metrics ReadMetrics(string path, RunConfig config)
    {
        if (!File.Exists(path))
        {
            return new Metrics([], []);
        }

        if (new FileInfo(path).Length > MaxMetricsSize)
        {
            throw new FileFormatException(path, $"has more than {MaxMetricsSize} bytes");
        }

        Metrics metrics = new([], []);
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
                throw new FileFormatException(path, $"line {number} is not a line of metrics", "continue the run with ngpt train --resume, which drops a line that was cut off", failure);
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
        }
        else if (line.TryGetProperty("step_ms", out JsonElement time) && time.GetDouble() is > 0 and double milliseconds)
        {
            metrics.StepSeconds.Add(milliseconds / 1000);
        }
    }

    private sealed record Metrics(List<(int Step, double Loss, double BitsPerByte)> Evaluations, List<double> StepSeconds);
}
