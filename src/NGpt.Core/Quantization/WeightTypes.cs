namespace NGpt.Core.Quantization;

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
        foreach (WeightType candidate in (ReadOnlySpan<WeightType>)[WeightType.F32, WeightType.BF16, WeightType.Q8_0, WeightType.Q4_0, WeightType.NVFP4])
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

    /// <summary>Numbers that are stored together: a row has a whole number of blocks.</summary>
    /// <param name="type">The type.</param>
    /// <returns>1, 32 or 64.</returns>
    /// <exception cref="ArgumentOutOfRangeException">There is no such type.</exception>
    public static int BlockLength(this WeightType type) => type switch
    {
        WeightType.F32 or WeightType.BF16 => 1,
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
        WeightType.BF16 => sizeof(ushort),
        WeightType.Q8_0 => Q8Block.Bytes,
        WeightType.Q4_0 => Q4Block.Bytes,
        WeightType.NVFP4 => NvFp4Block.Bytes,
        _ => throw Unknown(type),
    };

    /// <summary>Bytes of one row.</summary>
    /// <param name="type">The type.</param>
    /// <param name="columns">Numbers in the row, a multiple of <see cref="BlockLength"/>.</param>
    /// <returns>Bytes.</returns>
    /// <exception cref="ArgumentException">The row is no whole number of blocks.</exception>
    public static long RowBytes(this WeightType type, int columns)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(columns);
        int length = type.BlockLength();
        return columns % length == 0
            ? (long)columns / length * type.BlockBytes()
            : throw new ArgumentException($"a row of {columns} numbers is no whole number of {type.Name()} blocks of {length}", nameof(columns));
    }

    private static ArgumentOutOfRangeException Unknown(WeightType type) => new(nameof(type), type, "no such weight type");
}
