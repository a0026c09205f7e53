namespace NGpt.Core.Quantization;

/// <summary>
/// Sixty-four numbers of NVFP4 in four groups of 16: the groups' scales (E4M3 without a sign), then 8 bytes for each
/// group, whose lower halves are its numbers 0..7 and whose upper halves are its numbers 8..15 (E2M1).
/// </summary>
internal static class NvFp4Block
{
    /// <summary>Numbers in a block.</summary>
    public const int Length = 64;

    /// <summary>Numbers that have one scale.</summary>
    public const int GroupLength = 16;

    /// <summary>Groups in a block.</summary>
    public const int Groups = Length / GroupLength;

    /// <summary>Bytes of a block.</summary>
    public const int Bytes = Groups + (Length / 2);

    private const int GroupBytes = GroupLength / 2;

    /// <summary>The nearest block of numbers that the tensor's scale was taken out of.</summary>
    public static void Encode(ReadOnlySpan<float> numbers, Span<byte> block, float tensorScale)
    {
        Span<float> unscaled = stackalloc float[GroupLength];
        for (int group = 0; group < Groups; group++)
        {
            float max = 0;
            for (int i = 0; i < GroupLength; i++)
            {
                unscaled[i] = numbers[(group * GroupLength) + i] / tensorScale;
                max = MathF.Max(max, MathF.Abs(unscaled[i]));
            }

            block[group] = E4M3.Nearest(max / E2M1.Most);
            float scale = E4M3.Value(block[group]);
            for (int i = 0; i < GroupBytes; i++)
            {
                block[Groups + (group * GroupBytes) + i] =
                    (byte)(E2M1.Nearest(unscaled[i], scale) | (E2M1.Nearest(unscaled[GroupBytes + i], scale) << 4));
            }
        }
    }

    /// <summary>The block's numbers, with the tensor's scale.</summary>
    public static void Decode(ReadOnlySpan<byte> block, Span<float> numbers, float tensorScale)
    {
        for (int group = 0; group < Groups; group++)
        {
            float scale = E4M3.Value(block[group]) * tensorScale;
            for (int i = 0; i < GroupBytes; i++)
            {
                byte pair = block[Groups + (group * GroupBytes) + i];
                numbers[(group * GroupLength) + i] = scale * E2M1.Value(pair & 0xF);
                numbers[(group * GroupLength) + GroupBytes + i] = scale * E2M1.Value(pair >> 4);
            }
        }
    }
}
