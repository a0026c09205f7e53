using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using NGpt.Server.Security;

namespace NGpt.Server.Page;

/// <summary>The page at <c>/</c>.</summary>
internal static class PageEndpoints
{
    private const string Text = "nGPT server: GET /v1/models, POST /v1/completions, POST /v1/chat/completions, GET /props\n";

    /// <summary>Adds the page.</summary>
    /// <param name="routes">The server's endpoints.</param>
    /// <param name="state">What they share.</param>
    public static void MapPage(this IEndpointRouteBuilder routes, ServerState state)
    {
        ArgumentNullException.ThrowIfNull(state);
        routes.MapGet("/", async http =>
        {
            http.Response.ContentType = "text/plain; charset=utf-8";
            await http.Response.Body.WriteAsync(Encoding.UTF8.GetBytes(Text), http.RequestAborted);
        }).WithMetadata(NoKeyNeeded.Instance);
    }
}
