using NGpt.Core.Errors;
using NGpt.Core.Sampling;

namespace NGpt.Server.Tests;

public sealed class GenerationDefaultsTests
{
    [Fact]
    public void Without_a_file_the_defaults_are_those_of_OpenAI()
    {
        using TemporaryFolder folder = new();
        (SamplingOptions sampling, int? maxTokens) = GenerationDefaults.Read(folder.Path);
        Assert.Equal((1.0, 0, 1.0, 0.0, 1.0, null), (sampling.Temperature, sampling.TopK, sampling.TopP, sampling.MinP, sampling.RepeatPenalty, maxTokens));
    }

    [Fact]
    public void A_file_beside_the_model_sets_the_defaults()
    {
        using TemporaryFolder folder = new();
        folder.Write("generation_config.json", """{"temperature":0.6,"top_k":20,"top_p":0.9,"min_p":null,"repetition_penalty":1.1,"max_new_tokens":99,"bos_token_id":1}""");
        string model = folder.Write("model.gguf", "");
        foreach (string path in (string[])[folder.Path, model])
        {
            (SamplingOptions sampling, int? maxTokens) = GenerationDefaults.Read(path);
            Assert.Equal((0.6, 20, 0.9, 0.0, 1.1, 99), (sampling.Temperature, sampling.TopK, sampling.TopP, sampling.MinP, sampling.RepeatPenalty, maxTokens));
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("[1]")]
    [InlineData("""{"temperature":"hot"}""")]
    [InlineData("""{"temperature":-1}""")]
    [InlineData("""{"top_k":1.5}""")]
    [InlineData("""{"top_p":""")]
    public void A_damaged_file_is_rejected_by_its_name(string content)
    {
        using TemporaryFolder folder = new();
        string path = folder.Write("generation_config.json", content);
        Assert.Equal(path, Assert.Throws<FileFormatException>(() => GenerationDefaults.Read(folder.Path)).Path);
    }
}
