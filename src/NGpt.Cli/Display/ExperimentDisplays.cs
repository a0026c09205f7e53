using NGpt.Lab.Runs;
using Spectre.Console;

namespace NGpt.Cli.Display;

/// <summary>Chooses how the progress of an experiment is shown.</summary>
public static class ExperimentDisplays
{
    /// <summary>Runs an experiment and shows its progress: bars below its lines where the output is a terminal, else lines alone.</summary>
    /// <typeparam name="T">What the experiment gives.</typeparam>
    /// <param name="output">Where to.</param>
    /// <param name="run">Runs the experiment.</param>
    /// <returns>Its result.</returns>
    public static T Watch<T>(TextWriter output, Func<IExperimentObserver, T> run)
    {
        ArgumentNullException.ThrowIfNull(output);
        ArgumentNullException.ThrowIfNull(run);
        AnsiConsoleOutput console = new(output);
        if (console.IsTerminal)
        {
            IAnsiConsole terminal = AnsiConsole.Create(new AnsiConsoleSettings { Out = console });
            if (terminal.Profile.Capabilities.Ansi)
            {
                return LiveExperimentDisplay.Watch(terminal, run);
            }
        }

        return run(new PlainExperimentDisplay(output));
    }
}
