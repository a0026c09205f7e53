using NGpt.Core.Tokenizers;
using NGpt.Data.Corpora;

namespace NGpt.Data.Preparation;

/// <summary>Which dataset to prepare.</summary>
public sealed record DatasetRequest
{
    /// <summary>Tokens of a full shard unless another number is asked for.</summary>
    public const int DefaultShardTokens = 100_000_000;

    /// <summary>The source of the text.</summary>
    public required ICorpus Corpus { get; init; }

    /// <summary>How text becomes tokens.</summary>
    public required TokenizerChoice Tokenizer { get; init; }

    /// <summary>The fraction held out for validation, in (0, 0.5]; null for the defaults of <see cref="HoldOut"/>.</summary>
    public double? ValidationFraction { get; init; }

    /// <summary>Whether a document whose text is exactly that of an earlier one is left out.</summary>
    public bool DropDuplicates { get; init; }

    /// <summary>Tokens of a full shard, above 0.</summary>
    public int ShardTokens { get; init; } = DefaultShardTokens;

    /// <summary>Threads that tokenize; the result does not depend on them.</summary>
    public int Threads { get; init; } = Environment.ProcessorCount;

    /// <summary>Where <see cref="DatasetPreparer.Prepare"/> keeps prepared datasets; null for <see cref="NGpt.Core.Files.CacheFolder.Path"/>.</summary>
    public string? CacheFolder { get; init; }
}
