using System.Diagnostics;
using NGpt.Core.Evaluation;
using NGpt.Data.Evaluation;
using NGpt.Data.Preparation;
using Spectre.Console;

namespace NGpt.Cli.Display;

/// <summary>Shows how far an evaluation is: one line that is rewritten on a terminal, else a line now and then.</summary>
internal sealed class EvaluationDisplay(TextWriter output) : IEvaluationObserver, IDisposable
{
    private static readonly TimeSpan LiveInterval = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan PlainInterval = TimeSpan.FromSeconds(10);

    private readonly bool _isTerminal = new AnsiConsoleOutput(output).IsTerminal;
    private readonly PreparationProgress _preparation = new(output, new AnsiConsoleOutput(output).IsTerminal);
    private string? _part;
    private long _partStart;
    private long _firstDone;
    private long _shown = Stopwatch.GetTimestamp();
    private int _width;

    /// <inheritdoc/>
    public void OnWarning(string message)
    {
        Clear();
        output.WriteLine($"warning: {message}");
    }

    /// <inheritdoc/>
    public void Report(DatasetProgress value) => _preparation.Report(value);

    /// <inheritdoc/>
    public void Report(EvaluationProgress value)
    {
        _preparation.Dispose();
        if (value.Part != _part || value.Done <= _firstDone)
        {
            // The first report of a part comes after its first batch: the rate is that of the batches after it.
            (_part, _partStart, _firstDone) = (value.Part, Stopwatch.GetTimestamp(), value.Done);
        }

        if (value.Done == value.Total || Stopwatch.GetElapsedTime(_shown) < (_isTerminal ? LiveInterval : PlainInterval))
        {
            return;
        }

        _shown = Stopwatch.GetTimestamp();
        Show($"{value.Part}  {NumberFormat.Count(value.Done)} of {NumberFormat.Count(value.Total, value.Unit)}{Eta(value)}");
    }

    /// <summary>Removes the line from a terminal.</summary>
    public void Dispose()
    {
        _preparation.Dispose();
        Clear();
    }

    private string Eta(EvaluationProgress value)
    {
        long done = value.Done - _firstDone;
        double seconds = Stopwatch.GetElapsedTime(_partStart).TotalSeconds;
        return done <= 0 ? "" : $"  ETA {NumberFormat.Duration(TimeSpan.FromSeconds(seconds * (value.Total - value.Done) / done))}";
    }

    private void Show(string line)
    {
        if (!_isTerminal)
        {
            output.WriteLine(line);
            return;
        }

        output.Write($"\r{line.PadRight(_width)}");
        _width = line.Length;
        output.Flush();
    }

    private void Clear()
    {
        _preparation.Dispose();
        if (_width > 0)
        {
            output.Write($"\r{new string(' ', _width)}\r");
            _width = 0;
        }
    }
}
