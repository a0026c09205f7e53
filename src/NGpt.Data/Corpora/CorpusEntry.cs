namespace NGpt.Data.Corpora;

/// <summary>One thing that a corpus holds: a document or a piece of one, or something that had to be left out.</summary>
public sealed record CorpusEntry
{
    /// <summary>The document or piece; null where it was left out.</summary>
    public Document? Document { get; init; }

    /// <summary>What was left out, and why; null for a document.</summary>
    public RejectedDocument? Rejected { get; init; }

    /// <summary>Whether bytes of the document that were not UTF-8 were replaced by U+FFFD.</summary>
    public bool WasRepaired { get; init; }

    /// <summary>The place behind this entry, from which another reading can go on.</summary>
    public required CorpusPosition Next { get; init; }

    /// <summary>Bytes of the sources, as they lie on the disk, that were read up to here since the beginning of the corpus.</summary>
    public required long SourceBytesRead { get; init; }
}
