namespace NGpt.Runtime.Inference;

/// <summary>How keys and values of past tokens are kept.</summary>
public enum CacheType
{
    /// <summary>float32: exactly as they were computed.</summary>
    F32,

    /// <summary>float16: half the memory and half the time to read them, rounded to 11 bits.</summary>
    F16,
}
