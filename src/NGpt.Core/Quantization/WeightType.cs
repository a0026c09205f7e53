namespace NGpt.Core.Quantization;

/// <summary>How the numbers of a weight matrix are stored.</summary>
public enum WeightType
{
    /// <summary>float32.</summary>
    F32,

    /// <summary>bfloat16, the upper half of a float32 number.</summary>
    BF16,

    /// <summary>Blocks of 32: a float16 scale d and 32 signed bytes q; the numbers are d·q.</summary>
    Q8_0,

    /// <summary>Blocks of 32: a float16 scale d and 16 bytes with two numbers q of four bits each; the numbers are d·(q − 8).</summary>
    Q4_0,

    /// <summary>
    /// Blocks of 64: four FP8 (E4M3) scales and 32 bytes with two E2M1 numbers each, every scale for 16 of them; the
    /// tensor has one more scale, which lies beside it.
    /// </summary>
    NVFP4,
}
