namespace NGpt.Core.Configuration;

/// <summary>What nGPT does to a head's queries and keys between RoPE and s_qk.</summary>
public enum QueryKeyNormalization
{
    /// <summary>Puts them on the unit hypersphere, as published: q = Norm(RoPE(q))∘s_qk, k likewise.</summary>
    Exact,

    /// <summary>
    /// Leaves their lengths as they are: q = RoPE(q)·√(C/D)∘s_qk, k likewise. Hidden states and the rows of Wq and Wk
    /// are unit vectors, so a head's query of an untrained model has the mean square length D/C: with the constant
    /// the ablation takes the projection away and keeps the scale.
    /// </summary>
    None,
}
