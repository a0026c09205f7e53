namespace NGpt.Core.Quantization;

/// <summary>How the values of a weight matrix are stored.</summary>
public enum WeightType
{
    /// <summary>float32.</summary>
    F32,

    /// <summary>float16: five bits of exponent, ten of mantissa.</summary>
    F16,

    /// <summary>bfloat16, the upper half of a float32 number.</summary>
    BF16,

    /// <summary>Blocks of 32: a float16 scale d and 32 signed bytes q; the values are d·q.</summary>
    Q8_0,

    /// <summary>Blocks of 32: a float16 scale d and 16 bytes with two values q of four bits each; the values are d·(q − 8).</summary>
    Q4_0,

    /// <summary>
    /// Blocks of 64: four FP8 (E4M3) scales and 32 bytes with two E2M1 values each, every scale for 16 of them; the
    /// tensor has one more scale, which is stored beside it.
    /// </summary>
    NVFP4,
}

/// <summary>Names and sizes of the weight types.</summary>
public static class WeightTypes
{
    /// <summary>The name by which people and files call a type.</summary>
    /// <param name="type">The type.</param>
    /// <returns>For example <c>Q8_0</c>.</returns>
    /// <exception cref="ArgumentOutOfRangeException">There is no such type.</exception>
    public static string Name(this WeightType type) => type switch
    {
        WeightType.F32 => "F32",
        WeightType.F16 => "F16",
        WeightType.BF16 => "BF16",
        WeightType.Q8_0 => "Q8_0",
        WeightType.Q4_0 => "Q4_0",
        WeightType.NVFP4 => "NVFP4",
        _ => throw Unknown(type),
    };

    /// <summary>The type of a name, whatever its case.</summary>
    /// <param name="name">For example <c>q8_0</c>.</param>
    /// <param name="type">The type.</param>
    /// <returns>Whether there is such a type.</returns>
    public static bool TryParse(string name, out WeightType type)
    {
        foreach (WeightType candidate in (ReadOnlySpan<WeightType>)[WeightType.F32, WeightType.F16, WeightType.BF16, WeightType.Q8_0, WeightType.Q4_0, WeightType.NVFP4])
        {
            if (string.Equals(name, candidate.Name(), StringComparison.OrdinalIgnoreCase))
            {
                type = candidate;
                return true;
            }
        }

        type = default;
        return false;
    }

    /// <summary>Values that are stored together: a row has a multiple of the block length.</summary>
    /// <param name="type">The type.</param>
    /// <returns>1, 32 or 64.</returns>
    /// <exception cref="ArgumentOutOfRangeException">There is no such type.</exception>
    public static int BlockLength(this WeightType type) => type switch
    {
        WeightType.F32 or WeightType.F16 or WeightType.BF16 => 1,
        WeightType.Q8_0 => Q8Block.Length,
        WeightType.Q4_0 => Q4Block.Length,
        WeightType.NVFP4 => NvFp4Block.Length,
        _ => throw Unknown(type),
    };

    /// <summary>Bytes of one block.</summary>
    /// <param name="type">The type.</param>
    /// <returns>Bytes.</returns>
    /// <exception cref="ArgumentOutOfRangeException">There is no such type.</exception>
    public static int BlockBytes(this WeightType type) => type switch
    {
        WeightType.F32 => sizeof(float),
        WeightType.F16 or WeightType.BF16 => sizeof(ushort),
        WeightType.Q8_0 => Q8Block.Bytes,
        WeightType.Q4_0 => Q4Block.Bytes,
        WeightType.NVFP4 => NvFp4Block.Bytes,
        _ => throw Unknown(type),
    };

    /// <summary>Bytes of one row.</summary>
    /// <param name="type">The type.</param>
    /// <param name="columns">Values in the row, a multiple of <see cref="BlockLength"/>.</param>
    /// <returns>Bytes.</returns>
    /// <exception cref="ArgumentException">The row is not a multiple of the block length.</exception>
    public static long RowBytes(this WeightType type, int columns)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(columns);
        int length = type.BlockLength();
        return columns % length == 0
            ? (long)columns / length * type.BlockBytes()
            : throw new ArgumentException($"a row of {columns} weights is not a multiple of the {type.Name()} block length {length}", nameof(columns));
    }

    private static ArgumentOutOfRangeException Unknown(WeightType type) => new(nameof(type), type, "no such weight type");
}
