using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Headers;
using Microsoft.AspNetCore.Routing;
using Microsoft.Net.Http.Headers;
using NGpt.Server.Security;

namespace NGpt.Server.Page;

/// <summary>The page at <c>/</c>: files that the assembly carries. What the page shows, it asks the server's interface for.</summary>
internal static class PageEndpoints
{
    /// <summary>
    /// What the page may do: load its own files and call this server. No script in the page itself, nothing from elsewhere,
    /// no text that becomes markup, no frame around it.
    /// </summary>
    public const string ContentSecurityPolicy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
        + "base-uri 'none'; form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'";

    private static readonly string[] Methods = [HttpMethods.Get, HttpMethods.Head];

    /// <summary>Adds the page.</summary>
    public static void MapPage(this IEndpointRouteBuilder routes)
    {
        foreach (PageFile file in PageFile.All)
        {
            // A browser cannot send a key with the address that somebody types; the page asks for it.
            routes.MapMethods(file.Path, Methods, http => SendAsync(http, file)).WithMetadata(NoKeyNeeded.Instance);
        }
    }

    private static async Task SendAsync(HttpContext http, PageFile file)
    {
        ResponseHeaders headers = http.Response.GetTypedHeaders();
        headers.ETag = file.Tag;
        headers.CacheControl = new CacheControlHeaderValue { NoCache = true };
        http.Response.Headers.ContentSecurityPolicy = ContentSecurityPolicy;
        http.Response.Headers.XContentTypeOptions = "nosniff";
        http.Response.Headers["Referrer-Policy"] = "no-referrer";
        if (http.Request.GetTypedHeaders().IfNoneMatch.Any(known => known.Equals(EntityTagHeaderValue.Any) || known.Compare(file.Tag, useStrongComparison: false)))
        {
            http.Response.StatusCode = StatusCodes.Status304NotModified;
            return;
        }

        http.Response.ContentType = file.ContentType;
        http.Response.ContentLength = file.Content.Length;
        if (!HttpMethods.IsHead(http.Request.Method))
        {
            await http.Response.Body.WriteAsync(file.Content, http.RequestAborted);
        }
    }
}
