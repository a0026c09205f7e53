namespace NGpt.Data.Preparation;

/// <summary>How far the writing of a split is: all that going on with it needs.</summary>
/// <param name="Documents">Documents begun.</param>
/// <param name="Bytes">Bytes of text written.</param>
/// <param name="LineFeedsAtEnd">Line feeds at the end of the text so far.</param>
/// <param name="Shards">Files with the tokens that are on the disk; the last one is not full.</param>
internal sealed record SplitState(long Documents, long Bytes, int LineFeedsAtEnd, IReadOnlyList<ShardFile> Shards)
{
    public static SplitState Empty { get; } = new(0, 0, 0, []);
}
