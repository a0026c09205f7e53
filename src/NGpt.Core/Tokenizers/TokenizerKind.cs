namespace NGpt.Core.Tokenizers;

/// <summary>The tokenizers that can be made from a person's text.</summary>
public enum TokenizerKind
{
    /// <summary>One token a byte of UTF-8; 256 tokens; every text can be encoded.</summary>
    Bytes,

    /// <summary>One token a character that occurs in the text.</summary>
    Characters,
}
