namespace NGpt.Lab.Inspection;

/// <summary>The matrices of a model by what they are for.</summary>
public enum MatrixKind
{
    /// <summary>E_in, the token embeddings.</summary>
    TokenEmbedding,

    /// <summary>E_out, the output embeddings.</summary>
    OutputEmbedding,

    /// <summary>Wq, the query projection.</summary>
    Query,

    /// <summary>Wk, the key projection.</summary>
    Key,

    /// <summary>Wv, the value projection.</summary>
    Value,

    /// <summary>Wo, the output projection of attention.</summary>
    AttentionOutput,

    /// <summary>Wu, the up projection of the MLP.</summary>
    Up,

    /// <summary>Wv of the MLP, its gate projection.</summary>
    Gate,

    /// <summary>Wo of the MLP, its down projection.</summary>
    Down,
}
