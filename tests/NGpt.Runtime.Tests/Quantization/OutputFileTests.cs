using NGpt.Core.Quantization;
using NGpt.Runtime.Quantization;

namespace NGpt.Runtime.Tests.Quantization;

public sealed class OutputFileTests
{
    [Theory]
    [InlineData("my-run")]
    [InlineData("my-run/")]
    [InlineData("./my-run")]
    public void A_relative_run_gives_a_relative_file(string run)
    {
        string path = Choose(run);
        Assert.False(Path.IsPathRooted(path));
        Assert.Equal(Path.GetFullPath("my-run-2.1M-v1.0-Q8_0.gguf"), Path.GetFullPath(path));
    }

    [Theory]
    [InlineData(".")]
    [InlineData("./")]
    public void The_current_folder_has_its_file_beside_it(string run)
    {
        string here = Directory.GetCurrentDirectory();
        Assert.Equal(Path.GetDirectoryName(here), Path.GetDirectoryName(Choose(run)));
        Assert.StartsWith(GgufFileName.Base(Path.GetFileName(here)), Path.GetFileName(Choose(run)), StringComparison.Ordinal);
    }

    private static string Choose(string run) =>
        OutputFile.Choose(new QuantizationRequest { Model = run, Type = WeightType.Q8_0 }, run, 2_106_880);
}
