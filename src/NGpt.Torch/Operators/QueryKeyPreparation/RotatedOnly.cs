namespace NGpt.Torch.Operators.QueryKeyPreparation;

/// <summary>The baseline: rotation alone.</summary>
internal readonly struct RotatedOnly : IQueryKeyRule
{
    public static bool Normalizes => false;

    public static bool Scales => false;
}
