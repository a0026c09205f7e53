using NGpt.Data.Fetch;
using Spectre.Console;

namespace NGpt.Cli.Display;

/// <summary>Shows a download on a terminal: a bar for each file.</summary>
internal sealed class LiveFetchProgress : IProgress<FetchProgress>
{
    private readonly IAnsiConsole _console;
    private readonly ProgressContext _context;
    private ProgressTask? _bar;
    private string? _file;

    private LiveFetchProgress(IAnsiConsole console, ProgressContext context) => (_console, _context) = (console, context);

    /// <summary>Runs a download and shows its progress.</summary>
    /// <typeparam name="T">What the download gives.</typeparam>
    /// <param name="console">A console on a terminal that understands cursor movement.</param>
    /// <param name="run">Runs the download.</param>
    public static T Watch<T>(IAnsiConsole console, Func<IProgress<FetchProgress>, T> run)
    {
        // The bar hides the cursor; a second Ctrl-C ends the process without coming back here.
        AppDomain.CurrentDomain.ProcessExit += ShowCursor;
        try
        {
            return console.Progress()
                .AutoClear(true)
                .Columns(new ProgressBarColumn { Width = 20 }, new PercentageColumn(), new TaskDescriptionColumn { Alignment = Justify.Left })
                .Start(context => run(new LiveFetchProgress(console, context)));
        }
        finally
        {
            AppDomain.CurrentDomain.ProcessExit -= ShowCursor;
        }

        void ShowCursor(object? sender, EventArgs e) => console.Cursor.Show();
    }

    /// <inheritdoc/>
    public void Report(FetchProgress value)
    {
        if (_bar is null || _file != value.File)
        {
            _bar?.StopTask();
            _bar = _context.AddTask(Markup.Escape(value.File));
            _file = value.File;
        }

        if (value.Note is { } note)
        {
            _console.WriteLine($"{value.File}: {note}");
        }

        _bar.MaxValue = Math.Max(1, value.Total ?? value.Bytes);
        _bar.Value = value.Bytes;
        _bar.Description = Markup.Escape($"{value.File}  {FetchDisplays.Text(value)}");
    }
}
