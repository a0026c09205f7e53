using NGpt.Lab.TrainingBenchmarks;

namespace NGpt.Cli.Display;

/// <summary>Shows the progress of a benchmark as plain lines.</summary>
/// <param name="output">Where the lines go; not disposed.</param>
public sealed class PlainBenchmarkProgress(TextWriter output) : IBenchmarkObserver
{
    private BenchmarkSize? _size;
    private int _rounds;

    /// <inheritdoc/>
    public void OnSize(BenchmarkSize size, int subjects, int rounds)
    {
        (_size, _rounds) = (size, rounds);
        Line($"{BenchmarkReportText.Describe(size)}; {subjects} subjects, {rounds} rounds");
    }

    /// <inheritdoc/>
    public void OnWarmUp(BenchmarkSubject subject) => Line($"warming up {subject.Label}");

    /// <inheritdoc/>
    public void OnSkipped(BenchmarkSubject subject, string reason) => Line($"{subject.Label} skipped: {reason}");

    /// <inheritdoc/>
    public void OnMeasuring(int round, BenchmarkSubject subject)
    {
    }

    /// <inheritdoc/>
    public void OnMeasured(int round, BenchmarkSubject subject, double stepSeconds) =>
        Line($"round {round}/{_rounds}  {subject.Label}  {NumberFormat.Measured(stepSeconds * 1000)} ms");

    /// <inheritdoc/>
    public void OnRoundEnded(int round)
    {
    }

    private void Line(string text)
    {
        output.WriteLine($"{_size?.Name}: {text}");
        output.Flush();
    }
}
