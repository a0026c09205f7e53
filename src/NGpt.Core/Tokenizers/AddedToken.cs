namespace NGpt.Core.Tokenizers;

/// <summary>A token outside of the merges.</summary>
/// <param name="Id">The token's id.</param>
/// <param name="Content">Its text, for example <c>&lt;|endoftext|&gt;</c>.</param>
/// <param name="IsSpecial">
/// True for a control token: it stands for no bytes, and plain text never encodes to it. False for one that stands for its
/// text and is cut out of every text before anything else happens.
/// </param>
public sealed record AddedToken(int Id, string Content, bool IsSpecial = true);
