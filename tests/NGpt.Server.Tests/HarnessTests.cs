using System.Text.Json;
using NGpt.Core.Generation;

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

    [Theory]
    [InlineData(12)]
    [InlineData(null)]
    public async Task There_is_one_token_behind_the_prompt_whatever_it_is(int? endsAt)
    {
        // The harness drops the last score as that of the token that it asked for; a prompt may be as long as the context.
        await using TestServer server = await TestServer.StartAsync(context: new FakeContext(contextLength: 12) { EndsAt = endsAt });
        JsonElement answer = await server.PostAsync(
            "/v1/completions", """{"model":"m","prompt":[[97,98,99,100,101,102,103,104,105,106,107,108]],"temperature":0,"max_tokens":1,"logprobs":1,"seed":1234,"echo":true}""");
        JsonElement scores = Assert.Single(answer.GetProperty("choices").EnumerateArray()).GetProperty("logprobs");
        double[] expected = [.. Enumerable.Range(4, 8).Select(i => FakeContext.LogProbabilities([.. Enumerable.Range(97, i)])[97 + i])];
        Assert.Equal(13, scores.GetProperty("top_logprobs").GetArrayLength());
        Assert.Equal(expected, scores.GetProperty("token_logprobs").EnumerateArray().Select(value => value.ValueKind == JsonValueKind.Null ? double.NaN : value.GetDouble()).ToArray()[4..^1]);
    }

    [Theory]
    [InlineData("[]", "0")]
    [InlineData("""["\n\n","<|endoftext|>"]""", "0.0")]
    public async Task Generation_of_prompts_in_tokens_is_answered(string stop, string temperature)
    {
        await using TestServer server = await TestServer.StartAsync();
        JsonElement answer = await server.PostAsync(
            "/v1/completions", $$"""{"prompt":[[97,98],[99]],"model":"m","max_tokens":9,"temperature":{{temperature}},"stop":{{stop}},"seed":1234,"top_p":1.0}""");
        Assert.Equal(
            [(0, FakeContext.GreedyText("ab", 9)), (1, FakeContext.GreedyText("c", 9))],
            answer.GetProperty("choices").EnumerateArray().Select(choice => (choice.GetProperty("index").GetInt32(), choice.GetProperty("text").GetString()!)));
    }

    [Theory]
    [InlineData("max_tokens")]
    [InlineData("max_completion_tokens")]
    public async Task Chats_are_answered(string maxTokens)
    {
        await using TestServer server = await TestServer.StartAsync(new ServerOptions { ChatTemplate = ChatTemplate.Plain });
        JsonElement answer = await server.PostAsync(
            "/v1/chat/completions",
            $$"""{"messages":[{"role":"user","content":"Hi","type":"text"}],"model":"m","{{maxTokens}}":9,"temperature":0,"stop":["<|endoftext|>"],"seed":1234}""");
        JsonElement choice = Assert.Single(answer.GetProperty("choices").EnumerateArray());
        Assert.Equal((0, FakeContext.GreedyText("User: Hi\n\nAssistant:", 9)), (choice.GetProperty("index").GetInt32(), choice.GetProperty("message").GetProperty("content").GetString()));
    }

    [Fact]
    public async Task The_server_is_its_tokenizer()
    {
        await using TestServer server = await TestServer.StartAsync();
        JsonElement info = await server.GetAsync("/tokenizer_info");
        Assert.Equal(("<|endoftext|>", "<|endoftext|>"), (info.GetProperty("bos_token").GetString(), info.GetProperty("eos_token").GetString()));
        Assert.Equal(256, Assert.Single(await Tokens("<|endoftext|>")));
        Assert.Equal('<', (await Tokens("<|endoftext|> "))[0]);
        int[] tokens = await Tokens("größe");
        JsonElement back = await server.PostAsync("/detokenize", $$"""{"tokens":[{{string.Join(',', tokens)}}]}""");
        Assert.Equal("größe", back.GetProperty("prompt").GetString());

        async Task<int[]> Tokens(string text)
        {
            JsonElement answer = await server.PostAsync("/tokenize", $$"""{"prompt":"{{text}}","add_special_tokens":false}""");
            return [.. answer.GetProperty("tokens").EnumerateArray().Select(token => token.GetInt32())];
        }
    }
}
