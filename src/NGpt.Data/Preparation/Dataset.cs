using NGpt.Core.Data;
using NGpt.Core.Tokenizers;
using NGpt.Data.Corpora;

namespace NGpt.Data.Preparation;

/// <summary>Prepared data, ready for training: tokens of both splits and their tokenizer. Disposing it closes the token files.</summary>
public sealed class Dataset : IDisposable
{
    internal Dataset(string folder, TokenShards train, TokenShards validation, ITokenizer tokenizer, string fingerprint, DatasetSummary summary)
    {
        Folder = folder;
        Train = train;
        Validation = validation;
        Tokenizer = tokenizer;
        Fingerprint = fingerprint;
        Summary = summary;
    }

    /// <summary>The folder that holds the files.</summary>
    public string Folder { get; }

    /// <summary>The training tokens.</summary>
    public TokenShards Train { get; }

    /// <summary>The tokens held out for validation.</summary>
    public TokenShards Validation { get; }

    /// <summary>The tokenizer that made the tokens.</summary>
    public ITokenizer Tokenizer { get; }

    /// <summary>SHA-256 over the contents of both token files and the tokenizer: equal where a run would see the same data.</summary>
    public string Fingerprint { get; }

    /// <summary>What it holds.</summary>
    public DatasetSummary Summary { get; }

    /// <inheritdoc/>
    public void Dispose()
    {
        Train.Dispose();
        Validation.Dispose();
    }
}

/// <summary>What a dataset holds and where it came from.</summary>
/// <param name="Source">The corpus, human-readable.</param>
/// <param name="Train">The training split.</param>
/// <param name="Validation">The split held out for validation.</param>
/// <param name="Rejected">The first of what was left out of the corpus, with reasons: at most <see cref="MaxRejected"/>.</param>
public sealed record DatasetSummary(string Source, SplitSummary Train, SplitSummary Validation, IReadOnlyList<RejectedDocument> Rejected)
{
    /// <summary>How many rejections are kept by name.</summary>
    public const int MaxRejected = 100;

    /// <summary>How many entries were left out in all.</summary>
    public long RejectedCount { get; init; } = Rejected.Count;

    /// <summary>Documents left out because an earlier one has the same text.</summary>
    public long Duplicates { get; init; }

    /// <summary>Documents in which bytes that were not UTF-8 were replaced.</summary>
    public long Repaired { get; init; }
}

/// <summary>What one split of a dataset holds.</summary>
/// <param name="Documents">Documents, or parts of documents.</param>
/// <param name="Bytes">UTF-8 bytes of text; blank lines between documents where the tokenizer has no end-of-text token.</param>
/// <param name="Tokens">Tokens, with those that keep documents apart.</param>
public sealed record SplitSummary(long Documents, long Bytes, long Tokens)
{
    /// <summary>The token files in their order.</summary>
    public IReadOnlyList<ShardFile> Shards { get; init; } = [];

    /// <summary>Bytes a token stands for on average: converts a loss per token into a loss per byte.</summary>
    public double BytesPerToken => (double)Bytes / Tokens;
}

/// <summary>One token file of a split.</summary>
/// <param name="Name">Its name inside the folder of the dataset.</param>
/// <param name="Tokens">The number of its tokens.</param>
public sealed record ShardFile(string Name, long Tokens);
