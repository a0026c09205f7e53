using NGpt.Data.Corpora;

namespace NGpt.Data.Tests;

/// <summary>Reads a whole corpus at once.</summary>
internal static class CorpusReading
{
    public static List<CorpusEntry> Entries(this ICorpus corpus) => [.. corpus.Read(default, TestContext.Current.CancellationToken)];

    public static List<Document> Documents(this ICorpus corpus) => [.. corpus.Entries().Select(entry => entry.Document).OfType<Document>()];

    public static List<RejectedDocument> Rejected(this ICorpus corpus) => [.. corpus.Entries().Select(entry => entry.Rejected).OfType<RejectedDocument>()];

    /// <summary>Whether a corpus has at least a number of documents. Reads only until that is known.</summary>
    public static bool HasAtLeast(this ICorpus corpus, int documents, CancellationToken cancellationToken) =>
        documents <= 0 || corpus.Read(default, cancellationToken)
            .Where(entry => entry.Document is { IsContinuation: false })
            .Take(documents)
            .Count() == documents;
}
