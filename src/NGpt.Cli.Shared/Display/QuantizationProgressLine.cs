using System.Diagnostics;
using NGpt.Runtime.Quantization;
using Spectre.Console;

namespace NGpt.Cli.Display;

/// <summary>Shows how far the writing of a file is: one line that is rewritten on a terminal, else a line now and then.</summary>
/// <param name="output">Where to: standard error.</param>
internal sealed class QuantizationProgressLine(TextWriter output) : IProgress<QuantizationProgress>, IDisposable
{
    private static readonly TimeSpan LiveInterval = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan PlainInterval = TimeSpan.FromSeconds(10);

    private readonly bool _isTerminal = new AnsiConsoleOutput(output).IsTerminal;
    private long _shown = Stopwatch.GetTimestamp();
    private int _width;

    /// <inheritdoc/>
    public void Report(QuantizationProgress value)
    {
        if (Stopwatch.GetElapsedTime(_shown) < (_isTerminal ? LiveInterval : PlainInterval))
        {
            return;
        }

        _shown = Stopwatch.GetTimestamp();
        string line = $"writing  {Figure.Share((double)value.Done / value.Total)}  {value.Tensor}";
        if (_isTerminal)
        {
            output.Write($"\r{line.PadRight(_width)}");
            output.Flush();
            _width = line.Length;
        }
        else
        {
            output.WriteLine(line);
        }
    }

    /// <summary>Removes the line from a terminal.</summary>
    public void Dispose()
    {
        if (_width > 0)
        {
            output.Write($"\r{new string(' ', _width)}\r");
        }
    }
}
