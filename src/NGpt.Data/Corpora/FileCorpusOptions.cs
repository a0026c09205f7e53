namespace NGpt.Data.Corpora;

/// <summary>How a <see cref="FileCorpus"/> reads its files.</summary>
public sealed record FileCorpusOptions
{
    /// <summary>The field of JSON lines and the column of Parquet files that holds the text.</summary>
    public string TextField { get; init; } = "text";

    /// <summary>What is done with text that is not UTF-8.</summary>
    public InvalidUtf8 InvalidUtf8 { get; init; }

    /// <summary>The format of every file; for files whose names do not tell it, and for standard input.</summary>
    public CorpusFormat Format { get; init; }

    /// <summary>What the path <c>-</c> reads, or null for the standard input of the process. It is read to its end and stays open.</summary>
    public Stream? StandardInput { get; init; }
}
