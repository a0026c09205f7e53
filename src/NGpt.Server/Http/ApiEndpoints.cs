using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using NGpt.Core.Errors;
using NGpt.Core.Tokenizers;
using NGpt.Server.Metrics;

namespace NGpt.Server.Http;

/// <summary>The endpoints of the API.</summary>
internal static class ApiEndpoints
{
    /// <summary>Adds the endpoints.</summary>
    public static void MapApi(this IEndpointRouteBuilder routes, ServerState state, PrometheusText metrics)
    {
        routes.MapGet("/health", http => Health(http, state)).AllowAnonymous();
        routes.MapGet("/metrics", http => Metrics(http, metrics));
        routes.MapGet("/v1/models", http => ApiJson.SendAsync(http, StatusCodes.Status200OK, ModelList.Of(state.RequireModel())));
        routes.MapGet("/props", http => ApiJson.SendAsync(http, StatusCodes.Status200OK, ServerProperties.Of(state.RequireModel(), state.Options)));
        routes.MapPost("/v1/completions", http => Completions(http, state));
        routes.MapPost("/v1/chat/completions", http => Chat(http, state));
        routes.MapGet("/tokenizer_info", http => ApiJson.SendAsync(http, StatusCodes.Status200OK, TokenizerInfo.Of(state.RequireModel().Model.Tokenizer)));
        routes.MapPost("/tokenize", http => Tokenize(http, state));
        routes.MapPost("/detokenize", http => Detokenize(http, state));
    }

    private static Task Health(HttpContext http, ServerState state)
    {
        if (state.IsStopping)
        {
            throw ApiException.Unavailable("the server is shutting down");
        }

        _ = state.RequireModel();
        return ApiJson.SendAsync(http, StatusCodes.Status200OK, new HealthResponse("ok"));
    }

    private static async Task Metrics(HttpContext http, PrometheusText metrics)
    {
        http.Response.ContentType = "text/plain; version=0.0.4; charset=utf-8";
        await http.Response.Body.WriteAsync(Encoding.UTF8.GetBytes(metrics.Write()), http.RequestAborted);
    }

    private static async Task Completions(HttpContext http, ServerState state)
    {
        LoadedModel loaded = state.RequireModel();
        using JsonDocument body = await JsonFields.ReadBodyAsync(http);
        await new CompletionResponse(http, loaded, CompletionRequest.Read(body.RootElement, loaded, state.Options), state.Time.GetUtcNow()).SendAsync();
    }

    private static async Task Chat(HttpContext http, ServerState state)
    {
        LoadedModel loaded = state.RequireModel();
        using JsonDocument body = await JsonFields.ReadBodyAsync(http);
        await new ChatResponse(http, loaded, ChatRequest.Read(body.RootElement, loaded, state.Options), state.Time.GetUtcNow()).SendAsync();
    }

    private static async Task Tokenize(HttpContext http, ServerState state)
    {
        ITokenizer tokenizer = state.RequireModel().Model.Tokenizer;
        using JsonDocument body = await JsonFields.ReadBodyAsync(http);
        JsonFields fields = new(body.RootElement);
        // Clients of vLLM, lm-evaluation-harness among them, call it prompt.
        string name = fields.TryGet("content", out _) ? "content" : "prompt";
        string content = fields.String(name) ?? string.Empty;
        bool withPieces = fields.Boolean("with_pieces") ?? false;
        int[] tokens = [];
        try
        {
            tokens = name == "prompt" && content == TokenizerInfo.Of(tokenizer).EosToken ? [tokenizer.EndOfText!.Value] : tokenizer.Encode(content);
        }
        catch (UsageException error)
        {
            fields.Reject(name, $"cannot be encoded with the model's vocabulary: {error.Message}");
        }

        if (!fields.TryGet(name, out _))
        {
            fields.Reject("content", "is missing");
        }

        fields.ThrowIfInvalid();
        await (withPieces
            ? ApiJson.SendAsync(http, StatusCodes.Status200OK, new TokenizePiecesResponse([.. tokens.Select(token => new TokenPiece(token, TokenText.Name(tokenizer, token)))]))
            : ApiJson.SendAsync(http, StatusCodes.Status200OK, new TokenizeResponse(tokens)));
    }

    private static async Task Detokenize(HttpContext http, ServerState state)
    {
        ITokenizer tokenizer = state.RequireModel().Model.Tokenizer;
        using JsonDocument body = await JsonFields.ReadBodyAsync(http);
        JsonFields fields = new(body.RootElement);
        int[]? tokens = null;
        if (fields.TryGet("tokens", out JsonElement list) && list.ValueKind == JsonValueKind.Array)
        {
            tokens = fields.Tokens("tokens", list, tokenizer.VocabularySize);
        }
        else
        {
            fields.Reject("tokens", "must be a list of token ids");
        }

        fields.ThrowIfInvalid();
        string text = tokenizer.Decode(tokens!);
        await ApiJson.SendAsync(http, StatusCodes.Status200OK, new DetokenizeResponse(text, text));
    }
}

/// <summary>The answer of <c>GET /health</c>.</summary>
internal sealed record HealthResponse(string Status);

/// <summary>The answer of <c>POST /tokenize</c>.</summary>
internal sealed record TokenizeResponse(IReadOnlyList<int> Tokens);

/// <summary>The answer of <c>POST /tokenize</c> with <c>with_pieces</c>.</summary>
internal sealed record TokenizePiecesResponse(IReadOnlyList<TokenPiece> Tokens);

/// <summary>A token with its text.</summary>
internal sealed record TokenPiece(int Id, string Piece);

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
