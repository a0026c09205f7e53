namespace NGpt.Lab.Inspection;

/// <summary>The learned scales of nGPT.</summary>
public enum ScaleKind
{
    /// <summary>α_A, the eigen learning rate of attention.</summary>
    AttentionAlpha,

    /// <summary>α_M, the eigen learning rate of the MLP.</summary>
    MlpAlpha,

    /// <summary>s_qk, the query and key scale.</summary>
    QueryKey,

    /// <summary>s_u, the scale of the up projection.</summary>
    Up,

    /// <summary>s_v, the scale of the gate projection, without the constant √C.</summary>
    Gate,

    /// <summary>s_z, the logit scale.</summary>
    Logit,
}
