using System.Runtime.Intrinsics;
using NGpt.Core.Quantization;
using NGpt.Runtime.Kernels.Formats;

namespace NGpt.Runtime.Tests.Kernels;

public sealed class ScaleValuesTests
{
    [Fact]
    public void Every_code_has_the_value_that_the_codec_gives_it()
    {
        for (int code = 0; code < 256; code++)
        {
            Assert.Equal(E4M3.Value((byte)code), ScaleValues.Of((byte)code));
        }
    }

    [Fact]
    public unsafe void Codes_of_a_block_have_the_same_values_each_twice()
    {
        byte* codes = stackalloc byte[4];
        for (int code = 0; code < 256; code++)
        {
            for (int i = 0; i < 4; i++)
            {
                codes[i] = (byte)(code + (37 * i));
            }

            Vector256<float> values = ScaleValues.OfBlock(codes);
            for (int lane = 0; lane < 8; lane++)
            {
                Assert.Equal(E4M3.Value(codes[lane / 2]), values[lane] * ScaleValues.ExponentShift);
            }
        }
    }
}
