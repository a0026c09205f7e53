namespace NGpt.Torch.Operators.QueryKeyPreparation;

/// <summary>nGPT without query and key normalization: s_qk, which has the constant √(C/D) in it, scales what there is.</summary>
internal readonly struct ScaledOnly : IQueryKeyRule
{
    public static bool Normalizes => false;

    public static bool Scales => true;
}
