namespace NGpt.Data.Preparation;

/// <summary>How far the preparation of a dataset is.</summary>
/// <param name="Stage">What it is doing.</param>
/// <param name="Documents">Documents of this stage done so far.</param>
/// <param name="Bytes">Bytes of text of this stage done so far.</param>
/// <param name="Note">Something the user should know, for example that a damaged preparation is rebuilt; or null.</param>
public sealed record DatasetProgress(DatasetStage Stage, long Documents, long Bytes, string? Note = null)
{
    /// <summary>Bytes of the sources, as they lie on the disk, that this stage has read.</summary>
    public long SourceBytesRead { get; init; }

    /// <summary>Bytes of all sources; null where that is not known.</summary>
    public long? SourceBytes { get; init; }
}

/// <summary>What the preparation of a dataset is doing.</summary>
public enum DatasetStage
{
    /// <summary>Looking for an earlier preparation and checking it.</summary>
    CheckingCache,

    /// <summary>Reading the corpus for the first time: how many documents there are, which characters.</summary>
    Reading,

    /// <summary>Training a tokenizer.</summary>
    TrainingTokenizer,

    /// <summary>Writing tokens.</summary>
    Tokenizing,

    /// <summary>The dataset is open.</summary>
    Done,
}
