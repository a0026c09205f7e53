using NGpt.Core.Quantization;

namespace NGpt.Core.Tests.Quantization;

/// <summary>Blocks computed by hand, and formulas written down independently of the codecs.</summary>
public sealed class WeightCodecTests
{
    [Fact]
    public void Q8_0_blocks_are_those_computed_by_hand()
    {
        // The largest is −254 = 127 · 2: the scale is 2, float16 0x4000. Halves are rounded away from zero.
        float[] row = new float[32];
        (row[0], row[1], row[2], row[3], row[31]) = (-254, 5, -5, 0.9f, 100);
        byte[] block = new byte[34];
        WeightCodec.Encode(WeightType.Q8_0, row, block);
        Assert.Equal([0x00, 0x40, 0x81, 3, 0xFD, 0], block[..6]);
        Assert.Equal(50, block[33]);
        float[] decoded = new float[32];
        WeightCodec.Decode(WeightType.Q8_0, block, decoded);
        Assert.Equal([-254, 6, -6, 0], decoded[..4]);
        Assert.Equal(100, decoded[31]);
    }

    [Fact]
    public void Q4_0_blocks_are_those_computed_by_hand()
    {
        // The largest is 4 = −8 · −0.5: the scale is −0.5, float16 0xB800. Number 0 is 4 (code 0), number 16 is −3 (code 14).
        float[] row = new float[32];
        (row[0], row[1], row[16], row[17], row[31]) = (4, 1.6f, -3, -4, 0.5f);
        byte[] block = new byte[18];
        WeightCodec.Encode(WeightType.Q4_0, row, block);
        Assert.Equal([0x00, 0xB8, 0xE0, 0xF5, 0x88], block[..5]);
        Assert.Equal(0x78, block[17]);
        float[] decoded = new float[32];
        WeightCodec.Decode(WeightType.Q4_0, block, decoded);
        Assert.Equal([4, 1.5f, 0], decoded[..3]);
        Assert.Equal([-3, -3.5f], decoded[16..18]);
        Assert.Equal(0.5f, decoded[31]);
    }

    [Fact]
    public void NVFP4_blocks_are_those_computed_by_hand()
    {
        // Group 0: largest 12 = 6 · 2, E4M3 of 2 is 0x40. Group 1: largest 0.75 = 6 · 0.125, 0x20. Group 3: 6 · 448, 0x7E.
        float[] row = new float[64];
        (row[0], row[1], row[8], row[9]) = (12, -3, 1, -8);
        (row[16], row[31]) = (0.75f, -0.375f);
        (row[48], row[63]) = (2688, -448);
        byte[] block = new byte[36];
        WeightCodec.Encode(WeightType.NVFP4, row, block);
        Assert.Equal([0x40, 0x20, 0x00, 0x7E], block[..4]);
        Assert.Equal([0x17, 0xEB], block[4..6]);
        Assert.Equal([0x07, 0, 0, 0, 0, 0, 0, 0xD0], block[12..20]);
        Assert.Equal([0x07, 0, 0, 0, 0, 0, 0, 0xA0], block[28..36]);
        float[] decoded = new float[64];
        WeightCodec.Decode(WeightType.NVFP4, block, decoded, 0.5f);
        Assert.Equal([6, -1.5f], decoded[..2]);
        Assert.Equal([0.5f, -4], decoded[8..10]);
        Assert.Equal([0.375f, -0.1875f], [decoded[16], decoded[31]]);
        Assert.Equal([1344, -224f], [decoded[48], decoded[63]]);
    }

    [Fact]
    public void Scales_of_eight_bits_are_those_of_E4M3()
    {
        Assert.Equal([0, 1 / 512f, 7 / 512f, 1 / 64f, 0.875f, 1, 1.125f, 2, 256, 448], new byte[] { 0, 1, 7, 8, 0x36, 0x38, 0x39, 0x40, 0x78, 0x7E }.Select(E4M3.Value));
        Assert.Equal(0, E4M3.Value(0x7F));
        for (byte code = 0; code < 0x7E; code++)
        {
            float middle = (E4M3.Value(code) + E4M3.Value((byte)(code + 1))) / 2;
            Assert.Equal(code, E4M3.Nearest(E4M3.Value(code)));
            Assert.Equal(code, E4M3.Nearest(MathF.BitDecrement(middle)));
            Assert.Equal(code + 1, E4M3.Nearest(middle));
        }

        Assert.Equal(0x7E, E4M3.Nearest(1e9f));
    }

    [Fact]
    public void Numbers_of_four_bits_are_the_nearest_ones()
    {
        float[] all = [0, 0.5f, 1, 1.5f, 2, 3, 4, 6];
        for (float number = -7; number < 7; number += 0.01f)
        {
            float expected = all.OrderBy(value => Math.Abs(value - Math.Abs(number))).First() * Math.Sign(number);
            Assert.Equal(expected, E2M1.Value(E2M1.Nearest(number * 3, 3)));
        }
    }

    [Theory]
    [InlineData(WeightType.F32, 0)]
    [InlineData(WeightType.F16, 1 / 2048.0)]
    [InlineData(WeightType.BF16, 1 / 256.0)]
    [InlineData(WeightType.Q8_0, 1 / 254.0)]
    [InlineData(WeightType.Q4_0, 1 / 8.0)]
    [InlineData(WeightType.NVFP4, 1 / 6.0)]
    public void What_is_decoded_is_near_to_what_was_encoded(WeightType type, double step)
    {
        Random random = new(3);
        float[] row = [.. Enumerable.Range(0, 192).Select(i => (float)((random.NextDouble() - 0.5) * Math.Pow(2, i / 32)))];
        float tensorScale = WeightCodec.TensorScale(type, row);
        byte[] bytes = new byte[type.RowBytes(row.Length)];
        float[] decoded = new float[row.Length];
        WeightCodec.Encode(type, row, bytes, tensorScale);
        WeightCodec.Decode(type, bytes, decoded, tensorScale);
        int group = type == WeightType.NVFP4 ? 16 : type.BlockLength();
        for (int i = 0; i < row.Length; i++)
        {
            float largest = row.Skip(i / group * group).Take(group).Max(Math.Abs);
            // Scales are rounded too: E4M3 to a sixteenth, float16 to 2^-11.
            double doubt = type == WeightType.NVFP4 ? 1 / 16.0 : type > WeightType.BF16 ? 1 / 1024.0 : 0;
            Assert.True(Math.Abs(decoded[i] - row[i]) <= largest * (step + doubt), $"{row[i]} became {decoded[i]}");
        }
    }

    [Fact]
    public void The_scale_of_a_tensor_makes_its_largest_number_the_largest_of_a_block()
    {
        float[] tensor = new float[64];
        (tensor[3], tensor[40]) = (-0.01f, 0.003f);
        Assert.Equal(0.01f / 2688, WeightCodec.TensorScale(WeightType.NVFP4, tensor));
        Assert.Equal(1, WeightCodec.TensorScale(WeightType.NVFP4, new float[64]));
        Assert.Equal(1, WeightCodec.TensorScale(WeightType.Q4_0, tensor));
        byte[] block = new byte[36];
        WeightCodec.Encode(WeightType.NVFP4, tensor, block, 0.01f / 2688);
        Assert.Equal(0x7E, block[0]);
    }

    [Theory]
    [InlineData(WeightType.F32)]
    [InlineData(WeightType.F16)]
    [InlineData(WeightType.BF16)]
    [InlineData(WeightType.Q8_0)]
    [InlineData(WeightType.Q4_0)]
    [InlineData(WeightType.NVFP4)]
    public void Zeros_stay_zeros_and_lengths_are_checked(WeightType type)
    {
        byte[] bytes = new byte[type.RowBytes(64)];
        float[] decoded = [.. Enumerable.Repeat(1f, 64)];
        WeightCodec.Encode(type, new float[64], bytes);
        WeightCodec.Decode(type, bytes, decoded);
        Assert.All(decoded, number => Assert.Equal(0, number));
        Assert.Throws<ArgumentException>(() => WeightCodec.Encode(type, new float[64], new byte[bytes.Length - 1]));
        Assert.Throws<ArgumentException>(() => WeightCodec.Decode(type, new byte[bytes.Length + 1], new float[64]));
        if (type > WeightType.BF16)
        {
            Assert.Throws<ArgumentException>(() => type.RowBytes(33));
            foreach (float bad in (ReadOnlySpan<float>)[float.NaN, float.PositiveInfinity])
            {
                float[] row = new float[64];
                row[7] = bad;
                Assert.Throws<ArgumentException>(() => WeightCodec.Encode(type, row, bytes));
            }
        }
    }

    [Fact]
    public void Types_are_found_by_their_names()
    {
        foreach (WeightType type in Enum.GetValues<WeightType>())
        {
            Assert.True(WeightTypes.TryParse(type.Name().ToLowerInvariant(), out WeightType found));
            Assert.Equal(type, found);
            Assert.Equal(type.ToString(), type.Name());
        }

        Assert.False(WeightTypes.TryParse("Q4_1", out _));
        Assert.Equal([4, 2, 2, 34, 18, 36], Enum.GetValues<WeightType>().Select(type => type.RowBytes(type.BlockLength())));
        Assert.Throws<ArgumentOutOfRangeException>(() => ((WeightType)9).Name());
    }
}
