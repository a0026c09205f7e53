namespace NGpt.Runtime.Inference;

/// <summary>What follows from a <see cref="CacheType"/>.</summary>
internal static class CacheTypes
{
    /// <summary>Bytes of a number.</summary>
    public static int NumberBytes(this CacheType type) => type switch
    {
        CacheType.F32 => sizeof(float),
        CacheType.F16 => sizeof(ushort),
        _ => throw new ArgumentOutOfRangeException(nameof(type), type, null),
    };
}
