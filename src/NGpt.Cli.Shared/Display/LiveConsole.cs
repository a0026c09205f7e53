using Spectre.Console;

namespace NGpt.Cli.Display;

/// <summary>Terminals on which lines can be drawn again.</summary>
internal static class LiveConsole
{
    /// <summary>The console of a terminal that understands cursor movement; null for pipes, files and other terminals, which get plain lines.</summary>
    public static IAnsiConsole? Of(TextWriter output)
    {
        AnsiConsoleOutput console = new(output);
        return console.IsTerminal && AnsiConsole.Create(new AnsiConsoleSettings { Out = console }) is { Profile.Capabilities.Ansi: true } terminal
            ? terminal
            : null;
    }

    /// <summary>Runs something below whose lines progress bars are drawn; they go away at the end.</summary>
    public static T WithBars<T>(IAnsiConsole console, TimeSpan? refreshInterval, ProgressColumn[] columns, Func<ProgressContext, T> run)
    {
        // The bars hide the cursor, and a second Ctrl-C ends the process without returning here.
        AppDomain.CurrentDomain.ProcessExit += ShowCursor;
        try
        {
            Progress progress = console.Progress().AutoClear(true).Columns(columns);
            progress.RefreshRate = refreshInterval ?? progress.RefreshRate;
            return progress.Start(run);
        }
        finally
        {
            AppDomain.CurrentDomain.ProcessExit -= ShowCursor;
        }

        void ShowCursor(object? sender, EventArgs e) => console.Cursor.Show();
    }

    /// <summary>Name, bar, percentage and elapsed time.</summary>
    public static ProgressColumn[] NamedBars() =>
    [
        new TaskDescriptionColumn { Alignment = Justify.Left },
        new ProgressBarColumn { Width = 20 },
        new PercentageColumn(),
        new ElapsedTimeColumn(),
    ];
}
