namespace NGpt.Data.Corpora;

/// <summary>
/// A source of documents. Reading it again gives the same entries in the same order as long as the source is unchanged,
/// and reading can begin at any place that an earlier reading reached.
/// </summary>
public interface ICorpus
{
    /// <summary>What it is, for people: one line.</summary>
    string Description { get; }

    /// <summary>Bytes of all sources as they lie on the disk, for showing how far a reading is; null where that is not known.</summary>
    long? SourceBytes { get; }

    /// <summary>Reads entries one after the other: documents, pieces of long ones, and what had to be left out.</summary>
    /// <param name="from">Where to begin: the default value, or the <see cref="CorpusEntry.Next"/> of an entry.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    /// <returns>The entries; read lazily.</returns>
    /// <exception cref="Core.Errors.NGptException">The source cannot be read, or nothing usable is in it.</exception>
    IEnumerable<CorpusEntry> Read(CorpusPosition from, CancellationToken cancellationToken);

    /// <summary>
    /// A hash that is cheap to compute and changes when the source or the way of reading it does (names, sizes, times of
    /// change, options, version of the reader). It is the key under which prepared data is kept.
    /// </summary>
    /// <returns>The hash in hexadecimal.</returns>
    /// <exception cref="Core.Errors.NGptException">The source does not exist.</exception>
    string SourceFingerprint();
}
