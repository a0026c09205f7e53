using NGpt.Core.Quantization;
using NGpt.Runtime.Quantization;

namespace NGpt.Runtime.Tests.Quantization;

public sealed class NvFp4EncoderTests
{
    [Theory]
    [InlineData(64, 1)]
    [InlineData(192, 2)]
    [InlineData(320, 3)]
    public void No_group_is_further_from_its_numbers_than_with_the_codecs_scale(int columns, int seed)
    {
        Random random = new(seed);
        float[] row = [.. Enumerable.Range(0, columns).Select(_ => (float)((random.NextDouble() + random.NextDouble() - 1) * Math.Pow(10, (2 * random.NextDouble()) - 3)))];
        row.AsSpan(16, 16).Clear();
        float scale = WeightCodec.TensorScale(WeightType.NVFP4, row);
        byte[] usual = new byte[WeightType.NVFP4.RowBytes(columns)];
        byte[] searched = new byte[usual.Length];
        WeightCodec.Encode(WeightType.NVFP4, row, usual, scale);
        NvFp4Encoder.Encode(row, searched, scale);
        double[] before = Errors(row, usual, scale);
        double[] after = Errors(row, searched, scale);
        Assert.All(before.Zip(after), pair => Assert.InRange(pair.Second, 0, pair.First * (1 + 1e-5)));
        Assert.Equal(0, after[1]);
        Assert.InRange(after.Sum(), 0, before.Sum() * 0.9);
    }

    [Fact]
    public void The_best_of_all_scales_within_a_factor_of_two_is_found()
    {
        // All of them are codes with the scale 1, five steps above the one that makes 4 the largest code, 6.
        float[] row = [.. Enumerable.Range(0, 64).Select(i => i % 16 == 0 ? 4f : i % 2 == 0 ? 1.5f : -3f)];
        byte[] bytes = new byte[WeightType.NVFP4.RowBytes(64)];
        NvFp4Encoder.Encode(row, bytes, tensorScale: 1);
        float[] decoded = new float[64];
        WeightCodec.Decode(WeightType.NVFP4, bytes, decoded);
        Assert.Equal(row, decoded);
    }

    [Fact]
    public void Numbers_that_are_none_are_refused() =>
        Assert.Throws<ArgumentException>(() => NvFp4Encoder.Encode([.. Enumerable.Repeat(float.NaN, 64)], new byte[36], 1));

    private static double[] Errors(float[] row, byte[] bytes, float scale)
    {
        float[] decoded = new float[row.Length];
        WeightCodec.Decode(WeightType.NVFP4, bytes, decoded, scale);
        return [.. row.Zip(decoded, (number, stored) => Math.Pow(number - stored, 2)).Chunk(16).Select(group => group.Sum())];
    }
}
