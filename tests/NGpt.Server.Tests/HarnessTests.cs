using System.Text.Json;

namespace NGpt.Server.Tests;

/// <summary>Requests of lm-evaluation-harness' local-completions, and the fields that it reads in the answers.</summary>
public sealed class HarnessTests
{
    [Theory]
    [InlineData(1, """["the end is near","abcabc"]""")]
    [InlineData(0, """["the end is near","abcabc"]""")]
    [InlineData(1, "[[116,104,101,32,101,110,100,32,105,115,32,110,101,97,114],[97,98,99,97,98,99]]")]
    public async Task Prompts_are_scored_token_by_token(int maxTokens, string prompt)
    {
        await using TestServer server = await TestServer.StartAsync(context: new FakeContext(batchTokens: 4));
        JsonElement answer = await server.PostAsync(
            "/v1/completions", $$"""{"model":"m","prompt":{{prompt}},"temperature":0,"max_tokens":{{maxTokens}},"logprobs":1,"seed":1234,"echo":true}""");
        string[] prompts = ["the end is near", "abcabc"];
        JsonElement[] choices = [.. answer.GetProperty("choices").EnumerateArray().OrderBy(choice => choice.GetProperty("index").GetInt32())];
        for (int number = 0; number < prompts.Length; number++)
        {
            string text = prompts[number] + FakeContext.GreedyText(prompts[number], maxTokens);
            JsonElement scores = choices[number].GetProperty("logprobs");
            Assert.Equal(text, choices[number].GetProperty("text").GetString());
            Assert.Equal(text.Select(letter => letter.ToString()), scores.GetProperty("tokens").EnumerateArray().Select(token => token.GetString()!));
            Assert.Equal(Enumerable.Range(0, text.Length), scores.GetProperty("text_offset").EnumerateArray().Select(offset => offset.GetInt32()));
            Assert.Equal(JsonValueKind.Null, scores.GetProperty("token_logprobs")[0].ValueKind);
            Assert.Equal(JsonValueKind.Null, scores.GetProperty("top_logprobs")[0].ValueKind);
            for (int i = 1; i < text.Length; i++)
            {
                double[] expected = FakeContext.LogProbabilities([.. text[..i].Select(letter => (int)letter)]);
                double value = scores.GetProperty("token_logprobs")[i].GetDouble();
                Dictionary<string, double> top = scores.GetProperty("top_logprobs")[i].EnumerateObject().ToDictionary(entry => entry.Name, entry => entry.Value.GetDouble());

                // The harness decides by equality whether the token is greedy: the same number, bit for bit.
                Assert.Equal(expected[text[i]], value);
                Assert.Equal(value, top[text[i].ToString()]);
                Assert.Equal(expected.Max(), top.Values.Max());
                Assert.Equal(expected[text[i]] == expected.Max() ? 1 : 2, top.Count);
            }
        }
    }

    [Fact]
    public async Task Generation_until_a_stop_string_is_answered()
    {
        await using TestServer server = await TestServer.StartAsync();
        string whole = FakeContext.GreedyText("Q: x\nA:", 20);
        string stop = whole[6..8];
        JsonElement answer = await server.PostAsync(
            "/v1/completions", $$"""{"prompt":["Q: x\nA:"],"model":"m","max_tokens":20,"temperature":0,"stop":["{{stop}}","\n\n"],"seed":1234,"do_sample":false}""");
        Assert.Equal(whole[..whole.IndexOf(stop, StringComparison.Ordinal)], answer.GetProperty("choices")[0].GetProperty("text").GetString());
    }

    [Fact]
    public async Task A_stream_scores_the_prompt_too()
    {
        await using TestServer server = await TestServer.StartAsync(context: new FakeContext(batchTokens: 5));
        List<JsonElement> events = await server.StreamAsync(
            "/v1/completions", """{"prompt":"abcdefghijkl","temperature":0,"max_tokens":3,"logprobs":2,"echo":true,"stream":true}""");
        string text = "abcdefghijkl" + FakeContext.GreedyText("abcdefghijkl", 3);
        Assert.Equal(text, string.Concat(events.Select(chunk => chunk.GetProperty("choices")[0].GetProperty("text").GetString())));
        Assert.Equal(
            Enumerable.Range(0, text.Length),
            events.SelectMany(chunk => chunk.GetProperty("choices")[0].GetProperty("logprobs").GetProperty("text_offset").EnumerateArray()).Select(offset => offset.GetInt32()));
    }
}
