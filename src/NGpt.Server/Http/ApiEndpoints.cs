using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using NGpt.Server.Metrics;
using NGpt.Server.Scheduling;

namespace NGpt.Server.Http;

/// <summary>The endpoints of the API.</summary>
internal static class ApiEndpoints
{
    private static readonly string[] Reading = [HttpMethods.Get, HttpMethods.Head];

    /// <summary>Adds the endpoints.</summary>
    public static void MapApi(this IEndpointRouteBuilder routes, ServerState state, PrometheusText metrics)
    {
        TokenizeEndpoints tokenize = new(state);
        routes.MapMethods("/health", Reading, http => Health(http, state)).AllowAnonymous();
        routes.MapMethods("/v1/health", Reading, http => Health(http, state)).AllowAnonymous();
        routes.MapMethods("/metrics", Reading, http => Metrics(http, metrics));
        routes.MapMethods("/v1/models", Reading, http => ApiJson.SendAsync(http, StatusCodes.Status200OK, ModelList.Of(state.RequireModel())));
        routes.MapMethods("/v1/models/{**id}", Reading, http => Model(http, state));
        routes.MapMethods("/props", Reading, http => ApiJson.SendAsync(http, StatusCodes.Status200OK, ServerProperties.Of(state.RequireModel(), state.Options)));
        routes.MapMethods("/tokenizer_info", Reading, tokenize.InfoAsync);
        routes.MapPost("/v1/completions", http => Completions(http, state));
        routes.MapPost("/v1/chat/completions", http => Chat(http, state));
        routes.MapPost("/tokenize", tokenize.TokenizeAsync);
        routes.MapPost("/detokenize", tokenize.DetokenizeAsync);
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

    private static Task Model(HttpContext http, ServerState state)
    {
        ModelEntry model = ModelList.Of(state.RequireModel()).Data[0];
        string id = (string)http.Request.RouteValues["id"]!;
        return id == model.Id
            ? ApiJson.SendAsync(http, StatusCodes.Status200OK, model)
            : throw new ApiException(StatusCodes.Status404NotFound, $"there is no model {id}: this server has {model.Id}", "invalid_request_error", "model_not_found", "model");
    }

    private static async Task Completions(HttpContext http, ServerState state)
    {
        LoadedModel loaded = RequireRoom(state);
        GenerationRequest request;
        using (RequestBody body = await RequestBody.ReadAsync(http, state.Bodies))
        {
            request = CompletionRequest.Read(body.Root, loaded, state.Options);
        }

        await new CompletionResponse(http, loaded, request, state.Time.GetUtcNow()).SendAsync();
    }

    private static async Task Chat(HttpContext http, ServerState state)
    {
        LoadedModel loaded = RequireRoom(state);
        GenerationRequest request;
        using (RequestBody body = await RequestBody.ReadAsync(http, state.Bodies))
        {
            request = ChatRequest.Read(body.Root, loaded, state.Options);
        }

        await new ChatResponse(http, loaded, request, state.Time.GetUtcNow()).SendAsync();
    }

    // Before the body is read: refusing costs next to nothing.
    private static LoadedModel RequireRoom(ServerState state)
    {
        LoadedModel loaded = state.RequireModel();
        return loaded.Scheduler.IsQueueFull ? throw ApiException.QueueFull(loaded.Scheduler.RetryAfterSeconds) : loaded;
    }
}

/// <summary>The answer of <c>GET /health</c>.</summary>
internal sealed record HealthResponse(string Status);
