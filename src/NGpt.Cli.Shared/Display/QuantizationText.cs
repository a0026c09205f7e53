using System.Globalization;
using NGpt.Cli.Commands;
using NGpt.Core.Quantization;
using NGpt.Runtime.Quantization;
using Spectre.Console;

namespace NGpt.Cli.Display;

/// <summary>What <c>ngpt quantize</c> wrote and what it costs, for people: a table on a terminal, plain lines elsewhere.</summary>
internal static class QuantizationText
{
    /// <summary>Writes a result.</summary>
    /// <param name="output">Where to.</param>
    /// <param name="written">The file.</param>
    /// <param name="loss">What was measured, or null.</param>
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
            ("stored as", string.Join(", ", written.Stored.Select(stored => $"{stored.Type.Name()} {Figure.Share((double)stored.Parameters / written.Parameters)}"))),
            ("size", $"{Figure.Bytes(written.BytesBefore)} → {Figure.Bytes(written.Bytes)}, {Figure.Measured(written.BitsPerWeight)} bits for each of {Figure.Count(written.Parameters)} parameters"),
        ];
        if (loss is not null)
        {
            figures.Add(("data", $"{loss.Text}, {Figure.Count(loss.Before.Tokens, "token")}"));
            figures.Add(("loss", $"{Figure.Loss(loss.Before.Loss)} → {Figure.Loss(loss.After.Loss)} nats a token, {Difference(loss)}"));
            figures.Add(("perplexity", $"{Perplexity(loss.Before.Perplexity)} → {Perplexity(loss.After.Perplexity)}"));
            figures.Add(("bits per byte", $"{Figure.Loss(loss.Before.BitsPerByte)} → {Figure.Loss(loss.After.BitsPerByte)}"));
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
