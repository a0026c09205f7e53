using Spectre.Console;

namespace NGpt.Cli.Display;

/// <summary>Chooses how a run is shown.</summary>
public static class TrainingDisplays
{
    /// <summary>The live display where the output is a terminal, else plain lines.</summary>
    /// <param name="output">Standard output or standard error.</param>
    /// <returns>The display; to be disposed.</returns>
    public static ITrainingDisplay For(TextWriter output)
    {
        ArgumentNullException.ThrowIfNull(output);
        AnsiConsoleOutput console = new(output);
        if (console.IsTerminal)
        {
            IAnsiConsole terminal = AnsiConsole.Create(new AnsiConsoleSettings { Out = console });
            if (terminal.Profile.Capabilities.Ansi)
            {
                return new LiveTrainingDisplay(terminal);
            }
        }

        return new PlainTrainingDisplay(output);
    }
}
