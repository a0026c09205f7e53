using NGpt.Core.Configuration;
using NGpt.Core.Errors;
using NGpt.Lab.TrainingBenchmarks;

namespace NGpt.Lab.Tests.TrainingBenchmarks;

public sealed class BenchmarkSizesTests
{
    [Theory]
    [InlineData("4x128", 4, 128, 4, 64, 12, 96)]
    [InlineData("6X384", 6, 384, 6, 256, 16, 512)]
    [InlineData("12x768", 12, 768, 12, 1024, 4, 32768)]
    [InlineData("6x384@1024", 6, 384, 6, 1024, 4, 512)]
    [InlineData("6x384@4096", 6, 384, 6, 4096, 1, 512)]
    [InlineData("6x384@8192", 6, 384, 6, 8192, 1, 512)]
    public void Names_stand_for_sizes(string name, int layers, int width, int heads, int context, int batch, int vocabulary)
    {
        BenchmarkSize size = BenchmarkSizes.Parse(name);
        Assert.Equal(name.ToLowerInvariant(), size.Name);
        Assert.Equal(
            (layers, width, heads, 4 * width, context, batch, vocabulary),
            (size.LayerCount, size.EmbeddingWidth, size.HeadCount, size.MlpWidth, size.ContextLength, size.BatchSize, size.VocabularySize));
        Assert.Equal((long)context * batch, size.TokensPerStep);
        Assert.Empty(size.Validate());
        Assert.Empty(size.Model(Architecture.NGpt).Validate());
    }

    [Theory]
    [InlineData("6x385", "unknown size \"6x385\": the sizes are 4x128, 6x384, 12x768")]
    [InlineData("", "unknown size")]
    [InlineData("6x384@", "no context length from 1")]
    [InlineData("6x384@0", "no context length from 1")]
    [InlineData("6x384@-4", "no context length from 1")]
    [InlineData("6x384@99999999", "no context length from 1")]
    [InlineData("6x384@64@64", "no context length from 1")]
    public void Other_names_are_refused(string name, string problem) =>
        Assert.Contains(problem, Assert.Throws<UsageException>(() => BenchmarkSizes.Parse(name)).Message);

    [Fact]
    public void Impossible_sizes_are_named()
    {
        Assert.Contains("not divisible by 5 heads", Assert.Single((BenchmarkSizes.Default with { HeadCount = 5 }).Validate()));
        Assert.Contains("batch size 0", Assert.Single((BenchmarkSizes.Default with { BatchSize = 0 }).Validate()));
        Assert.Contains("more than 2147483647 tokens", Assert.Single((BenchmarkSizes.Default with { BatchSize = int.MaxValue }).Validate()));
    }

    [Fact]
    public void Variants_have_names()
    {
        Assert.Equal(["fast-bf16", "plain-bf16", "fast-float32", "plain-float32"], BenchmarkVariant.Training.Select(variant => variant.Name));
        Assert.All(BenchmarkVariant.Training, variant => Assert.Same(variant, BenchmarkVariant.Parse(variant.Name.ToUpperInvariant())));
        Assert.Contains("did you mean fast-bf16?", Assert.Throws<UsageException>(() => BenchmarkVariant.Parse("fast-bf17")).Message);
        Assert.Equal("ngpt plain-float32", new BenchmarkSubject(BenchmarkVariant.PlainFloat32, Architecture.NGpt).Name);
        Assert.Equal("products-bf16", BenchmarkSubject.Products(Precision.Bf16).Name);
    }
}
