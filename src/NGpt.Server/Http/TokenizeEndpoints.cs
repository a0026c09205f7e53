using System.Buffers;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using NGpt.Core.Errors;
using NGpt.Core.Tokenizers;

namespace NGpt.Server.Http;

/// <summary>The endpoints of the tokenizer: <c>/tokenize</c>, <c>/detokenize</c> and <c>/tokenizer_info</c>.</summary>
internal sealed class TokenizeEndpoints(ServerState state)
{
    // A bound for what one answer holds in memory: longer texts are tokenized with the command line.
    private const int MaxTokens = 1 << 17;

    private const int TokensPerWrite = 1024;

    /// <summary>The tokens of a text, sent in pieces: an answer that is read slowly is not held as a whole.</summary>
    public async Task TokenizeAsync(HttpContext http)
    {
        ITokenizer tokenizer = state.RequireModel().Model.Tokenizer;
        int[] tokens;
        bool withPieces;
        using (RequestBody body = await RequestBody.ReadAsync(http, state.Bodies))
        {
            (tokens, withPieces) = Read(new JsonFields(body.Root), tokenizer);
        }

        using CancellationTokenSource limit = new(state.Options.TransferTimeout, state.Time);
        using CancellationTokenSource either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, http.RequestAborted);
        http.Response.ContentType = ApiJson.ContentType;
        ArrayBufferWriter<byte> buffer = new(TokensPerWrite * 8);
        using Utf8JsonWriter json = ApiJson.CreateWriter(buffer);
        json.WriteStartObject();
        json.WriteStartArray("tokens");
        for (int i = 0; i < tokens.Length; i++)
        {
            Write(json, tokenizer, tokens[i], withPieces);
            if ((i + 1) % TokensPerWrite == 0)
            {
                await SendAsync();
            }
        }

        json.WriteEndArray();
        json.WriteEndObject();
        await SendAsync();

        async Task SendAsync()
        {
            json.Flush();
            await http.Response.Body.WriteAsync(buffer.WrittenMemory, either.Token);
            buffer.ResetWrittenCount();
        }
    }

    /// <summary>The text of tokens.</summary>
    public async Task DetokenizeAsync(HttpContext http)
    {
        ITokenizer tokenizer = state.RequireModel().Model.Tokenizer;
        string text;
        using (RequestBody body = await RequestBody.ReadAsync(http, state.Bodies))
        {
            JsonFields fields = new(body.Root);
            int[]? tokens = null;
            if (!fields.TryGet("tokens", out JsonElement list) || list.ValueKind != JsonValueKind.Array)
            {
                fields.Reject("tokens", "must be a list of token ids");
            }
            else if (list.GetArrayLength() > MaxTokens)
            {
                fields.Reject("tokens", $"has {list.GetArrayLength()} ids; at most {MaxTokens} are allowed in a request");
            }
            else
            {
                tokens = fields.Tokens("tokens", list, tokenizer.VocabularySize);
            }

            fields.ThrowIfInvalid();
            text = tokenizer.Decode(tokens!);
        }

        await ApiJson.SendAsync(http, StatusCodes.Status200OK, new DetokenizeResponse(text, text));
    }

    /// <summary>The names of special tokens.</summary>
    public Task InfoAsync(HttpContext http) => ApiJson.SendAsync(http, StatusCodes.Status200OK, TokenizerInfo.Of(state.RequireModel().Model.Tokenizer));

    private static (int[] Tokens, bool WithPieces) Read(JsonFields fields, ITokenizer tokenizer)
    {
        // Clients of vLLM, lm-evaluation-harness among them, call it prompt.
        string name = fields.TryGet("content", out _) ? "content" : "prompt";
        if (!fields.TryGet(name, out _))
        {
            fields.Reject("content", "is missing");
        }

        string content = fields.String(name) ?? string.Empty;
        bool withPieces = fields.Boolean("with_pieces") ?? false;
        int[]? tokens = [];
        try
        {
            tokens = name == "prompt" && content == TokenizerInfo.Of(tokenizer).EosToken ? [tokenizer.EndOfText!.Value] : tokenizer.EncodeAtMost(content, MaxTokens);
        }
        catch (UsageException error)
        {
            fields.Reject(name, $"cannot be encoded with the model's vocabulary: {error.Message}");
        }

        if (tokens is null)
        {
            fields.Reject(name, $"has more than {MaxTokens} tokens, which is the most that a request can ask for: tokenize it in parts, or with ngpt tokenizer encode");
        }

        fields.ThrowIfInvalid();
        return (tokens!, withPieces);
    }

    private static void Write(Utf8JsonWriter json, ITokenizer tokenizer, int token, bool withPiece)
    {
        if (!withPiece)
        {
            json.WriteNumberValue(token);
            return;
        }

        json.WriteStartObject();
        json.WriteNumber("id", token);
        json.WriteString("piece", TokenText.Name(tokenizer, token));
        json.WriteEndObject();
    }
}

/// <summary>The answer of <c>POST /detokenize</c>: the text under the names of llama.cpp and of vLLM.</summary>
internal sealed record DetokenizeResponse(string Content, string Prompt);

/// <summary>
/// The answer of <c>GET /tokenizer_info</c>, by which clients of vLLM learn the names of special tokens. They ask
/// <c>POST /tokenize</c> for the id of such a name.
/// </summary>
internal sealed record TokenizerInfo(string? BosToken, string? EosToken)
{
    /// <summary>The names of a tokenizer: one token stands before documents and ends them.</summary>
    public static TokenizerInfo Of(ITokenizer tokenizer)
    {
        string? name = tokenizer.EndOfText is int token ? TokenText.Name(tokenizer, token) : null;
        return new TokenizerInfo(name, name);
    }
}
