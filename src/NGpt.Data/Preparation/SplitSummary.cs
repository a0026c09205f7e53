namespace NGpt.Data.Preparation;

/// <summary>What one split of a dataset holds.</summary>
/// <param name="Documents">Documents, or parts of documents.</param>
/// <param name="Bytes">UTF-8 bytes, with the blank lines between documents.</param>
/// <param name="Tokens">Tokens.</param>
public sealed record SplitSummary(long Documents, long Bytes, long Tokens)
{
    /// <summary>Bytes a token stands for on average: divides a loss a token into a loss a byte.</summary>
    public double BytesPerToken => (double)Bytes / Tokens;
}
