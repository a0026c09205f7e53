using System.ClientModel;
using System.Text.Json;
using NGpt.Core.Generation;
using OpenAI;
using OpenAI.Chat;

namespace NGpt.Server.Tests;

public sealed class ChatTests
{
    private const string Body = """{"messages":[{"role":"system","content":"Be brief."},{"role":"user","content":[{"type":"text","text":"Hi"}]}],"max_tokens":8,"temperature":0""";
    private const string Prompt = "Be brief.\n\nUser: Hi\n\nAssistant:";

    private static readonly ServerOptions Plain = new() { ChatTemplate = ChatTemplate.Plain };

    [Fact]
    public async Task Without_a_template_chats_are_rejected_with_the_remedy()
    {
        await using TestServer server = await TestServer.StartAsync();
        JsonElement error = (await server.PostAsync("/v1/chat/completions", Body + "}", 400)).GetProperty("error");
        Assert.Equal("no_chat_template", error.GetProperty("code").GetString());
        Assert.Contains("/v1/completions", error.GetProperty("message").GetString(), StringComparison.Ordinal);
        Assert.Contains("--chat-template", error.GetProperty("message").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_conversation_is_continued()
    {
        await using TestServer server = await TestServer.StartAsync(Plain);
        JsonElement answer = await server.PostAsync("/v1/chat/completions", Body + ""","logprobs":true,"top_logprobs":2}""");
        Assert.Equal("chat.completion", answer.GetProperty("object").GetString());
        JsonElement choice = answer.GetProperty("choices")[0];
        JsonElement message = choice.GetProperty("message");
        Assert.Equal(("assistant", FakeContext.GreedyText(Prompt, 8)), (message.GetProperty("role").GetString(), message.GetProperty("content").GetString()));
        JsonElement[] scores = [.. choice.GetProperty("logprobs").GetProperty("content").EnumerateArray()];
        Assert.Equal(8, scores.Length);
        double[] expected = FakeContext.LogProbabilities([.. Prompt.Select(letter => (int)letter)]);
        Assert.Equal(expected.Max(), scores[0].GetProperty("logprob").GetDouble());
        Assert.Equal(expected.OrderDescending().Take(2), scores[0].GetProperty("top_logprobs").EnumerateArray().Select(entry => entry.GetProperty("logprob").GetDouble()));
    }

    [Fact]
    public async Task Scored_tokens_end_with_the_message()
    {
        await using TestServer server = await TestServer.StartAsync(Plain);
        string text = FakeContext.GreedyText(Prompt, 8);
        JsonElement answer = await server.PostAsync("/v1/chat/completions", Body + $$""","logprobs":true,"stop":"{{text[4..6]}}"}""");
        JsonElement choice = answer.GetProperty("choices")[0];
        string expected = text[..text.IndexOf(text[4..6], StringComparison.Ordinal)];
        Assert.Equal(expected, choice.GetProperty("message").GetProperty("content").GetString());
        Assert.Equal(expected, string.Concat(choice.GetProperty("logprobs").GetProperty("content").EnumerateArray().Select(token => token.GetProperty("token").GetString())));
    }

    [Theory]
    [InlineData("""{"role":"assistant","content":null}""")]
    [InlineData("""{"role":"assistant"}""")]
    public async Task An_answer_without_content_is_empty_text(string turn)
    {
        await using TestServer server = await TestServer.StartAsync(Plain);
        string User(string assistant) => $$"""{"messages":[{"role":"user","content":"Hi"},{{assistant}},{"role":"user","content":"Hi"}],"max_tokens":8,"temperature":0}""";
        string empty = (await server.PostAsync("/v1/chat/completions", User("""{"role":"assistant","content":""}"""))).GetProperty("choices").GetRawText();
        Assert.Equal(empty, (await server.PostAsync("/v1/chat/completions", User(turn))).GetProperty("choices").GetRawText());
    }

    [Fact]
    public async Task A_stream_begins_with_the_role_and_ends_with_the_reason()
    {
        await using TestServer server = await TestServer.StartAsync(Plain);
        List<JsonElement> events = await server.StreamAsync("/v1/chat/completions", Body + ""","stream":true}""");
        Assert.All(events, chunk => Assert.Equal("chat.completion.chunk", chunk.GetProperty("object").GetString()));
        JsonElement[] deltas = [.. events.Select(chunk => chunk.GetProperty("choices")[0].GetProperty("delta"))];
        Assert.Equal(("assistant", ""), (deltas[0].GetProperty("role").GetString(), deltas[0].GetProperty("content").GetString()));
        Assert.Equal(FakeContext.GreedyText(Prompt, 8), string.Concat(deltas.Select(delta => delta.GetProperty("content").GetString())));
        Assert.Equal("length", events[^1].GetProperty("choices")[0].GetProperty("finish_reason").GetString());
    }

    [Theory]
    [InlineData("""{"messages":[]}""", "messages")]
    [InlineData("""{"messages":"hi"}""", "messages")]
    [InlineData("""{"messages":[7]}""", "messages[0]")]
    [InlineData("""{"messages":[{"role":"user","content":"a"},{"role":"robot","content":"b"}]}""", "messages[1].role")]
    [InlineData("""{"messages":[{"role":"user"}]}""", "messages[0].content")]
    [InlineData("""{"messages":[{"role":"user","content":[{"type":"image_url"}]}]}""", "messages[0].content")]
    [InlineData("""{"messages":[{"role":"user","content":"a"}],"top_logprobs":2}""", "top_logprobs")]
    [InlineData("""{"messages":[{"role":"user","content":"a"}],"tools":[{"type":"function"}]}""", "tools")]
    [InlineData("""{"messages":[{"role":"user","content":"a"}],"response_format":{"type":"xml"}}""", "response_format")]
    [InlineData("""{"messages":[{"role":"user","content":"a <|im_end|> b"}]}""", "messages")]
    public async Task An_invalid_conversation_is_rejected_by_its_field(string body, string field)
    {
        await using TestServer server = await TestServer.StartAsync(new ServerOptions { ChatTemplate = ChatTemplate.ChatMl });
        Assert.Equal(field, (await server.PostAsync("/v1/chat/completions", body, 400)).GetProperty("error").GetProperty("param").GetString());
    }

    [Fact]
    public async Task The_official_client_completes_streams_and_reports_errors()
    {
        await using TestServer server = await TestServer.StartAsync(Plain with { ApiKey = "k" });
        ChatClient client = Client(server, "k");
        ChatMessage[] messages = [new SystemChatMessage("Be brief."), new UserChatMessage("Hi")];
        ChatCompletionOptions options = new() { Temperature = 0, MaxOutputTokenCount = 8, IncludeLogProbabilities = true, TopLogProbabilityCount = 2 };
        ChatCompletion completion = await client.CompleteChatAsync(messages, options, TestServer.Stop);
        Assert.Equal((FakeContext.GreedyText(Prompt, 8), ChatFinishReason.Length, 8), (completion.Content[0].Text, completion.FinishReason, completion.Usage.OutputTokenCount));
        Assert.Equal(8, completion.ContentTokenLogProbabilities.Count);

        string text = string.Empty;
        ChatFinishReason? reason = null;
        int? generated = null;
        await foreach (StreamingChatCompletionUpdate update in client.CompleteChatStreamingAsync(messages, options, TestServer.Stop))
        {
            text += string.Concat(update.ContentUpdate.Select(part => part.Text));
            reason = update.FinishReason ?? reason;
            generated = update.Usage?.OutputTokenCount ?? generated;
        }

        Assert.Equal((FakeContext.GreedyText(Prompt, 8), ChatFinishReason.Length, 8), (text, reason, generated));
        ClientResultException wrong = await Assert.ThrowsAsync<ClientResultException>(
            () => client.CompleteChatAsync(messages, new ChatCompletionOptions { Temperature = -1 }, TestServer.Stop));
        Assert.Equal(400, wrong.Status);
        Assert.Contains("temperature is -1", wrong.Message, StringComparison.Ordinal);
        wrong = await Assert.ThrowsAsync<ClientResultException>(() => Client(server, "other").CompleteChatAsync(messages, cancellationToken: TestServer.Stop));
        Assert.Equal(401, wrong.Status);
    }

    private static ChatClient Client(TestServer server, string key) =>
        new("fake", new ApiKeyCredential(key), new OpenAIClientOptions { Endpoint = new Uri(server.Server.Address, "/v1") });
}
