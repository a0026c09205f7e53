using System.Diagnostics;
using System.Globalization;
using NGpt.Torch.Training;

namespace NGpt.Cli.Display;

/// <summary>Shows a run as plain lines: for pipes, log files and terminals without cursor control.</summary>
/// <param name="output">Where the lines go; not disposed.</param>
public sealed class PlainTrainingDisplay(TextWriter output) : ITrainingDisplay
{
    private const int LabelWidth = 14;

    private static readonly TimeSpan SilenceLimit = TimeSpan.FromSeconds(20);

    private readonly Lock _gate = new();
    private TrainingPlan? _plan;
    private double _lossSum;
    private int _lossCount;
    private int _stepWidth = 1;
    private long _lastLine = Stopwatch.GetTimestamp();

    /// <inheritdoc/>
    public void OnWarning(string message) => Line($"warning: {message}");

    /// <inheritdoc/>
    public void OnPreparing(string message) => Line(message);

    /// <inheritdoc/>
    public void OnPlan(TrainingPlan plan)
    {
        _plan = plan;
        _stepWidth = $"{plan.Config.Training.Steps}".Length;
        foreach ((string label, string value) in PlanFigures.Of(plan))
        {
            Pair(label, value);
        }

        Line("");
    }

    /// <inheritdoc/>
    public void OnPass(PassProgress pass)
    {
        // A sign of life where one step or evaluation takes long.
        if (Stopwatch.GetElapsedTime(_lastLine) >= SilenceLimit)
        {
            Line($"{StepLabel(pass.Step)}  {(pass.IsEvaluation ? "evaluating: batch" : "forward and backward pass")} {pass.Pass + 1} of {pass.Count}");
        }
    }

    /// <inheritdoc/>
    public void OnStep(StepReport report)
    {
        _lossSum += report.Loss;
        _lossCount++;
        int steps = _plan!.Config.Training.Steps;
        if (report.Step % _plan.Config.Training.LogInterval != 0 && report.Step != _plan.StartStep + 1 && report.Step != steps)
        {
            return;
        }

        string norm = report.NormError is double error ? $"  norm error {error.ToString("0e-00", CultureInfo.InvariantCulture)}" : "";
        Line(
            $"{StepLabel(report.Step)}  loss {NumberFormat.Loss(_lossSum / _lossCount),6}  lr {NumberFormat.Scientific(report.LearningRate)}"
            + $"  grad norm {report.GradientNorm.ToString("G3", CultureInfo.InvariantCulture),-6}{norm}  {NumberFormat.ShortCount(report.TokensPerSecond),5} tok/s"
            + $"  ETA {NumberFormat.Duration(report.TimeRemaining)}");
        (_lossSum, _lossCount) = (0, 0);
    }

    /// <inheritdoc/>
    public void OnEvaluation(EvaluationReport report)
    {
        Line(
            $"{StepLabel(report.Step)}  held out: loss {NumberFormat.Loss(report.Loss)}, {NumberFormat.Loss(report.BitsPerByte)} bits per byte, "
            + $"perplexity {NumberFormat.Compact(report.Perplexity)}{(report.IsBest ? ", best so far" : "")}");
        foreach (SourceLoss source in report.Sources)
        {
            Line($"{StepLabel(report.Step)}    of {source.Source}: loss {NumberFormat.Loss(source.Loss)}, {NumberFormat.Loss(source.BitsPerByte)} bits per byte");
        }
    }

    /// <inheritdoc/>
    public void OnSample(int stepsTaken, string text) => Line($"{StepLabel(stepsTaken)}  sample:\n{text}\n");

    /// <inheritdoc/>
    public void OnCheckpoint(int stepsTaken, string folder) => Line($"{StepLabel(stepsTaken)}  saved {folder}");

    /// <inheritdoc/>
    public void OnFinished(TrainingOutcome outcome)
    {
        Line("");
        foreach ((string label, string value) in OutcomeFigures.Of(outcome, _plan))
        {
            Pair(label, value);
        }

        Line(outcome.Sample is string sample ? $"\nsample:\n{sample}\n" : "");

        foreach ((string label, string command) in OutcomeFigures.NextCommands(outcome))
        {
            Pair(label, command);
        }
    }

    /// <inheritdoc/>
    public void OnMemory(MemoryExplanation memory)
    {
        IReadOnlyList<(string Label, string Value)> figures = MemoryFigures.Of(memory);
        int width = figures.Max(figure => figure.Label.Length) + 1;
        foreach ((string label, string value) in figures)
        {
            Line($"{(label + ":").PadRight(width)} {value}");
        }
    }

    /// <inheritdoc/>
    public void OnStopRequested() => Line("stopping after this pass and saving; a second signal stops at once");

    /// <inheritdoc/>
    public void Dispose() => output.Flush();

    private string StepLabel(int step) => $"step {step.ToString().PadLeft(_stepWidth)}/{_plan?.Config.Training.Steps ?? step}";

    private void Pair(string label, string value) => Line($"{label + ":",-LabelWidth} {value}");

    private void Line(string text)
    {
        lock (_gate)
        {
            output.WriteLine(text);
            _lastLine = Stopwatch.GetTimestamp();
            // A log that is being watched, or cut off by a kill, has every line so far.
            output.Flush();
        }
    }
}
