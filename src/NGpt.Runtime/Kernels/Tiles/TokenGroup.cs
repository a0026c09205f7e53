namespace NGpt.Runtime.Kernels.Tiles;

/// <summary>The bytes of as many tokens as a vector has lanes, from one column on: a group of the input, or a part of each of its rows.</summary>
internal readonly unsafe struct TokenGroup
{
    /// <summary>[columns / 4, tokens, 4], rows <see cref="Stride"/> tokens apart.</summary>
    public required sbyte* Bytes { get; init; }

    /// <summary>[columns / 32, tokens], likewise.</summary>
    public required float* Scales { get; init; }

    /// <summary>[columns / 16, tokens], likewise.</summary>
    public required int* Sums { get; init; }

    /// <summary>Tokens of a group of the input.</summary>
    public required int Stride { get; init; }

    /// <summary>Some tokens of an input.</summary>
    /// <param name="input">The input.</param>
    /// <param name="token">The first of them, a multiple of the lanes.</param>
    /// <param name="column">The first column, a multiple of 32.</param>
    public static TokenGroup Of(in ProductInput input, int token, int column)
    {
        int length = input.GroupLength;
        int lane = token % length;
        long numbers = ((long)(token - lane) * input.Width) + ((long)column * length);
        return new TokenGroup
        {
            Bytes = input.GroupBytes + numbers + (lane * sizeof(int)),
            Scales = input.GroupScales + (numbers / Activations.BlockLength) + lane,
            Sums = input.GroupSums + (numbers / Activations.SumLength) + lane,
            Stride = length,
        };
    }
}
