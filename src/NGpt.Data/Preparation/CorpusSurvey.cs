using NGpt.Data.Corpora;

namespace NGpt.Data.Preparation;

/// <summary>A first look at a corpus: how many documents there are, as far as that decides how it is divided.</summary>
/// <param name="IsComplete">Whether the whole corpus was read: it has fewer than <see cref="Most"/> documents.</param>
/// <param name="Hashes">Content hashes of the documents read.</param>
/// <param name="Bytes">Bytes of text read.</param>
internal sealed record CorpusSurvey(bool IsComplete, IReadOnlyList<UInt128> Hashes, long Bytes)
{
    /// <summary>
    /// A corpus of as many documents needs no further look: that a fraction of 1% or more holds none of them out has a
    /// probability below 2e-5 for 1,100 documents.
    /// </summary>
    public const int Most = 1_100;

    /// <summary>Reads a corpus until it is known well enough.</summary>
    /// <param name="corpus">The corpus.</param>
    /// <param name="progress">Receives documents and bytes read.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    public static CorpusSurvey Of(ICorpus corpus, Action<long, long>? progress, CancellationToken cancellationToken)
    {
        var hashes = new List<UInt128>();
        long bytes = 0;
        foreach (CorpusEntry entry in corpus.Read(default, cancellationToken))
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (entry.Document is not { } document)
            {
                continue;
            }

            if (!document.IsContinuation)
            {
                if (hashes.Count == Most)
                {
                    return new CorpusSurvey(IsComplete: false, hashes, bytes);
                }

                hashes.Add(document.ContentHash ?? HoldOut.ContentHash(document.Utf8.Span));
            }

            bytes += document.Utf8.Length;
            progress?.Invoke(hashes.Count, bytes);
        }

        return new CorpusSurvey(IsComplete: true, hashes, bytes);
    }
}
