namespace NGpt.Torch.Operators.QueryKeyPreparation;

/// <summary>What happens to queries and keys between rotation and attention: decided when the kernel is compiled.</summary>
internal interface IQueryKeyRule
{
    /// <summary>Whether every head's vector is normalized.</summary>
    static abstract bool Normalizes { get; }

    /// <summary>Whether it is scaled by s_qk.</summary>
    static abstract bool Scales { get; }
}
