namespace NGpt.Data.Corpora;

/// <summary>Questions to a corpus of any kind.</summary>
public static class CorpusExtensions
{
    /// <summary>Whether a corpus holds at least a number of documents. Reads only until that is known.</summary>
    /// <param name="corpus">The corpus.</param>
    /// <param name="documents">The number of documents.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    /// <exception cref="Core.Errors.NGptException">The source cannot be read, or nothing usable is in it.</exception>
    public static bool HasAtLeast(this ICorpus corpus, int documents, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(corpus);
        return documents <= 0 || corpus.Read(default, cancellationToken)
            .Where(entry => entry.Document is { IsContinuation: false })
            .Take(documents)
            .Count() == documents;
    }
}
