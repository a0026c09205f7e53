using System.Diagnostics;
using System.Text;
using NGpt.Data.Preparation;

namespace NGpt.Cli.Display;

/// <summary>
/// Shows how far the preparation of a dataset is: one line that is rewritten on a terminal, else a line now and then.
/// </summary>
/// <param name="output">Where to: standard error.</param>
/// <param name="isTerminal">Whether lines can be rewritten.</param>
public sealed class PreparationProgress(TextWriter output, bool isTerminal) : IProgress<DatasetProgress>, IDisposable
{
    private static readonly TimeSpan LiveInterval = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan PlainInterval = TimeSpan.FromSeconds(10);

    private DatasetStage? _stage;
    private long _stageStart;
    private long _shown;
    private long _firstBytes;
    private long _firstSource;
    private int _width;

    /// <summary>Whether text was read or tokenized; not so where the dataset was complete already.</summary>
    public bool HasWorked { get; private set; }

    /// <inheritdoc/>
    public void Report(DatasetProgress value)
    {
        ArgumentNullException.ThrowIfNull(value);
        if (value.Note is string note)
        {
            Clear();
            output.WriteLine(note);
        }

        bool isWork = value.Stage is DatasetStage.Reading or DatasetStage.TrainingTokenizer or DatasetStage.Tokenizing;
        if (value.Stage != _stage)
        {
            HasWorked |= isWork;
            // A preparation that resumes begins in the middle: the rate is that of this call.
            (_stage, _stageStart, _shown) = (value.Stage, Stopwatch.GetTimestamp(), 0);
            (_firstBytes, _firstSource) = (value.Bytes, value.SourceBytesRead);
            if (isWork && !isTerminal)
            {
                output.WriteLine(Name(value.Stage));
            }
        }

        if (isWork && (_shown == 0 ? isTerminal : Stopwatch.GetElapsedTime(_shown) >= (isTerminal ? LiveInterval : PlainInterval)))
        {
            Show(Line(value));
        }
        else if (_shown == 0)
        {
            _shown = Stopwatch.GetTimestamp();
        }
    }

    /// <summary>Removes the line from a terminal.</summary>
    public void Dispose() => Clear();

    private static string Name(DatasetStage stage) => stage switch
    {
        DatasetStage.Reading => "reading the text",
        DatasetStage.TrainingTokenizer => "training the tokenizer",
        _ => "writing tokens",
    };

    private string Line(DatasetProgress value)
    {
        double seconds = Stopwatch.GetElapsedTime(_stageStart).TotalSeconds;
        double rate = (value.Bytes - _firstBytes) / Math.Max(seconds, 1e-3);
        StringBuilder line = new(Name(value.Stage));
        if (value.SourceBytes is > 0 and long all && value.SourceBytesRead > 0)
        {
            double share = Math.Min(1, (double)value.SourceBytesRead / all);
            line.Append(System.Globalization.CultureInfo.InvariantCulture, $"  {share:0%}");
        }

        line.Append($"  {NumberFormat.Count(value.Documents, "document")}  {NumberFormat.Bytes(value.Bytes)}");
        if (value.Bytes > _firstBytes)
        {
            line.Append($"  {NumberFormat.Bytes(rate)}/s");
        }

        if (value.SourceBytes is long total && value.SourceBytesRead > _firstSource)
        {
            double left = seconds * (total - value.SourceBytesRead) / (value.SourceBytesRead - _firstSource);
            line.Append($"  ETA {NumberFormat.Duration(TimeSpan.FromSeconds(left))}");
        }

        return line.ToString();
    }

    private void Show(string line)
    {
        _shown = Stopwatch.GetTimestamp();
        if (!isTerminal)
        {
            output.WriteLine(line);
            return;
        }

        output.Write($"\r{line.PadRight(_width)}");
        _width = line.Length;
        output.Flush();
    }

    private void Clear()
    {
        if (_width > 0)
        {
            output.Write($"\r{new string(' ', _width)}\r");
            _width = 0;
        }
    }
}
