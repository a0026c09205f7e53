using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Http;
using NGpt.Core.Tokenizers;
using NGpt.Server.Scheduling;

namespace NGpt.Server.Http;

/// <summary>A choice of <c>/v1/completions</c>, whole or an event's part of it.</summary>
internal sealed record CompletionChoice(
    int Index,
    string Text,
    CompletionLogprobs? Logprobs,
    string? FinishReason,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? EndReason,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] IReadOnlyList<TokenDetail>? TokenDetails);

/// <summary>The field <c>logprobs</c> of a choice: lists with an entry per token.</summary>
internal sealed record CompletionLogprobs(
    IReadOnlyList<string> Tokens, IReadOnlyList<double?> TokenLogprobs, IReadOnlyList<Dictionary<string, double>?> TopLogprobs, IReadOnlyList<int> TextOffset);

/// <summary>The answer of <c>POST /v1/completions</c>.</summary>
internal sealed class CompletionResponse(HttpContext http, LoadedModel loaded, GenerationRequest request, DateTimeOffset now)
    : GenerationResponse<CompletionChoice, CompletionChoice>(http, loaded, request, "cmpl", now)
{
    private readonly TextOffset[] _offsets = [.. Enumerable.Range(0, request.SequenceCount).Select(_ => new TextOffset(loaded.Model.Tokenizer))];

    /// <inheritdoc/>
    protected override string ObjectName => "text_completion";

    /// <inheritdoc/>
    protected override string ChunkObjectName => ObjectName;

    /// <inheritdoc/>
    protected override bool HasInitialChunks => false;

    /// <inheritdoc/>
    protected override CompletionChoice CreateChunkChoice(ChoiceOutput output) => CreateChoice(output);

    /// <inheritdoc/>
    protected override CompletionChoice CreateChoice(ChoiceOutput output)
    {
        string echo = Request.Echo is { } texts && !output.HasStarted ? texts[output.Sequence / Request.Choices] : string.Empty;
        CompletionLogprobs? logprobs = Request.LogProbabilities is int top ? CreateLogprobs(output, top) : null;
        return new CompletionChoice(
            output.Index, echo + output.Text, logprobs, output.Result?.Reason.FinishReason(), output.Result?.Reason.Name(), TokenDetails(output));
    }

    private CompletionLogprobs CreateLogprobs(ChoiceOutput output, int top) => new(
        [.. output.Tokens.Select(token => TokenText.Name(Tokenizer, token.Chosen.Token))],
        [.. output.Tokens.Select(token => double.IsNaN(token.Chosen.LogProbability) ? (double?)null : token.Chosen.LogProbability)],
        [.. output.Tokens.Select(token => CreateTop(token, top))],
        [.. output.Tokens.Select(token => _offsets[output.Sequence].Advance(token.Chosen.Token))]);

    // The token itself is always included. Of tokens with the same name the most probable one counts.
    private Dictionary<string, double>? CreateTop(ScoredToken token, int top)
    {
        if (double.IsNaN(token.Chosen.LogProbability))
        {
            return null;
        }

        Dictionary<string, double> entries = new(StringComparer.Ordinal);
        foreach (TokenProbability entry in token.Top.Take(top).Append(token.Chosen))
        {
            entries.TryAdd(TokenText.Name(Tokenizer, entry.Token), entry.LogProbability);
        }

        return entries;
    }

    /// <summary>Where tokens begin, in characters (Unicode code points) from the start of the text.</summary>
    private sealed class TextOffset(ITokenizer tokenizer)
    {
        private readonly Utf8StreamDecoder _decoder = new();
        private int _offset;

        /// <summary>Moves past a token and returns where it begins. A character counts with the token that completes it.</summary>
        public int Advance(int token)
        {
            int start = _offset;
            _offset += _decoder.Append(TokenText.Bytes(tokenizer, token)).EnumerateRunes().Count();
            return start;
        }
    }
}
