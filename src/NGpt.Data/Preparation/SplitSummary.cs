namespace NGpt.Data.Preparation;

/// <summary>What one split of a dataset holds.</summary>
/// <param name="Documents">Documents, or parts of documents.</param>
/// <param name="Bytes">UTF-8 bytes of text; blank lines between documents where the tokenizer has no end-of-text token.</param>
/// <param name="Tokens">Tokens, with those that keep documents apart.</param>
public sealed record SplitSummary(long Documents, long Bytes, long Tokens)
{
    /// <summary>The token files in their order.</summary>
    public IReadOnlyList<ShardFile> Shards { get; init; } = [];

    /// <summary>Bytes a token stands for on average: divides a loss a token into a loss a byte.</summary>
    public double BytesPerToken => (double)Bytes / Tokens;
}
