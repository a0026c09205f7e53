using Microsoft.Extensions.AI;
using NGpt.Core.Errors;
using NGpt.Core.Generation;
using NGpt.Core.Sampling;
using NGpt.Runtime.Generation;
using NGpt.Runtime.Models;

namespace NGpt.Extensions.AI.Tests;

public sealed class RuntimeChatClientTests : IDisposable
{
    private static readonly ChatOptions Greedy = new() { Temperature = 0, MaxOutputTokens = 12 };

    private readonly TemporaryFolder _folder = new();
    private readonly RuntimeModel _model;
    private readonly RuntimeChatClient _client;

    public RuntimeChatClientTests()
    {
        _model = RuntimeModel.Load(RandomModel.Write(_folder.File("model")));
        _client = new RuntimeChatClient(_model, ChatTemplate.Plain);
    }

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        _client.Dispose();
        _model.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task An_answer_continues_the_conversation()
    {
        ChatResponse response = await _client.GetResponseAsync(
            [new ChatMessage(ChatRole.User, "Hi")], new ChatOptions { Temperature = 0, MaxOutputTokens = 12, Instructions = "Be brief." }, Stop);
        GenerationResult expected = Expected("Be brief.\n\nUser: Hi\n\nAssistant:");
        Assert.Equal((expected.Text, ChatRole.Assistant), (response.Text, response.Messages[0].Role));
        Assert.Equal((ChatFinishReason.Length, "model"), (response.FinishReason, response.ModelId));
        Assert.Equal((31L, 12L, 43L), (response.Usage!.InputTokenCount, response.Usage.OutputTokenCount, response.Usage.TotalTokenCount));
    }

    [Fact]
    public async Task A_stream_is_the_same_answer_in_pieces()
    {
        List<ChatResponseUpdate> updates = [];
        await foreach (ChatResponseUpdate update in _client.GetStreamingResponseAsync([new ChatMessage(ChatRole.User, "Hi")], Greedy, Stop))
        {
            updates.Add(update);
        }

        ChatResponse whole = updates.ToChatResponse();
        Assert.Equal(Expected("User: Hi\n\nAssistant:").Text, whole.Text);
        Assert.Equal((ChatFinishReason.Length, 12L), (whole.FinishReason, whole.Usage!.OutputTokenCount));
    }

    [Fact]
    public async Task A_conversation_longer_than_the_context_is_rejected_and_one_that_grows_beyond_it_says_so()
    {
        using TextGenerator generator = new(_model);
        string longest = new('a', generator.ContextLength - "User: \n\nAssistant:".Length);
        UsageException failure = await Assert.ThrowsAsync<UsageException>(() => _client.GetResponseAsync([new ChatMessage(ChatRole.User, longest + "a")], Greedy, Stop));
        Assert.Equal($"the conversation has {generator.ContextLength + 1} tokens, the context length is {generator.ContextLength}", failure.Message);
        ChatResponse response = await _client.GetResponseAsync([new ChatMessage(ChatRole.User, longest)], Greedy, Stop);
        Assert.Equal(generator.ContextLength - (generator.ContextLength / 2) + 1, response.Usage!.AdditionalCounts!["discarded_tokens"]);
        Assert.Null((await _client.GetResponseAsync([new ChatMessage(ChatRole.User, "Hi")], new ChatOptions { MaxOutputTokens = 1 }, Stop)).Usage!.AdditionalCounts);
    }

    [Fact]
    public async Task Options_change_the_text()
    {
        ChatMessage[] messages = [new(ChatRole.User, "Hi")];
        ChatOptions seeded = new() { Temperature = 1.5f, TopP = 0.9f, TopK = 50, Seed = 11, MaxOutputTokens = 20, FrequencyPenalty = 0.5f, PresencePenalty = 0.25f };
        seeded.AdditionalProperties = new() { ["min_p"] = 0.2, ["repeat_penalty"] = 1.25, ["repeat_last_n"] = 5, ["ignore_eos"] = true };
        using TextGenerator generator = new(_model);
        SamplingOptions same = new()
        {
            Temperature = 1.5,
            TopP = 0.9,
            TopK = 50,
            Seed = 11,
            MaxTokens = 20,
            FrequencyPenalty = 0.5,
            PresencePenalty = 0.25,
            MinP = 0.2,
            RepeatPenalty = 1.25,
            RepeatLastN = 5,
            IgnoreEndOfText = true,
            StopStrings = ChatTemplate.Plain.Stops,
        };
        Assert.Equal(generator.Generate("User: Hi\n\nAssistant:", same, stop: Stop).Text, (await _client.GetResponseAsync(messages, seeded, Stop)).Text);

        string text = Expected("User: Hi\n\nAssistant:").Text;
        ChatResponse stopped = await _client.GetResponseAsync(messages, new ChatOptions { Temperature = 0, MaxOutputTokens = 12, StopSequences = [text[4..6]] }, Stop);
        Assert.Equal((text[..text.IndexOf(text[4..6], StringComparison.Ordinal)], ChatFinishReason.Stop), (stopped.Text, stopped.FinishReason));
    }

    [Fact]
    public async Task Unsupported_or_invalid_options_are_rejected()
    {
        ChatMessage[] messages = [new(ChatRole.User, "Hi")];
        await Assert.ThrowsAsync<UsageException>(() => _client.GetResponseAsync(messages, new ChatOptions { Temperature = -1 }, Stop));
        await Assert.ThrowsAsync<UsageException>(() => _client.GetResponseAsync(messages, new ChatOptions { AdditionalProperties = new() { ["min_p"] = 2 } }, Stop));
        await Assert.ThrowsAsync<UsageException>(() => _client.GetResponseAsync(messages, new ChatOptions { AdditionalProperties = new() { ["min_p"] = "x" } }, Stop));
        await Assert.ThrowsAsync<UsageException>(() => _client.GetResponseAsync(messages, new ChatOptions { ResponseFormat = ChatResponseFormat.Json }, Stop));
        await Assert.ThrowsAsync<UsageException>(() => _client.GetResponseAsync([new ChatMessage(ChatRole.User, [new DataContent(new byte[] { 1 }, "image/png")])], null, Stop));
        await Assert.ThrowsAsync<UsageException>(() => _client.GetResponseAsync([new ChatMessage(ChatRole.Tool, "x")], null, Stop));
        await Assert.ThrowsAsync<UsageException>(() => _client.GetResponseAsync([], null, Stop));
    }

    [Fact]
    public async Task An_abandoned_stream_frees_the_model_for_the_next_request()
    {
        ChatMessage[] messages = [new(ChatRole.User, "Hi")];
        await foreach (ChatResponseUpdate _ in _client.GetStreamingResponseAsync(messages, new ChatOptions { Temperature = 0, MaxOutputTokens = 1_000_000 }, Stop))
        {
            break;
        }

        using CancellationTokenSource cancelled = new();
        await cancelled.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => _client.GetResponseAsync(messages, Greedy, cancelled.Token));
        Assert.Equal(Expected("User: Hi\n\nAssistant:").Text, (await _client.GetResponseAsync(messages, Greedy, Stop)).Text);
    }

    [Fact]
    public async Task Disposing_cancels_the_active_generation_and_waits_for_it()
    {
        ChatMessage[] messages = [new(ChatRole.User, "Hi")];
        ChatOptions endless = new() { Temperature = 0, MaxOutputTokens = int.MaxValue };
        await using IAsyncEnumerator<ChatResponseUpdate> writing = _client.GetStreamingResponseAsync(messages, endless, Stop).GetAsyncEnumerator(Stop);
        Assert.True(await writing.MoveNextAsync());
        Task<ChatResponse> waiting = _client.GetResponseAsync(messages, Greedy, Stop);
        _client.Dispose();
        await Assert.ThrowsAsync<ObjectDisposedException>(() => waiting);
        await Assert.ThrowsAsync<ObjectDisposedException>(async () =>
        {
            while (await writing.MoveNextAsync())
            {
            }
        });
        await Assert.ThrowsAsync<ObjectDisposedException>(() => _client.GetResponseAsync(messages, Greedy, Stop));
    }

    [Fact]
    public void Services_are_found_by_type()
    {
        ChatClientMetadata metadata = (ChatClientMetadata)_client.GetService(typeof(ChatClientMetadata))!;
        Assert.Equal(("ngpt", "model"), (metadata.ProviderName, metadata.DefaultModelId));
        Assert.Same(_model, _client.GetService(typeof(RuntimeModel)));
        Assert.Same(_client, _client.GetService(typeof(IChatClient)));
        Assert.Null(_client.GetService(typeof(string)));
    }

    private GenerationResult Expected(string prompt)
    {
        using TextGenerator generator = new(_model);
        return generator.Generate(prompt, new SamplingOptions { Temperature = 0, MaxTokens = 12, StopStrings = ChatTemplate.Plain.Stops });
    }
}
