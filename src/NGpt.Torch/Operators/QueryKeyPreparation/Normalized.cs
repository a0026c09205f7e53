namespace NGpt.Torch.Operators.QueryKeyPreparation;

/// <summary>nGPT: unit vectors times s_qk.</summary>
internal readonly struct Normalized : IQueryKeyRule
{
    public static bool Normalizes => true;

    public static bool Scales => true;
}
