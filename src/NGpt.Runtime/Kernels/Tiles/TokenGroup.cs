namespace NGpt.Runtime.Kernels.Tiles;

/// <summary>The bytes of a group of tokens, from one column on.</summary>
internal readonly unsafe struct TokenGroup
{
    /// <summary>[columns / 4, group, 4].</summary>
    public required sbyte* Bytes { get; init; }

    /// <summary>[columns / 32, group].</summary>
    public required float* Scales { get; init; }

    /// <summary>[columns / 16, group].</summary>
    public required int* Sums { get; init; }

    /// <summary>A group of an input.</summary>
    public static TokenGroup Of(in ProductInput input, int group, int lanes, int column)
    {
        long numbers = ((long)group * input.Width) + column;
        return new TokenGroup
        {
            Bytes = input.GroupBytes + (numbers * lanes),
            Scales = input.GroupScales + (numbers / Activations.BlockLength * lanes),
            Sums = input.GroupSums + (numbers / Activations.SumLength * lanes),
        };
    }
}
