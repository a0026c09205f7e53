using System.Diagnostics.CodeAnalysis;
using System.Text;
using System.Text.Unicode;
using NGpt.Core.Errors;
using NGpt.Data.Corpora;

namespace NGpt.Fuzz.Targets;

/// <summary>The readers of corpora: JSON lines, Parquet, and what is compressed with gzip or Zstandard.</summary>
internal sealed class CorpusTarget : FuzzTarget
{
    [SetsRequiredMembers]
    public CorpusTarget(IReadOnlyList<FuzzFile[]> seeds, long fixedBytes)
    {
        Seeds = seeds;
        Words = [.. Texts.Select(Encoding.UTF8.GetBytes), [0xFF], [0xED, 0xA0, 0x80], [0], [0x28, 0xB5, 0x2F, 0xFD], [0x1F, 0x8B, 8, 0], [0x50, 0x2A, 0x4D, 0x18], [2, 0, 0, 0]];
        FixedBytes = fixedBytes;
        BytesPerByte = 200;
    }

    private static IReadOnlyList<string> Texts => ["{\"text\":\"a\"}\n", "\"text\":", "\\ud800", "\\u0000", "\uFEFF", "\r\n", "null", "[", "{}", "PAR1", "text", "schema"];

    /// <inheritdoc/>
    public override void Read(string path)
    {
        List<(CorpusPosition Next, byte[]? Text)> all = ReadAll(path, default);
        if (all.All(entry => entry.Text is null))
        {
            throw new UsageException("nothing of it was taken");
        }

        // A preparation resumes in the middle.
        int middle = all.Count / 2;
        List<(CorpusPosition Next, byte[]? Text)> rest = middle == 0 ? all : ReadAll(path, all[middle - 1].Next);
        if (rest.Count != all.Count - middle || rest.Zip(all.Skip(middle)).Any(pair => pair.First.Next != pair.Second.Next || !pair.First.Text.AsSpan().SequenceEqual(pair.Second.Text)))
        {
            throw new InvalidOperationException($"read from the middle on, {rest.Count} entries are other ones than the last of {all.Count}");
        }
    }

    private static List<(CorpusPosition Next, byte[]? Text)> ReadAll(string path, CorpusPosition from)
    {
        using FileCorpus corpus = new([path]);
        List<(CorpusPosition Next, byte[]? Text)> entries = [];
        foreach (CorpusEntry entry in corpus.Read(from, CancellationToken.None))
        {
            if (entry.Document is { } document && (document.Utf8.IsEmpty || !Utf8.IsValid(document.Utf8.Span)))
            {
                throw new InvalidOperationException($"{document.Name} is empty or not UTF-8");
            }

            entries.Add((entry.Next, entry.Document?.Utf8.ToArray()));
        }

        return entries;
    }
}
