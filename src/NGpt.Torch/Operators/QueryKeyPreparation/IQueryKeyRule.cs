namespace NGpt.Torch.Operators.QueryKeyPreparation;

/// <summary>What happens to queries and keys between rotation and attention: decided when the kernel is compiled.</summary>
internal interface IQueryKeyRule
{
    /// <summary>Whether every head's vector is normalized.</summary>
    static abstract bool Normalizes { get; }

    /// <summary>Whether it is scaled by s_qk.</summary>
    static abstract bool Scales { get; }
}

/// <summary>nGPT: unit vectors times s_qk.</summary>
internal readonly struct Normalized : IQueryKeyRule
{
    public static bool Normalizes => true;

    public static bool Scales => true;
}

/// <summary>nGPT without query and key normalization: s_qk, which has the constant √(C/D) in it, scales what there is.</summary>
internal readonly struct ScaledOnly : IQueryKeyRule
{
    public static bool Normalizes => false;

    public static bool Scales => true;
}

/// <summary>The baseline: rotation alone.</summary>
internal readonly struct RotatedOnly : IQueryKeyRule
{
    public static bool Normalizes => false;

    public static bool Scales => false;
}
