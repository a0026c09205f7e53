using System.Text;
using NGpt.Data.Corpora;

namespace NGpt.Data.Tests;

/// <summary>Alone, since memory is that of the whole process.</summary>
[CollectionDefinition(nameof(FileCorpusMemoryTests), DisableParallelization = true)]
[Collection(nameof(FileCorpusMemoryTests))]
public sealed class FileCorpusMemoryTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("a.txt.gz")]
    [InlineData("a.jsonl.gz")]
    public void Two_hundred_megabytes_are_read_in_little_memory(string name)
    {
        byte[] part = Encoding.UTF8.GetBytes(name.Contains("json", StringComparison.Ordinal)
            ? string.Concat(Enumerable.Repeat($"{{\"text\":\"{new string('x', 100_000)}\"}}\n", 100))
            : string.Concat(Enumerable.Repeat("some text that is repeated\n", 400_000)));
        byte[] member = CorpusFiles.Gzip(part);
        using (FileStream file = File.Create(_folder.File(name)))
        {
            for (long written = 0; written < 200_000_000; written += part.Length)
            {
                file.Write(member);
            }
        }

        var corpus = new FileCorpus([_folder.File(name)]);
        long before = GC.GetTotalMemory(forceFullCollection: true);
        (long bytes, long peak) = (0, 0);
        foreach (CorpusEntry entry in corpus.Read(default, TestContext.Current.CancellationToken))
        {
            bytes += entry.Document!.Utf8.Length;
            if (entry.Document.Utf8.Length > 1_000_000 || entry.Next.Entry % 50 == 0)
            {
                peak = Math.Max(peak, GC.GetTotalMemory(forceFullCollection: true) - before);
            }
        }

        Assert.True(bytes > 190_000_000);
        Assert.InRange(peak, long.MinValue, 30_000_000);
    }
}
