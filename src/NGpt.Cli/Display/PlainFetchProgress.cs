using NGpt.Data.Fetch;

namespace NGpt.Cli.Display;

/// <summary>Shows a download as plain lines: the beginning of every file, every note, and how far it is now and then.</summary>
/// <param name="output">Where the lines go; not disposed.</param>
/// <param name="time">The clock.</param>
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
