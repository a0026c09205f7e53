namespace NGpt.Data.Corpora.Files;

/// <summary>An entry of one source.</summary>
internal sealed record SourceEntry
{
    /// <summary>The document or piece; null where it was left out.</summary>
    public Document? Document { get; init; }

    /// <summary>What was left out; null for a document.</summary>
    public RejectedDocument? Rejected { get; init; }

    /// <summary>Whether something in it was replaced by U+FFFD.</summary>
    public bool WasRepaired { get; init; }

    /// <summary>Entries of the source up to and with this one, as <see cref="CorpusPosition.Entry"/> counts them.</summary>
    public long Next { get; init; }

    /// <summary>True where nothing of the source follows.</summary>
    public bool EndsSource { get; init; }

    /// <summary>Bytes of the file, as it lies on the disk, that were read up to here.</summary>
    public long SourceBytesRead { get; init; }
}
