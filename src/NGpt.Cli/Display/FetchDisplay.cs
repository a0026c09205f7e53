using NGpt.Data.Fetch;
using Spectre.Console;

namespace NGpt.Cli.Display;

/// <summary>Chooses how the progress of a download is shown.</summary>
internal static class FetchDisplays
{
    /// <summary>Runs a download and shows its progress: a bar where the output is a terminal, else plain lines now and then.</summary>
    public static T Watch<T>(TextWriter output, Func<IProgress<FetchProgress>, T> run)
    {
        return LiveConsole.Of(output) is IAnsiConsole terminal ? LiveFetchProgress.Watch(terminal, run) : run(new PlainFetchProgress(output, TimeProvider.System));
    }

    /// <summary>How far a file is, in words.</summary>
    public static string Text(FetchProgress progress)
    {
        string total = progress.Total is { } all ? $" of {NumberFormat.Bytes(all)}" : string.Empty;
        string rate = progress.BytesPerSecond > 0 ? $", {NumberFormat.Bytes(progress.BytesPerSecond)}/s" : string.Empty;
        string left = progress.Left is { TotalSeconds: >= 0.5 } time ? $", {NumberFormat.Duration(time)} left" : string.Empty;
        return $"{NumberFormat.Bytes(progress.Bytes)}{total}{rate}{left}";
    }
}

/// <summary>Shows a download on a terminal: a bar for each file.</summary>
internal sealed class LiveFetchProgress : IProgress<FetchProgress>
{
    private readonly IAnsiConsole _console;
    private readonly ProgressContext _context;
    private ProgressTask? _bar;
    private string? _file;

    private LiveFetchProgress(IAnsiConsole console, ProgressContext context) => (_console, _context) = (console, context);

    /// <summary>Runs a download and shows its progress.</summary>
    public static T Watch<T>(IAnsiConsole console, Func<IProgress<FetchProgress>, T> run)
    {
        ProgressColumn[] columns = [new ProgressBarColumn { Width = 20 }, new PercentageColumn(), new TaskDescriptionColumn { Alignment = Justify.Left }];
        return LiveConsole.WithBars(console, null, columns, context => run(new LiveFetchProgress(console, context)));
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

/// <summary>Shows a download as plain lines: the beginning of every file, every note, and how far it is now and then.</summary>
internal sealed class PlainFetchProgress(TextWriter output, TimeProvider time) : IProgress<FetchProgress>
{
    private static readonly TimeSpan LineEvery = TimeSpan.FromSeconds(10);

    private string? _file;
    private long _shown;

    /// <inheritdoc/>
    public void Report(FetchProgress value)
    {
        if (value.Note is { } note)
        {
            Line($"{value.File}: {note}");
        }
        else if (_file != value.File || value.Bytes == value.Total || time.GetElapsedTime(_shown) >= LineEvery)
        {
            (_file, _shown) = (value.File, time.GetTimestamp());
            Line($"{value.File}: {FetchDisplays.Text(value)}");
        }
    }

    private void Line(string text)
    {
        output.WriteLine(text);
        output.Flush();
    }
}
