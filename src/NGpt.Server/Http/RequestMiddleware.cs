using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace NGpt.Server.Http;

/// <summary>
/// What every request passes through: the checks of its Host header and its key, and, on the way back, an error object for
/// every failure.
/// </summary>
internal sealed partial class RequestMiddleware(ServerState state, ILogger logger)
{
    private readonly bool _checksHost = HostNames.IsLocal(state.Options.Host);
    private readonly ApiKey? _key = state.Options.ApiKey is string key ? new ApiKey(key) : null;

    /// <summary>The outer part, before routing.</summary>
    public async Task HandleAsync(HttpContext http, RequestDelegate next)
    {
        DateTimeOffset began = state.Time.GetUtcNow();
        long start = state.Time.GetTimestamp();
        await AnswerAsync(http, next);
        state.Options.RequestLog?.Invoke(new RequestLogEntry(
            began,
            http.Connection.RemoteIpAddress?.ToString() ?? string.Empty,
            http.Request.Method,
            http.Request.Path.ToUriComponent(),
            http.Response.StatusCode,
            state.Time.GetElapsedTime(start))
        {
            IsAborted = http.RequestAborted.IsCancellationRequested,
            PromptTokens = http.Features.Get<Usage>()?.PromptTokens,
            GeneratedTokens = http.Features.Get<Usage>()?.CompletionTokens,
        });
    }

    private async Task AnswerAsync(HttpContext http, RequestDelegate next)
    {
        http.Response.Headers.XContentTypeOptions = "nosniff";
        try
        {
            CheckHost(http.Request.Host.Host);
            await next(http);
            if (http.Response is { StatusCode: >= 400, HasStarted: false, ContentLength: null, ContentType: null })
            {
                throw ApiException.Of(http.Response.StatusCode, http.Request.Method, http.Request.Path);
            }
        }
        catch (ApiException error)
        {
            await RejectAsync(http, error);
        }
        catch (BadHttpRequestException error)
        {
            await RejectAsync(http, ApiException.Of(error.StatusCode, http.Request.Method, http.Request.Path));
        }
        catch (Exception disconnected) when (disconnected is IOException or OperationCanceledException || http.RequestAborted.IsCancellationRequested)
        {
            // The client disconnected. A connection that is reset fails before the request counts as aborted.
            http.Abort();
        }
        catch (Exception failure)
        {
            LogFailure(failure, http.Request.Method, http.Request.Path);
            await RejectAsync(http, ApiException.Of(StatusCodes.Status500InternalServerError, http.Request.Method, http.Request.Path));
        }
    }

    /// <summary>The inner part, after routing: the endpoint says whether it needs the key.</summary>
    public Task AuthorizeAsync(HttpContext http, RequestDelegate next) =>
        _key is null || http.GetEndpoint()?.Metadata.GetMetadata<IAllowAnonymous>() is not null || _key.IsSentBy(http)
            ? next(http)
            : throw ApiException.Of(StatusCodes.Status401Unauthorized, http.Request.Method, http.Request.Path);

    // A web page elsewhere can point a host name of its own at 127.0.0.1 and would then count as the server's own page (DNS
    // rebinding); the Host header gives it away. A server that listens on the network is called by names not known here.
    private void CheckHost(string host)
    {
        if (_checksHost && !HostNames.IsLocal(host) && !state.Options.AllowedHosts.Contains(host, StringComparer.OrdinalIgnoreCase))
        {
            throw ApiException.Invalid($"the host name {host} is not allowed: use 127.0.0.1 or localhost, or allow it with --allow-host", code: "unknown_host");
        }
    }

    private async Task RejectAsync(HttpContext http, ApiException error)
    {
        state.Metrics.Rejected(error.Status);
        try
        {
            if (error.Status == StatusCodes.Status429TooManyRequests)
            {
                // A client that retries at once would else keep the processor from the model.
                await Task.Delay(state.Options.RefusalDelay, http.RequestAborted);
            }

            await error.SendAsync(http);
        }
        catch (Exception failure) when (failure is OperationCanceledException or IOException)
        {
            // The client disconnected before it received the error.
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "{Method} {Path} failed.")]
    private partial void LogFailure(Exception failure, string method, string path);

    /// <summary>The key that clients must send. Only its digest is kept, and compared in constant time.</summary>
    private sealed class ApiKey(string key)
    {
        private const string Scheme = "Bearer ";

        private readonly byte[] _digest = SHA256.HashData(Encoding.UTF8.GetBytes(key.Trim()));

        public bool IsSentBy(HttpContext http)
        {
            string header = http.Request.Headers.Authorization.ToString();
            string sent = header.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase) ? header[Scheme.Length..].Trim() : string.Empty;
            return CryptographicOperations.FixedTimeEquals(SHA256.HashData(Encoding.UTF8.GetBytes(sent)), _digest);
        }
    }
}
