using NGpt.Core.Quantization;
using NGpt.Runtime.Quantization;

namespace NGpt.Runtime.Tests.Quantization;

public sealed class GgufFileNameTests
{
    [Theory]
    [InlineData(1, "0.0K")]
    [InlineData(850, "0.9K")]
    [InlineData(9_949, "9.9K")]
    [InlineData(9_950, "10K")]
    [InlineData(999_499, "999K")]
    [InlineData(999_500, "1.0M")]
    [InlineData(2_106_880, "2.1M")]
    [InlineData(162_416_640, "162M")]
    [InlineData(1_026_177_280, "1.0B")]
    [InlineData(999_500_000_000, "1.0T")]
    public void Sizes_have_two_digits_or_all_before_the_point(long parameters, string label) => Assert.Equal(label, GgufFileName.SizeLabel(parameters));

    [Theory]
    [InlineData("small-ngpt", "small-ngpt")]
    [InlineData("my run_2 (best)", "my-run-2-best")]
    [InlineData("--größer--", "gr-er")]
    [InlineData("…", "model")]
    [InlineData("", "model")]
    public void Names_are_letters_digits_and_single_hyphens(string name, string cleaned) => Assert.Equal(cleaned, GgufFileName.Base(name));

    [Fact]
    public void A_name_has_all_parts() => Assert.Equal("small-ngpt-2.1M-v1.0-Q8_0.gguf", GgufFileName.Of("small-ngpt", 2_106_880, WeightType.Q8_0));
}
