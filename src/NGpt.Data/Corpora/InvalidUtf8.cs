namespace NGpt.Data.Corpora;

/// <summary>What is done with a document that is not valid UTF-8.</summary>
public enum InvalidUtf8
{
    /// <summary>It is left out.</summary>
    Reject,

    /// <summary>What is wrong in it is replaced by U+FFFD.</summary>
    Replace,
}
