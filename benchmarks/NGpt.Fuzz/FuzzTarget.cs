using NGpt.Core.Numerics;

namespace NGpt.Fuzz;

/// <summary>A parser under fire: valid inputs to begin with, and what is done with each damaged one.</summary>
internal abstract class FuzzTarget : IDisposable
{
    /// <summary>All targets by name.</summary>
    public static IReadOnlyDictionary<string, Func<FuzzTarget>> All { get; } = new Dictionary<string, Func<FuzzTarget>>
    {
        ["safetensors"] = () => new Targets.SafetensorsTarget(),
        ["gguf"] = () => new Targets.GgufTarget(),
        ["tokenizer-json"] = () => new Targets.TokenizerTarget(Targets.TokenizerSeeds.Json()),
        ["tiktoken"] = () => new Targets.TokenizerTarget(Targets.TokenizerSeeds.Tiktoken()),
        ["vocab-merges"] = () => new Targets.TokenizerTarget(Targets.TokenizerSeeds.VocabularyAndMerges()),
        ["sentencepiece"] = () => new Targets.TokenizerTarget(Targets.TokenizerSeeds.SentencePiece()),
        ["token-shards"] = () => new Targets.TokenShardsTarget(),
        ["json-lines"] = () => new Targets.CorpusTarget(Targets.CorpusSeeds.JsonLines(), 2_000_000),
        ["parquet"] = () => new Targets.CorpusTarget(Targets.CorpusSeeds.Parquet(), 8_000_000),
        ["gzip"] = () => new Targets.CorpusTarget(Targets.CorpusSeeds.Gzip(), 32_000_000),
        ["zstandard"] = () => new Targets.CorpusTarget(Targets.CorpusSeeds.Zstandard(), 32_000_000),
        ["toml"] = () => new Targets.ConfigurationTarget(),
        ["checkpoint-json"] = () => new Targets.CheckpointTarget(),
        ["requests"] = () => new Targets.RequestTarget(),
    };

    /// <summary>The valid inputs. Of the files of one input, the first is the one that is opened.</summary>
    public required IReadOnlyList<FuzzFile[]> Seeds { get; init; }

    /// <summary>Pieces of text or bytes that mean something in the format.</summary>
    public required IReadOnlyList<byte[]> Words { get; init; }

    /// <summary>What reading may allocate whatever the input's length: tables of fixed size, compiled expressions.</summary>
    public required long FixedBytes { get; init; }

    /// <summary>What reading may allocate for each byte of the input.</summary>
    public required int BytesPerByte { get; init; }

    /// <summary>Whether reading uses other threads, so that what all of them allocate counts.</summary>
    public bool CountsAllThreads { get; init; }

    /// <summary>Reads an input and uses all that it holds.</summary>
    /// <exception cref="NGpt.Core.Errors.NGptException">The input was refused.</exception>
    /// <exception cref="InvalidOperationException">The input was taken, and what came of it is wrong.</exception>
    public abstract void Read(string path);

    /// <summary>Repairs what would end the reading early, so that damage lies deeper.</summary>
    public virtual void Repair(byte[] damaged, byte[] original, SplitMix64 random)
    {
    }

    /// <inheritdoc/>
    public virtual void Dispose()
    {
    }

    /// <summary>The number of elements of a shape. One size of 0 makes it 0, however large the others are.</summary>
    protected static long Elements(IReadOnlyCollection<long> shape) => shape.Contains(0) ? 0 : shape.Aggregate(1L, (product, size) => checked(product * size));
}
