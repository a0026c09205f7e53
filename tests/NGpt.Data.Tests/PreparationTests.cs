using NGpt.Core.Data;
using NGpt.Core.Tokenizers;
using NGpt.Data.Corpora;
using NGpt.Data.Preparation;

namespace NGpt.Data.Tests;

/// <summary>What tests of prepared datasets share: a folder of texts, a cache, and the notes of a preparation.</summary>
public abstract class PreparationTests : IDisposable
{
    private protected TemporaryFolder Source { get; } = new();

    private protected TemporaryFolder Cache { get; } = new();

    private protected List<string> Notes { get; } = [];

    public void Dispose()
    {
        Source.Dispose();
        Cache.Dispose();
        GC.SuppressFinalize(this);
    }

    private protected Dataset Prepare(string path, TokenizerChoice? tokenizer = null, double? fraction = null, string? cache = null) => DatasetPreparer.Prepare(
        new DatasetRequest { Corpus = new FileCorpus([path]), Tokenizer = tokenizer ?? TokenizerChoice.Bytes, ValidationFraction = fraction, CacheFolder = cache ?? Cache.Path },
        new PreparationNotes(Notes),
        TestContext.Current.CancellationToken);

    private protected static string Text(Dataset dataset, TokenShards file)
    {
        var tokens = new int[file.Count];
        file.Read(0, tokens);
        return dataset.Tokenizer.Decode(tokens);
    }

    private protected static string Lines(int count) => string.Concat(Enumerable.Range(0, count).Select(i => $"Line {i} of the text, with é.\n"));
}
