using System.Buffers;
using System.Globalization;
using Microsoft.AspNetCore.Http;

namespace NGpt.Server.Http;

/// <summary>A request that is answered with an error object as OpenAI defines it.</summary>
internal sealed class ApiException(int status, string message, string type, string? code = null, string? field = null) : Exception(message)
{
    /// <summary>The message while the model is being loaded.</summary>
    public const string Loading = "Loading model";

    /// <summary>The HTTP status.</summary>
    public int Status => status;

    /// <summary>Seconds after which to retry; null where the client is not asked to.</summary>
    public int? RetryAfter { get; init; }

    /// <summary>The request is invalid.</summary>
    public static ApiException Invalid(string message, string? field = null, string? code = null) => new(400, message, "invalid_request_error", code, field);

    /// <summary>The server cannot answer now.</summary>
    public static ApiException Unavailable(string message) => new(503, message, "unavailable_error");

    /// <summary>The queue has no room for another request.</summary>
    public static ApiException QueueFull(int seconds) =>
        new(429, string.Create(CultureInfo.InvariantCulture, $"the queue is full: retry in {seconds} s"), "rate_limit_error", "queue_full") { RetryAfter = seconds };

    /// <summary>The server or its model failed.</summary>
    public static ApiException Failed(string message) => new(500, message, "server_error");

    /// <summary>The error for a status that the framework has set.</summary>
    public static ApiException Of(int status, string method, string path) => status switch
    {
        401 => new(401, "the API key is missing or wrong: send it as \"Authorization: Bearer KEY\"", "invalid_request_error", "invalid_api_key"),
        404 => new(404, $"there is no endpoint {method} {path}: GET /props and docs/server.md list the endpoints", "invalid_request_error", "not_found"),
        405 => new(405, $"{path} does not support {method}", "invalid_request_error", "method_not_allowed"),
        408 => new(408, "the request did not arrive in time", "invalid_request_error", "request_timeout"),
        413 => new(413, "the request body is too large", "invalid_request_error", "body_too_large"),
        415 => new(415, "the body must be JSON: send \"Content-Type: application/json\"", "invalid_request_error", "unsupported_media_type"),
        414 => new(414, "the request line is too long", "invalid_request_error", "uri_too_long"),
        431 => new(431, "the headers are too large", "invalid_request_error", "headers_too_large"),
        505 => new(505, "the HTTP version is not supported: send HTTP/1.1", "invalid_request_error", "http_version"),
        >= 500 => new(status, "the server failed; see its log", "server_error"),
        _ => new(status, "the request is malformed", "invalid_request_error"),
    };

    /// <summary>Writes the error object.</summary>
    public void Write(IBufferWriter<byte> output) => ApiJson.Write(output, ToResponse());

    /// <summary>Answers a request with the error, unless the answer has started.</summary>
    public async Task SendAsync(HttpContext http)
    {
        if (http.Response.HasStarted)
        {
            http.Abort();
            return;
        }

        // The headers that are already set stay: CORS and the allowed methods.
        http.Response.StatusCode = status;
        if (RetryAfter is int seconds)
        {
            http.Response.Headers.RetryAfter = seconds.ToString(CultureInfo.InvariantCulture);
        }

        if (status == 401)
        {
            http.Response.Headers.WWWAuthenticate = "Bearer";
        }

        // The body of llama.cpp's server, by which its clients recognize that the model is being loaded.
        await (status == 503
            ? ApiJson.SendAsync(http, status, new UnavailableResponse(new UnavailableError(status, Message, type)))
            : ApiJson.SendAsync(http, status, ToResponse()));
    }

    private ErrorResponse ToResponse() => new(new ApiError(Message, type, field, code));
}

/// <summary>The answer of a failed request.</summary>
internal sealed record ErrorResponse(ApiError Error);

/// <summary>OpenAI's error object.</summary>
internal sealed record ApiError(string Message, string Type, string? Param, string? Code);

/// <summary>The answer while the server is unavailable.</summary>
internal sealed record UnavailableResponse(UnavailableError Error);

/// <summary>llama.cpp's error object.</summary>
internal sealed record UnavailableError(int Code, string Message, string Type);
