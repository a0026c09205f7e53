using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using NGpt.Core.Errors;
using NGpt.Core.Tokenizers;
using NGpt.Server.Metrics;
using NGpt.Server.Security;

namespace NGpt.Server.Http;

/// <summary>The server's interface.</summary>
internal static class ApiEndpoints
{
    /// <summary>Adds the endpoints.</summary>
    public static void MapApi(this IEndpointRouteBuilder routes, ServerState state, PrometheusText metrics)
    {
        routes.MapGet("/health", http => Health(http, state)).WithMetadata(NoKeyNeeded.Instance);
        routes.MapGet("/metrics", http => Metrics(http, metrics));
        routes.MapGet("/v1/models", http => JsonAnswer.SendAsync(http, StatusCodes.Status200OK, json => ModelFacts.WriteList(json, state.RequireModel())));
        routes.MapGet("/props", http => JsonAnswer.SendAsync(http, StatusCodes.Status200OK, json => ModelFacts.WriteProperties(json, state.RequireModel(), state.Options)));
        routes.MapPost("/v1/completions", http => Completions(http, state));
        routes.MapPost("/v1/chat/completions", http => Chat(http, state));
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
        return JsonAnswer.SendAsync(http, StatusCodes.Status200OK, json =>
        {
            json.WriteStartObject();
            json.WriteString("status", "ok");
            json.WriteEndObject();
        });
    }

    private static async Task Metrics(HttpContext http, PrometheusText metrics)
    {
        http.Response.ContentType = "text/plain; version=0.0.4; charset=utf-8";
        await http.Response.Body.WriteAsync(Encoding.UTF8.GetBytes(metrics.Write()), http.RequestAborted);
    }

    private static async Task Completions(HttpContext http, ServerState state)
    {
        LoadedModel loaded = state.RequireModel();
        using JsonDocument body = await RequestBody.ReadAsync(http);
        TextRequest request = CompletionRequest.Read(body.RootElement, loaded, state.Options);
        await TextAnswer.SendAsync(http, loaded, request, new CompletionShape(request, loaded, state.Time.GetUtcNow()));
    }

    private static async Task Chat(HttpContext http, ServerState state)
    {
        LoadedModel loaded = state.RequireModel();
        using JsonDocument body = await RequestBody.ReadAsync(http);
        TextRequest request = ChatRequest.Read(body.RootElement, loaded, state.Options);
        await TextAnswer.SendAsync(http, loaded, request, new ChatShape(request, loaded, state.Time.GetUtcNow()));
    }

    private static async Task Tokenize(HttpContext http, ServerState state)
    {
        ITokenizer tokenizer = state.RequireModel().Model.Tokenizer;
        using JsonDocument body = await RequestBody.ReadAsync(http);
        JsonFields fields = new(body.RootElement);
        string content = fields.Text("content") ?? string.Empty;
        bool withPieces = fields.Flag("with_pieces");
        int[] tokens = [];
        try
        {
            tokens = tokenizer.Encode(content);
        }
        catch (UsageException problem)
        {
            fields.Refuse("content", $"cannot be written with the model's vocabulary: {problem.Message}");
        }

        if (!fields.TryGet("content", out _))
        {
            fields.Refuse("content", "is missing");
        }

        fields.ThrowIfInvalid();
        await JsonAnswer.SendAsync(http, StatusCodes.Status200OK, json => WriteTokens(json, tokenizer, tokens, withPieces));
    }

    private static void WriteTokens(Utf8JsonWriter json, ITokenizer tokenizer, int[] tokens, bool withPieces)
    {
        json.WriteStartObject();
        json.WriteStartArray("tokens");
        foreach (int token in tokens)
        {
            if (!withPieces)
            {
                json.WriteNumberValue(token);
                continue;
            }

            json.WriteStartObject();
            json.WriteNumber("id", token);
            json.WriteString("piece", TokenText.Name(tokenizer, token));
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static async Task Detokenize(HttpContext http, ServerState state)
    {
        ITokenizer tokenizer = state.RequireModel().Model.Tokenizer;
        using JsonDocument body = await RequestBody.ReadAsync(http);
        JsonFields fields = new(body.RootElement);
        List<int> tokens = [];
        if (!fields.TryGet("tokens", out JsonElement list) || list.ValueKind != JsonValueKind.Array)
        {
            fields.Refuse("tokens", "must be a list of token ids");
        }
        else
        {
            foreach (JsonElement element in list.EnumerateArray())
            {
                if (element.ValueKind != JsonValueKind.Number || !element.TryGetInt32(out int token) || token < 0 || token >= tokenizer.VocabularySize)
                {
                    fields.Refuse($"tokens[{tokens.Count}]", $"is no token: ids go from 0 to {tokenizer.VocabularySize - 1}");
                    break;
                }

                tokens.Add(token);
            }
        }

        fields.ThrowIfInvalid();
        await JsonAnswer.SendAsync(http, StatusCodes.Status200OK, json =>
        {
            json.WriteStartObject();
            json.WriteString("content", tokenizer.Decode([.. tokens]));
            json.WriteEndObject();
        });
    }
}
