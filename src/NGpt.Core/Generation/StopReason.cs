namespace NGpt.Core.Generation;

/// <summary>Why a generated text ended.</summary>
public enum StopReason
{
    /// <summary>The number of tokens asked for was reached.</summary>
    MaxTokens,

    /// <summary>A stop string appeared.</summary>
    StopString,

    /// <summary>The model ended the document: it chose the token that stands between documents.</summary>
    EndOfText,

    /// <summary>The caller asked to stop.</summary>
    Cancelled,
}
