using System.Text.Json;
using NGpt.Core.Configuration;
using NGpt.Core.Sampling;
using NGpt.Runtime.Generation;
using NGpt.Runtime.Models;

namespace NGpt.Server.Tests;

public sealed class RealModelTests
{
    [Theory]
    [InlineData(Architecture.NGpt)]
    [InlineData(Architecture.Gpt)]
    public async Task Concurrent_requests_get_the_texts_of_the_generator(Architecture architecture)
    {
        using TemporaryFolder folder = new();
        string path = RandomModel.Write(folder.File("small"), architecture);
        string[] prompts = ["one", "another one", "x", "the third of them", "the third of all", "y"];
        string[] expected;
        using (RuntimeModel model = RuntimeModel.Load(path))
        {
            using TextGenerator generator = new(model);
            expected = [.. prompts.Select(prompt => generator.Generate(prompt, Sampling, stop: TestServer.Stop).Text)];
        }

        await using NGptServer server = await NGptServer.StartAsync(new ServerOptions { Port = 0, Slots = 3, BatchTokens = 8, Threads = 1 }, () => ServedModel.Load(path));
        await server.Ready.WaitAsync(TestServer.Stop);
        Assert.StartsWith($"small: {architecture.DisplayName()} with ", server.Description, StringComparison.Ordinal);
        using HttpClient client = new() { BaseAddress = server.Address };
        JsonElement[] answers = await Task.WhenAll(prompts.Select(prompt => PostAsync(client, $$"""{"prompt":"{{prompt}}","max_tokens":24,"temperature":0.8,"top_k":40,"top_p":0.95,"min_p":0.05,"seed":3}""")));
        Assert.Equal(expected, answers.Select(answer => answer.GetProperty("choices")[0].GetProperty("text").GetString()!));
    }

    [Fact]
    public async Task A_deterministic_server_gives_a_seed_the_same_probabilities_in_any_company()
    {
        using TemporaryFolder folder = new();
        string path = RandomModel.Write(folder.File("small"));
        ServerOptions options = new() { Port = 0, Slots = 4, BatchTokens = 64, Threads = 2, IsDeterministic = true };
        await using NGptServer server = await NGptServer.StartAsync(options, () => ServedModel.Load(path));
        await server.Ready.WaitAsync(TestServer.Stop);
        using HttpClient client = new() { BaseAddress = server.Address };
        const string Body = """{"prompt":"one prompt for all","max_tokens":30,"seed":9,"logprobs":3}""";
        string alone = await ProbabilitiesAsync(Body);
        string[] company = await Task.WhenAll(Enumerable.Range(0, 12).Select(i =>
            ProbabilitiesAsync(i % 3 == 0 ? Body : $$"""{"prompt":"one prompt for {{i}}","max_tokens":{{5 + (3 * i)}},"seed":{{i}},"logprobs":1}""")));
        Assert.All(company.Where((_, i) => i % 3 == 0), text => Assert.Equal(alone, text));

        async Task<string> ProbabilitiesAsync(string body) => (await PostAsync(client, body)).GetProperty("choices")[0].GetProperty("logprobs").GetRawText();
    }

    [Theory]
    [InlineData(96, ", context 96, ")]
    [InlineData(97, ", context 97 (trained with 96), ")]
    public async Task A_context_beyond_the_trained_one_is_said(int length, string expected)
    {
        using TemporaryFolder folder = new();
        string path = RandomModel.Write(folder.File("small"), length: 96);
        await using NGptServer server = await NGptServer.StartAsync(new ServerOptions { Port = 0, Slots = 2, Threads = 1, ContextLength = length }, () => ServedModel.Load(path));
        await server.Ready.WaitAsync(TestServer.Stop);
        Assert.Contains(expected, server.Description, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Probabilities_of_a_prompt_do_not_depend_on_its_chunks()
    {
        using TemporaryFolder folder = new();
        string path = RandomModel.Write(folder.File("small"));
        List<double[]> results = [];
        foreach (int batch in (int[])[2, 7, 64])
        {
            await using NGptServer server = await NGptServer.StartAsync(new ServerOptions { Port = 0, Slots = 2, BatchTokens = batch, Threads = 1 }, () => ServedModel.Load(path));
            await server.Ready.WaitAsync(TestServer.Stop);
            using HttpClient client = new() { BaseAddress = server.Address };
            JsonElement answer = await PostAsync(client, """{"prompt":"how likely is all of this","max_tokens":1,"temperature":0,"echo":true,"logprobs":1,"token_details":{"top":2,"angles":true}}""");
            JsonElement choice = answer.GetProperty("choices")[0];
            results.Add([.. choice.GetProperty("logprobs").GetProperty("token_logprobs").EnumerateArray().Skip(1).Select(value => value.GetDouble())]);

            // Two angles per block.
            JsonElement[] details = [.. choice.GetProperty("token_details").EnumerateArray()];
            Assert.Equal(26, details.Length);
            Assert.All(details[^1].GetProperty("angles").EnumerateArray(), angle => Assert.InRange(angle.GetDouble(), 1e-4, Math.PI));
            Assert.Equal(4, details[^1].GetProperty("angles").GetArrayLength());
        }

        Assert.Equal(25, results[0].Length);
        for (int i = 0; i < results[0].Length; i++)
        {
            Assert.Equal(results[0][i], results[1][i], 1e-5);
            Assert.Equal(results[0][i], results[2][i], 1e-5);
        }
    }

    private static SamplingOptions Sampling => new() { Seed = 3, MaxTokens = 24 };

    private static async Task<JsonElement> PostAsync(HttpClient client, string body)
    {
        using HttpResponseMessage answer = await client.PostAsync("/v1/completions", TestServer.Json(body), TestServer.Stop);
        string text = await answer.Content.ReadAsStringAsync(TestServer.Stop);
        Assert.True(answer.IsSuccessStatusCode, text);
        return JsonDocument.Parse(text).RootElement;
    }
}
