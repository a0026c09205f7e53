using System.Diagnostics;
using System.Globalization;
using NGpt.Cli.Commands;
using NGpt.Core.Quantization;
using NGpt.Runtime.Quantization;
using Spectre.Console;

namespace NGpt.Cli.Display;

/// <summary>What <c>ngpt quantize</c> wrote and what it costs: a table on a terminal, plain lines elsewhere.</summary>
internal static class QuantizationText
{
    /// <summary>Writes a result.</summary>
    public static void Write(TextWriter output, QuantizationResult written, QuantizationLoss? loss)
    {
        AnsiConsoleOutput console = new(output);
        if (console.IsTerminal)
        {
            IAnsiConsole terminal = AnsiConsole.Create(new AnsiConsoleSettings { Out = console });
            terminal.Write(FigureTable.Of(Figures(written, loss)));
            written.Notes.ToList().ForEach(terminal.WriteLine);
        }
        else
        {
            FigureLines.Write(output, Figures(written, loss));
            written.Notes.ToList().ForEach(output.WriteLine);
        }
    }

    private static List<(string Label, string Value)> Figures(QuantizationResult written, QuantizationLoss? loss)
    {
        List<(string, string)> figures =
        [
            ("checkpoint", written.Checkpoint),
            ("file", written.Path),
            ("stored as", string.Join(", ", written.Stored.Select(stored => $"{stored.Type.Name()} {NumberFormat.Share((double)stored.Parameters / written.Parameters)}"))),
            ("size", $"{NumberFormat.Bytes(written.BytesBefore)} → {NumberFormat.Bytes(written.Bytes)}, {NumberFormat.Measured(written.BitsPerWeight)} bits for each of {NumberFormat.Count(written.Parameters)} parameters"),
        ];
        if (loss is not null)
        {
            figures.Add(("data", $"{loss.Text}, {NumberFormat.Count(loss.Before.Tokens, "token")}"));
            figures.Add(("loss", $"{NumberFormat.Loss(loss.Before.Loss)} → {NumberFormat.Loss(loss.After.Loss)} nats per token, {Difference(loss)}"));
            figures.Add(("perplexity", $"{Perplexity(loss.Before.Perplexity)} → {Perplexity(loss.After.Perplexity)}"));
            figures.Add(("bits per byte", $"{NumberFormat.Loss(loss.Before.BitsPerByte)} → {NumberFormat.Loss(loss.After.BitsPerByte)}"));
        }

        return figures;
    }

    /// <summary>A difference of losses with its sign: a digit more than the losses, as what Q8_0 costs would be 0.0000.</summary>
    internal static string Difference(double value)
    {
        // Minus zero, which a small negative number is rounded to, would be shown with both signs.
        double rounded = Math.Round(value, 5) + 0.0;
        return rounded.ToString("+0.00000;-0.00000", CultureInfo.InvariantCulture);
    }

    private static string Difference(QuantizationLoss loss)
    {
        string error = loss.Increase.StandardError is double value ? $" ±{value.ToString("0.00000", CultureInfo.InvariantCulture)}" : "";
        return Difference(loss.Increase.Mean) + error;
    }

    private static string Perplexity(double value) => value.ToString("0.000", CultureInfo.InvariantCulture);
}

/// <summary>Shows how far the writing of a file is: one line that is rewritten on a terminal, else a line now and then.</summary>
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
        string line = $"writing  {NumberFormat.Share((double)value.Done / value.Total)}  {value.Tensor}";
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
