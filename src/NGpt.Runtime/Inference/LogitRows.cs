namespace NGpt.Runtime.Inference;

/// <summary>At which of a step's tokens the logits of the next token are computed.</summary>
public enum LogitRows
{
    /// <summary>At none: the tokens are only read.</summary>
    None,

    /// <summary>At the last.</summary>
    Last,

    /// <summary>At every token.</summary>
    All,
}
