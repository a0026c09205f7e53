namespace NGpt.Core.Files.Gguf;

/// <summary>The types of tensors in GGUF files that are read and written here; the numbers are those of the format.</summary>
public enum GgufTensorType
{
    /// <summary>32-bit IEEE floating point.</summary>
    F32 = 0,

    /// <summary>16-bit IEEE floating point.</summary>
    F16 = 1,

    /// <summary>Blocks of 32 values: a 16-bit float scale d, then 16 bytes; value i is in the low half of byte i, value 16 + i in its high half, each as (q − 8)·d.</summary>
    Q4_0 = 2,

    /// <summary>Blocks of 32 values: a 16-bit float scale d, then 32 signed bytes q, each value q·d.</summary>
    Q8_0 = 8,

    /// <summary>bfloat16: the upper half of a 32-bit float.</summary>
    BF16 = 30,

    /// <summary>
    /// Blocks of 64 values in four groups of 16: four unsigned E4M3 scales, then for each group 8 bytes of E2M1 values; value i of
    /// a group is in the low half of its byte i, value 8 + i in the high half.
    /// </summary>
    NVFP4 = 40,
}
