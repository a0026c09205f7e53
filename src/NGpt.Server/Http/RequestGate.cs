using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using NGpt.Server.Security;

namespace NGpt.Server.Http;

/// <summary>
/// What every request passes through: the check of its Host header and its key, and, on the way back, an error object for
/// everything that went wrong.
/// </summary>
internal sealed partial class RequestGate(ServerState state, ILogger logger)
{
    private readonly HostNames _names = new(state.Options.Host, state.Options.AllowedHosts);
    private readonly ApiKey? _key = state.Options.ApiKey is string key ? new ApiKey(key) : null;

    /// <summary>The outer part, before routing.</summary>
    public async Task PassAsync(HttpContext http, RequestDelegate next)
    {
        http.Response.Headers.XContentTypeOptions = "nosniff";
        try
        {
            if (!_names.Allows(http))
            {
                throw ApiException.Invalid(
                    $"the server is not called {http.Request.Host.Host}: use 127.0.0.1 or localhost, or allow the name with --allow-host", code: "unknown_host");
            }

            await next(http);
            if (http.Response is { StatusCode: >= 400, HasStarted: false, ContentLength: null, ContentType: null })
            {
                throw ApiException.Of(http.Response.StatusCode, http.Request.Method, http.Request.Path);
            }
        }
        catch (ApiException problem)
        {
            await RefuseAsync(http, problem);
        }
        catch (BadHttpRequestException problem)
        {
            await RefuseAsync(http, ApiException.Of(problem.StatusCode, http.Request.Method, http.Request.Path));
        }
        catch (Exception gone) when (gone is IOException or OperationCanceledException || http.RequestAborted.IsCancellationRequested)
        {
            // The client left: nobody is there to be told. A connection that is reset fails before the request counts as aborted.
            http.Abort();
        }
        catch (Exception failure)
        {
            LogFailure(failure, http.Request.Method, http.Request.Path);
            await RefuseAsync(http, ApiException.Of(StatusCodes.Status500InternalServerError, http.Request.Method, http.Request.Path));
        }
    }

    /// <summary>The inner part, after routing: who may call what.</summary>
    public Task RequireKeyAsync(HttpContext http, RequestDelegate next) =>
        _key is null || _key.Allows(http) ? next(http) : throw ApiException.Of(StatusCodes.Status401Unauthorized, http.Request.Method, http.Request.Path);

    private async Task RefuseAsync(HttpContext http, ApiException problem)
    {
        state.Metrics.Refused(problem.Status);
        try
        {
            await ErrorAnswer.SendAsync(http, problem);
        }
        catch (Exception failure) when (failure is OperationCanceledException or IOException)
        {
            // The client left before it was told.
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "{Method} {Path} failed.")]
    private partial void LogFailure(Exception failure, string method, string path);
}
