using NGpt.Data.Corpora;
using NGpt.Core.Tokenizers;

namespace NGpt.Data.Preparation;

/// <summary>Which dataset to prepare.</summary>
public sealed record DatasetRequest
{
    /// <summary>The source of the text.</summary>
    public required ICorpus Corpus { get; init; }

    /// <summary>The kind of tokens.</summary>
    public required TokenizerKind Tokenizer { get; init; }

    /// <summary>The fraction held out for validation, in (0, 0.5]; null for the defaults of <see cref="HoldOut"/>.</summary>
    public double? ValidationFraction { get; init; }

    /// <summary>Where prepared datasets are kept; null for <see cref="NGpt.Core.Files.CacheFolder.Path"/>.</summary>
    public string? CacheFolder { get; init; }
}
