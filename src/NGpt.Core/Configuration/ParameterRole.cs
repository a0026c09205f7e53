namespace NGpt.Core.Configuration;

/// <summary>What a parameter is for: decides weight decay and how it is shown.</summary>
public enum ParameterRole
{
    /// <summary>Token embedding or output embedding [V, C].</summary>
    Embedding,

    /// <summary>Projection [out, in], applied as y = x Wᵀ.</summary>
    Projection,

    /// <summary>A learned scale of nGPT, stored divided by its factor.</summary>
    Scale,

    /// <summary>The gain of an RMSNorm of the baseline.</summary>
    Gain,
}
