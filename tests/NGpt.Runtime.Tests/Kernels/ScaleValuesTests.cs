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
}
