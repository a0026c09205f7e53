using System.Text;
using NGpt.Cli.Display;
using NGpt.Core.Errors;
using NGpt.Core.Generation;
using NGpt.Core.Sampling;
using NGpt.Runtime.Generation;

namespace NGpt.Cli.Commands;

/// <summary>
/// One text that the user and a model write in turns. What stands on the screen is what the model reads: a line that is
/// typed after a turn of the model begins a new line of the text.
/// </summary>
/// <param name="generator">The model.</param>
/// <param name="options">How to sample at the beginning.</param>
/// <param name="output">Where the model's text goes.</param>
/// <param name="error">Where all else goes.</param>
/// <param name="isInteractive">Whether to ask for each line, and to say how each turn ended.</param>
internal sealed class ChatSession(TextGenerator generator, SamplingOptions options, TextWriter output, TextWriter error, bool isInteractive)
{
    private const string Help = """
        A line is added to the text, and the model continues it. An empty line: the model continues without one. Ctrl-C: it stops.
        /set NAME VALUE  changes a setting, for example /set temperature 0.7; /set alone shows them
        /seed N          samples with this seed from now on, -1 for a new one each turn
        /clear           starts a new text
        /exit            ends, as the end of the input does
        //…              a line of text that begins with /
        """;

    private readonly StringBuilder _text = new();
    private readonly bool _isVisible = VisibleText.IsNeeded(output);
    private readonly WordWrap? _wrap = isInteractive ? new WordWrap(output, Math.Max(20, Console.WindowWidth)) : null;
    private SamplingOptions _options = options;

    /// <summary>Takes turns until the input ends.</summary>
    public int Run(TextReader input)
    {
        while (NextLine(input) is string line && line != "/exit")
        {
            try
            {
                bool isCommand = line.StartsWith('/') && !line.StartsWith("//", StringComparison.Ordinal);
                int exitCode = isCommand ? Obey(line) : Continue(line.StartsWith('/') ? line[1..] : line);
                if (exitCode != ExitCode.Done)
                {
                    return exitCode;
                }
            }
            catch (UsageException problem)
            {
                error.WriteLine(ErrorLine.Of(problem).Text);
            }
        }

        if (isInteractive)
        {
            // The shell's prompt begins on a line of its own after Ctrl-D.
            error.WriteLine();
        }

        return ExitCode.Done;
    }

    private string? NextLine(TextReader input)
    {
        if (isInteractive)
        {
            error.Write("> ");
            error.Flush();
        }

        return input.ReadLine();
    }

    private int Obey(string line)
    {
        string[] words = line.Split(' ', 3, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        switch (words)
        {
            case ["/help"]:
                error.WriteLine(Help);
                break;
            case ["/clear"]:
                _text.Clear();
                break;
            case ["/set"]:
                FigureLines.Write(error, SamplingSettings.Of(_options));
                break;
            case ["/set", string name, string value]:
                _options = SamplingSettings.With(_options, name, value);
                break;
            case ["/seed", string value]:
                _options = SamplingSettings.With(_options, "seed", value);
                break;
            default:
                throw new UsageException($"unknown command {line}", "/help lists the commands");
        }

        return ExitCode.Done;
    }

    private int Continue(string line)
    {
        int before = _text.Length;
        if (line.Length > 0)
        {
            _text.Append(before > 0 ? "\n" : "").Append(line);
        }

        GenerationResult generated;
        // Listens only while the model writes: at the prompt Ctrl-C ends the program as it does elsewhere.
        using StopSignal stop = new();
        try
        {
            generated = generator.Generate(_text.ToString(), _options, Show, stop.Token);
        }
        catch (UsageException)
        {
            // What the vocabulary cannot write is no part of the text.
            _text.Length = before;
            throw;
        }

        _text.Append(generated.Text);
        if (_wrap is null)
        {
            output.WriteLine();
        }
        else
        {
            _wrap.Write("\n");
        }

        output.Flush();
        if (isInteractive)
        {
            if (generated.DiscardedTokens > 0)
            {
                error.WriteLine($"(longer than the context length of {generator.ContextLength:N0} tokens: the first {generated.DiscardedTokens:N0} were not read)");
            }

            error.WriteLine($"({NumberFormat.Count(generated.GeneratedTokens, "token")}, ended by {EndText.Of(generated.Reason)}; seed {generated.Seed})");
        }

        return stop.ExitCode == ExitCode.Terminated ? ExitCode.Terminated : ExitCode.Done;
    }

    private void Show(string text)
    {
        string shown = _isVisible ? VisibleText.Of(text) : text;
        if (_wrap is null)
        {
            output.Write(shown);
        }
        else
        {
            _wrap.Write(shown);
        }

        output.Flush();
    }
}
