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

/// <summary>Block sizes of <see cref="GgufTensorType"/>.</summary>
public static class GgufTensorTypes
{
    /// <summary>The types that are known here, for messages.</summary>
    internal const string KnownNames = "F32 (0), F16 (1), Q4_0 (2), Q8_0 (8), BF16 (30), NVFP4 (40)";

    /// <summary>A type that is not read here, by its number and the name that others give it.</summary>
    internal static string Describe(uint number) => number switch
    {
        3 => "3 (Q4_1)",
        6 => "6 (Q5_0)",
        7 => "7 (Q5_1)",
        9 => "9 (Q8_1)",
        >= 10 and <= 14 => $"{number} (Q{number - 8}_K)",
        15 => "15 (Q8_K)",
        39 => "39 (MXFP4)",
        _ => $"{number}",
    };

    /// <summary>Values in one block; a row has a multiple of it. 1 for types without blocks.</summary>
    /// <param name="type">The type.</param>
    /// <exception cref="ArgumentOutOfRangeException">The value is not one of the enumeration's.</exception>
    public static int BlockLength(this GgufTensorType type) => type switch
    {
        GgufTensorType.F32 or GgufTensorType.F16 or GgufTensorType.BF16 => 1,
        GgufTensorType.Q4_0 or GgufTensorType.Q8_0 => 32,
        GgufTensorType.NVFP4 => 64,
        _ => throw new ArgumentOutOfRangeException(nameof(type), type, "Not a tensor type."),
    };

    /// <summary>Bytes of one block.</summary>
    /// <param name="type">The type.</param>
    /// <exception cref="ArgumentOutOfRangeException">The value is not one of the enumeration's.</exception>
    public static int BlockBytes(this GgufTensorType type) => type switch
    {
        GgufTensorType.F32 => 4,
        GgufTensorType.F16 or GgufTensorType.BF16 => 2,
        GgufTensorType.Q4_0 => 2 + 16,
        GgufTensorType.Q8_0 => 2 + 32,
        GgufTensorType.NVFP4 => 4 + 32,
        _ => throw new ArgumentOutOfRangeException(nameof(type), type, "Not a tensor type."),
    };

    /// <summary>
    /// Whether the bytes of <paramref name="type"/> may be given as <typeparamref name="T"/>: float for F32, <see cref="Half"/> for
    /// F16, ushort for BF16, byte for types in blocks.
    /// </summary>
    /// <typeparam name="T">The .NET type.</typeparam>
    /// <param name="type">The stored type.</param>
    public static bool IsStoredAs<T>(this GgufTensorType type)
        where T : unmanaged => type switch
        {
            GgufTensorType.F32 => typeof(T) == typeof(float),
            GgufTensorType.F16 => typeof(T) == typeof(Half),
            GgufTensorType.BF16 => typeof(T) == typeof(ushort),
            _ => typeof(T) == typeof(byte),
        };

    /// <summary>The bytes of a tensor.</summary>
    internal static long ByteLength(this GgufTensorType type, ReadOnlySpan<long> shape)
    {
        long columns = shape.IsEmpty ? 1 : shape[^1];
        if (columns % type.BlockLength() != 0)
        {
            throw new ArgumentException($"a row of {columns} values is not a multiple of the {type} block size of {type.BlockLength()}");
        }

        // One zero anywhere makes the product zero, whatever the other sizes: it must not hide behind their overflow.
        if (shape.Contains(0))
        {
            return 0;
        }

        long length = checked(columns / type.BlockLength() * type.BlockBytes());
        foreach (long size in shape.IsEmpty ? shape : shape[..^1])
        {
            length = checked(length * size);
        }

        return length;
    }
}
