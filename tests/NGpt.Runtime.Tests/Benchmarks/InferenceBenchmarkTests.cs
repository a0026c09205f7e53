using NGpt.Core.Configuration;
using NGpt.Core.Errors;
using NGpt.Core.Quantization;
using NGpt.Runtime.Benchmarks;
using NGpt.Runtime.Inference;
using NGpt.Runtime.Quantization;
using NGpt.Runtime.Tests.Models;
using NGpt.Runtime.Weights;

namespace NGpt.Runtime.Tests.Benchmarks;

public sealed class InferenceBenchmarkTests
{
    private static readonly InferenceBenchmarkOptions Small = new() { Contexts = [7, 19], PromptTokens = 11, DecodeTokens = 3, Rounds = 2, Threads = 2 };

    [Theory]
    [InlineData(Architecture.NGpt)]
    [InlineData(Architecture.Gpt)]
    public void Every_type_is_measured_at_every_context(Architecture architecture)
    {
        ModelConfig shape = TestModel.Shape(architecture, layers: 2, heads: 2, width: 64, mlpWidth: 128, vocabulary: 67);
        InferenceBenchmarkReport report = InferenceBenchmark.Run(shape, Small, stop: TestContext.Current.CancellationToken);
        Assert.Equal(Enum.GetValues<WeightType>(), report.Types.Select(type => type.Type));
        Assert.All(report.Types, type =>
        {
            Assert.Equal([7, 19], type.Decoding.Select(figures => figures.Context));
            Assert.Equal((2, 2), (type.PromptTokensPerSecond.Count, type.Decoding[1].TokensPerSecond.Count));
            Assert.All(type.Decoding, figures => Assert.True(figures.TokensPerSecond.Min > 0 && figures.ShareOfBandwidth.Min > 0 && figures.ShareOfPeak.Min > 0));
            Assert.True(type.PromptTokensPerSecond.Min > 0 && type.PromptShareOfPeak.Min > 0);
        });
        Assert.True(report.ReadBandwidth.Min > 0 && report.MultiplyAddPeak.Min > 0);

        // Two blocks of 4·64² + 3·64·128 weights and 67·64 of the output, a row of the embedding, and the keys and
        // values of 7 + 2 tokens on average: two of 64 in each block, in float32 or, with other weights, in float16.
        const int weights = (2 * ((4 * 64 * 64) + (3 * 64 * 128))) + (67 * 64) + 64;
        const int cache = 2 * 2 * 64 * 9 * sizeof(float);
        Assert.Equal((4 * weights) + cache, BytesPerToken(WeightType.F32));
        Assert.Equal((2 * weights) + (cache / 2), BytesPerToken(WeightType.F16));
        Assert.Equal((weights * 34 / 32) + (cache / 2), BytesPerToken(WeightType.Q8_0));
        Assert.Equal((weights * 18 / 32) + (cache / 2), BytesPerToken(WeightType.Q4_0));

        double BytesPerToken(WeightType type) => report.Types.Single(entry => entry.Type == type).Decoding[0].BytesPerToken;
    }

    [Fact]
    public void A_model_keeps_its_weights_and_its_shape()
    {
        using TemporaryFolder folder = new();
        TestModel model = new(TestModel.Shape(Architecture.NGpt));
        string path = model.Save(Path.Combine(folder.Path, "model"));
        InferenceBenchmarkReport report = InferenceBenchmark.Run(path, Small with { Types = [WeightType.BF16] }, stop: TestContext.Current.CancellationToken);
        Assert.Equal((path, model.Config), (report.Model, report.Config));
        Assert.Equal([WeightType.BF16], report.Types.Select(type => type.Type));
    }

    [Fact]
    public void A_GGUF_file_is_measured_with_the_weights_that_it_has()
    {
        using TemporaryFolder folder = new();
        TestModel model = new(TestModel.Shape(Architecture.NGpt, width: 64, heads: 2, mlpWidth: 192));
        string path = Quantizer.Write(
            new QuantizationRequest { Model = model.Save(Path.Combine(folder.Path, "model")), Type = WeightType.Q4_0, TokenEmbeddingType = WeightType.BF16, OutputType = WeightType.Q8_0 },
            stop: TestContext.Current.CancellationToken).Path;
        InferenceBenchmarkReport report = InferenceBenchmark.Run(path, Small, stop: TestContext.Current.CancellationToken);
        Assert.Equal([WeightType.Q4_0], report.Types.Select(type => type.Type));

        // Three blocks of 4·64² + 3·64·192 weights, 67·64 of the output, a row of the embedding, and the keys and values.
        const int blocks = 3 * ((4 * 64 * 64) + (3 * 64 * 192)) * 18 / 32;
        const int cache = 2 * 3 * 64 * 9 * sizeof(ushort);
        Assert.Equal(blocks + (67 * 64 * 34 / 32) + (64 * 2) + cache, report.Types[0].Decoding[0].BytesPerToken);
        Assert.Throws<UsageException>(() => InferenceBenchmark.Run(path, Small with { Types = [WeightType.BF16] }, stop: TestContext.Current.CancellationToken));
    }

    [Theory]
    [InlineData(WeightType.BF16, WeightType.BF16)]
    [InlineData(WeightType.Q8_0, WeightType.Q8_0)]
    [InlineData(WeightType.NVFP4, WeightType.NVFP4)]
    public void Weights_in_another_type_are_what_the_codec_makes_of_them(WeightType type, WeightType expected)
    {
        TestModel model = new(TestModel.Shape(Architecture.Gpt, width: 64, heads: 2, mlpWidth: 192));
        using MemorySource source = new(model, WeightType.F32);
        using MemorySource encoded = new(model, type);
        RecodedSource recoded = new(source, type);
        foreach (ParameterSpec spec in ParameterCatalog.Of(model.Config).Where(spec => spec.Columns is not null))
        {
            using WeightMatrix actual = recoded.Matrix(spec, rowScale: null);
            using WeightMatrix reference = encoded.Matrix(spec, rowScale: null);
            Assert.Equal(expected, actual.Type);
            float[] row = new float[actual.Columns];
            float[] referenceRow = new float[actual.Columns];
            for (int r = 0; r < actual.Rows; r++)
            {
                actual.DecodeRow(r, row);
                reference.DecodeRow(r, referenceRow);
                Assert.Equal(referenceRow, row);
            }
        }
    }

    [Fact]
    public void What_a_token_costs_follows_from_the_shape()
    {
        // One block of 4·2² + 3·2·5 = 46 weights, an output of 3·2, and 4·2 operations for every token seen.
        InferenceCost cost = new(TestModel.Shape(Architecture.Gpt, layers: 1, heads: 1, width: 2, mlpWidth: 5, vocabulary: 3));
        Assert.Equal((2 * 46) + (2 * 6) + (8 * 10), cost.Decode(10));
        Assert.Equal((2 * 46 * 4) + (2 * 6) + (8 * (1 + 2 + 3 + 4)), cost.Prompt(4));
        Assert.Equal(2 * 2 * 10 * sizeof(float), cost.CacheBytes(10, CacheType.F32));
        Assert.Equal(2 * 2 * 10 * sizeof(ushort), cost.CacheBytes(10, CacheType.F16));
    }

    [Fact]
    public void Wrong_options_are_refused_all_at_once()
    {
        UsageException refusal = Assert.Throws<UsageException>(() => InferenceBenchmark.Run(
            TestModel.Shape(Architecture.Gpt), Small with { Rounds = 0, PromptTokens = 0, Contexts = [-1] }, stop: TestContext.Current.CancellationToken));
        Assert.Contains("rounds 0 are outside", refusal.Message);
        Assert.Contains("prompt tokens 0 are outside", refusal.Message);
        Assert.Contains("context -1 is outside", refusal.Message);
    }

    [Fact]
    public void Stopping_before_the_first_round_measures_nothing()
    {
        using CancellationTokenSource stop = new();
        stop.Cancel();
        Assert.ThrowsAny<OperationCanceledException>(() => InferenceBenchmark.Run(TestModel.Shape(Architecture.Gpt), Small, stop: stop.Token));
    }
}
