using NGpt.Data.Fetch;
using Spectre.Console;

namespace NGpt.Cli.Display;

/// <summary>Chooses how the progress of a download is shown.</summary>
internal static class FetchDisplays
{
    /// <summary>Runs a download and shows its progress: a bar where the output is a terminal, else plain lines now and then.</summary>
    /// <typeparam name="T">What the download gives.</typeparam>
    /// <param name="output">Where to.</param>
    /// <param name="run">Runs the download.</param>
    public static T Watch<T>(TextWriter output, Func<IProgress<FetchProgress>, T> run)
    {
        AnsiConsoleOutput console = new(output);
        if (console.IsTerminal)
        {
            IAnsiConsole terminal = AnsiConsole.Create(new AnsiConsoleSettings { Out = console });
            if (terminal.Profile.Capabilities.Ansi)
            {
                return LiveFetchProgress.Watch(terminal, run);
            }
        }

        return run(new PlainFetchProgress(output, TimeProvider.System));
    }

    /// <summary>How far a file is, in words.</summary>
    /// <param name="progress">How far it is.</param>
    public static string Text(FetchProgress progress)
    {
        string total = progress.Total is { } all ? $" of {Figure.Bytes(all)}" : string.Empty;
        string rate = progress.BytesPerSecond > 0 ? $", {Figure.Bytes(progress.BytesPerSecond)}/s" : string.Empty;
        string left = progress.Left is { TotalSeconds: >= 0.5 } time ? $", {Figure.Duration(time)} left" : string.Empty;
        return $"{Figure.Bytes(progress.Bytes)}{total}{rate}{left}";
    }
}
