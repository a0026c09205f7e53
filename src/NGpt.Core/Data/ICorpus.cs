namespace NGpt.Core.Data;

/// <summary>A source of documents. Reading it again gives the same documents in the same order as long as the source is unchanged.</summary>
public interface ICorpus
{
    /// <summary>What it is, for people: one line.</summary>
    string Description { get; }

    /// <summary>What the last complete reading left out; empty before the first.</summary>
    IReadOnlyList<RejectedDocument> Rejected { get; }

    /// <summary>Reads the documents one after the other; a long one comes in several pieces.</summary>
    /// <param name="cancellationToken">Stops the reading.</param>
    /// <exception cref="Errors.NGptException">The source cannot be read, or nothing usable is in it.</exception>
    IEnumerable<Document> ReadDocuments(CancellationToken cancellationToken);

    /// <summary>
    /// A hash that is cheap to compute and changes when the source or the way of reading it does (names, sizes, times of
    /// change, version of the reader). It is the key under which prepared data is kept.
    /// </summary>
    /// <exception cref="Errors.NGptException">The source does not exist.</exception>
    string SourceFingerprint();
}
