namespace NGpt.Core.Tokenizers;

/// <summary>Where the tokens of a dataset come from.</summary>
public enum TokenizerKind
{
    /// <summary>One token a byte of UTF-8; every text can be encoded.</summary>
    Bytes,

    /// <summary>One token a character that occurs in the text.</summary>
    Characters,

    /// <summary>Byte-level BPE, trained on the training documents themselves.</summary>
    BytePairs,

    /// <summary>A tokenizer that exists already, in a file.</summary>
    File,
}
