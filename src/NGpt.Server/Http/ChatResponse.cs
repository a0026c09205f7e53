using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Http;
using NGpt.Server.Scheduling;

namespace NGpt.Server.Http;

/// <summary>A choice of <c>/v1/chat/completions</c>.</summary>
internal sealed record ChatChoice(
    int Index,
    ChatMessage Message,
    ChatLogprobs? Logprobs,
    string? FinishReason,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? EndReason,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] IReadOnlyList<TokenDetail>? TokenDetails);

/// <summary>New output of a choice in an event.</summary>
internal sealed record ChatChunkChoice(
    int Index,
    ChatDelta Delta,
    ChatLogprobs? Logprobs,
    string? FinishReason,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? EndReason,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] IReadOnlyList<TokenDetail>? TokenDetails);

/// <summary>The whole message of the assistant.</summary>
internal sealed record ChatMessage(string Role, string Content, string? Refusal);

/// <summary>A piece of the message; the first has the role.</summary>
internal sealed record ChatDelta(
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Role,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Content);

/// <summary>The field <c>logprobs</c> of a choice.</summary>
internal sealed record ChatLogprobs(IReadOnlyList<ChatToken> Content, string? Refusal);

/// <summary>A token with its alternatives, which alternatives themselves do not have.</summary>
internal sealed record ChatToken(
    string Token,
    double Logprob,
    IReadOnlyList<int> Bytes,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] IReadOnlyList<ChatToken>? TopLogprobs);

/// <summary>The answer of <c>POST /v1/chat/completions</c>.</summary>
internal sealed class ChatResponse(HttpContext http, LoadedModel loaded, GenerationRequest request, DateTimeOffset now)
    : GenerationResponse<ChatChoice, ChatChunkChoice>(http, loaded, request, "chatcmpl", now)
{
    private const string Role = "assistant";

    /// <inheritdoc/>
    protected override string ObjectName => "chat.completion";

    /// <inheritdoc/>
    protected override string ChunkObjectName => "chat.completion.chunk";

    /// <inheritdoc/>
    protected override bool HasInitialChunks => true;

    /// <inheritdoc/>
    protected override ChatChoice CreateChoice(ChoiceOutput output) => new(
        output.Index,
        new ChatMessage(Role, output.Text.ToString(), Refusal: null),
        CreateLogprobs(output),
        output.Result?.Reason.FinishReason(),
        output.Result?.Reason.Name(),
        TokenDetails(output));

    /// <inheritdoc/>
    protected override ChatChunkChoice CreateChunkChoice(ChoiceOutput output) => new(
        output.Index,
        new ChatDelta(output.HasStarted ? null : Role, output.HasStarted && output.Text.Length == 0 ? null : output.Text.ToString()),
        CreateLogprobs(output),
        output.Result?.Reason.FinishReason(),
        output.Result?.Reason.Name(),
        TokenDetails(output));

    private ChatLogprobs? CreateLogprobs(ChoiceOutput output) => Request.LogProbabilities is int top
        ? new ChatLogprobs(
            [.. output.Tokens.Select(token => CreateToken(token.Chosen, [.. token.Top.Take(top).Select(alternative => CreateToken(alternative, alternatives: null))]))],
            Refusal: null)
        : null;

    private ChatToken CreateToken(TokenProbability token, IReadOnlyList<ChatToken>? alternatives) =>
        new(TokenText.Name(Tokenizer, token.Token), token.LogProbability, TokenText.ByteValues(Tokenizer, token.Token), alternatives);
}
