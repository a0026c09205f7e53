namespace NGpt.Server.Http;

/// <summary>A request that is answered with an error object of OpenAI's form.</summary>
internal sealed class ApiException(int status, string message, string type, string? code = null, string? parameter = null) : Exception(message)
{
    /// <summary>What is said while the model is being loaded.</summary>
    public const string Loading = "Loading model";

    /// <summary>The HTTP status.</summary>
    public int Status => status;

    /// <summary>The field <c>type</c>.</summary>
    public string Type => type;

    /// <summary>The field <c>code</c>, or null.</summary>
    public string? Code => code;

    /// <summary>The field of the request that is wrong, or null: <c>param</c>.</summary>
    public string? Field => parameter;

    /// <summary>Seconds after which to try again, or null.</summary>
    public int? RetryAfter { get; init; }

    /// <summary>The request is wrong.</summary>
    public static ApiException Invalid(string message, string? field = null, string? code = null) => new(400, message, "invalid_request_error", code, field);

    /// <summary>The server cannot answer now.</summary>
    public static ApiException Unavailable(string message) => new(503, message, "unavailable_error");

    /// <summary>The error that belongs to a status that something else has set.</summary>
    public static ApiException Of(int status, string method, string path) => status switch
    {
        401 => new(401, "the API key is missing or wrong: send it as \"Authorization: Bearer KEY\"", "invalid_request_error", "invalid_api_key"),
        404 => new(404, $"there is no {method} {path}: GET /props and docs/server.md name what there is", "invalid_request_error", "not_found"),
        405 => new(405, $"{path} does not take {method}", "invalid_request_error", "method_not_allowed"),
        413 => new(413, "the body of the request is too large", "invalid_request_error", "body_too_large"),
        415 => new(415, "the body must be JSON: send \"Content-Type: application/json\"", "invalid_request_error", "unsupported_media_type"),
        >= 500 => new(status, "the server failed; its log says why", "server_error"),
        _ => new(status, "the request is malformed", "invalid_request_error"),
    };
}
