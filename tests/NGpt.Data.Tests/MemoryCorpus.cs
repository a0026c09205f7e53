using NGpt.Data.Corpora;

namespace NGpt.Data.Tests;

/// <summary>Entries in memory. It can be told to fail, or to ask for a stop, when the reading reaches an entry.</summary>
internal sealed class MemoryCorpus(params IReadOnlyList<CorpusEntry> entries) : ICorpus
{
    public int? FailAt { get; set; }

    public Action<int>? OnEntry { get; set; }

    public string Description => "memory";

    public long? SourceBytes => entries.Sum(entry => (long?)entry.Document?.Utf8.Length ?? 0);

    /// <summary>Documents of a text each; a text with a bar comes in pieces, one that begins with # is left out.</summary>
    public static MemoryCorpus Of(params IEnumerable<string> texts)
    {
        var entries = new List<CorpusEntry>();
        foreach ((string text, int index) in texts.Select((text, index) => (text, index)))
        {
            string[] pieces = text.Split('|');
            UInt128? hash = pieces.Length > 1 ? Preparation.HoldOut.ContentHash(System.Text.Encoding.UTF8.GetBytes(string.Concat(pieces))) : null;
            for (int i = 0; i < pieces.Length; i++)
            {
                entries.Add(new CorpusEntry
                {
                    Document = text.StartsWith('#') ? null : new Document($"{index}", System.Text.Encoding.UTF8.GetBytes(pieces[i])) { IsContinuation = i > 0, ContentHash = i == 0 ? hash : null },
                    Rejected = text.StartsWith('#') ? new RejectedDocument($"{index}", "it begins with #") : null,
                    Next = new CorpusPosition(0, entries.Count + 1),
                    SourceBytesRead = entries.Count,
                });
            }
        }

        return new MemoryCorpus(entries);
    }

    public IEnumerable<CorpusEntry> Read(CorpusPosition from, CancellationToken cancellationToken)
    {
        for (int i = (int)from.Entry; i < entries.Count; i++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            OnEntry?.Invoke(i);
            if (i == FailAt)
            {
                throw new IOException("the cable was pulled");
            }

            yield return entries[i];
        }
    }

    public string SourceFingerprint() => $"memory {entries.Count}";
}
