using NGpt.Core.Quantization;

namespace NGpt.Runtime.Quantization;

/// <summary>
/// Encodes NVFP4 with the scale of each group of 16 that gives the smallest squared error, of those near the one that gives its
/// largest number the largest code. Files have the same form; of trained matrices the squared error is about a quarter less.
/// </summary>
internal static class NvFp4Encoder
{
    // Scales tried on either side: eight codes are a factor of two.
    private const int Reach = 8;

    private const byte MinScale = 1;
    private const byte MaxScale = 0x7E;

    /// <summary>Encodes a row.</summary>
    public static void Encode(ReadOnlySpan<float> row, Span<byte> target, float tensorScale)
    {
        // The codec checks everything, and its scale is where the search begins.
        WeightCodec.Encode(WeightType.NVFP4, row, target, tensorScale);
        Span<float> unscaled = stackalloc float[NvFp4Block.GroupLength];
        for (int group = 0; group < row.Length / NvFp4Block.GroupLength; group++)
        {
            Span<byte> block = target.Slice(group / NvFp4Block.Groups * NvFp4Block.Bytes, NvFp4Block.Bytes);
            ReadOnlySpan<float> numbers = row.Slice(group * NvFp4Block.GroupLength, NvFp4Block.GroupLength);
            for (int i = 0; i < unscaled.Length; i++)
            {
                unscaled[i] = numbers[i] / tensorScale;
            }

            Improve(unscaled, block, group % NvFp4Block.Groups);
        }
    }

    private static void Improve(ReadOnlySpan<float> numbers, Span<byte> block, int group)
    {
        byte first = block[group];
        byte best = first;
        double min = Error(numbers, first);
        for (int code = Math.Max(MinScale, first - Reach); code <= Math.Min(MaxScale, first + Reach); code++)
        {
            double error = Error(numbers, (byte)code);
            (best, min) = error < min ? ((byte)code, error) : (best, min);
        }

        if (best == first)
        {
            return;
        }

        block[group] = best;
        float scale = E4M3.Value(best);
        const int Half = NvFp4Block.GroupLength / 2;
        Span<byte> pairs = block.Slice(NvFp4Block.Groups + (group * Half), Half);
        for (int i = 0; i < Half; i++)
        {
            pairs[i] = (byte)(E2M1.Nearest(numbers[i], scale) | (E2M1.Nearest(numbers[Half + i], scale) << 4));
        }
    }

    private static double Error(ReadOnlySpan<float> numbers, byte code)
    {
        float scale = E4M3.Value(code);
        double sum = 0;
        foreach (float number in numbers)
        {
            float size = MathF.Abs(number);
            double difference = size - (scale > 0 ? scale * NearestSize(size / scale) : 0);
            sum += difference * difference;
        }

        return sum;
    }

    // The sizes that four bits have, and the middles between them.
    private static float NearestSize(float size) => size switch
    {
        <= 0.25f => 0,
        <= 0.75f => 0.5f,
        <= 1.25f => 1,
        <= 1.75f => 1.5f,
        <= 2.5f => 2,
        <= 3.5f => 3,
        <= 5 => 4,
        _ => 6,
    };
}
