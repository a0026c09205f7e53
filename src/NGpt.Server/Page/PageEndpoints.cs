using System.Reflection;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Headers;
using Microsoft.AspNetCore.Routing;
using Microsoft.Net.Http.Headers;

namespace NGpt.Server.Page;

/// <summary>The web page at <c>/</c>: embedded files that call the server's API.</summary>
internal static class PageEndpoints
{
    /// <summary>
    /// What the page may do: load its own files and call this server. No inline scripts, no other origins, no text that
    /// becomes markup, no frames.
    /// </summary>
    public const string ContentSecurityPolicy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
        + "base-uri 'none'; form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'";

    private static readonly string[] Methods = [HttpMethods.Get, HttpMethods.Head];

    /// <summary>Adds the page.</summary>
    public static void MapPage(this IEndpointRouteBuilder routes)
    {
        foreach (PageFile file in PageFile.All)
        {
            // A browser cannot send a key with a typed address; the page asks for it.
            routes.MapMethods(file.Path, Methods, http => SendAsync(http, file)).AllowAnonymous();
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

/// <summary>An embedded file of the page.</summary>
/// <param name="Path">Its URL path.</param>
/// <param name="ContentType">Its media type.</param>
/// <param name="Content">Its content.</param>
/// <param name="Tag">An ETag that changes with the content, so that browsers load the file again only when it has changed.</param>
internal sealed record PageFile(string Path, string ContentType, byte[] Content, EntityTagHeaderValue Tag)
{
    private const string Folder = "NGpt.Server.Page.Files.";

    /// <summary>All files of the page.</summary>
    public static IReadOnlyList<PageFile> All { get; } = Load();

    private static PageFile[] Load()
    {
        Assembly assembly = typeof(PageFile).Assembly;
        return [.. assembly.GetManifestResourceNames().Where(name => name.StartsWith(Folder, StringComparison.Ordinal)).Select(name => Read(assembly, name))];
    }

    private static PageFile Read(Assembly assembly, string resource)
    {
        using Stream stream = assembly.GetManifestResourceStream(resource)!;
        byte[] content = new byte[stream.Length];
        stream.ReadExactly(content);
        string name = resource[Folder.Length..];
        EntityTagHeaderValue tag = new($"\"{Convert.ToHexStringLower(SHA256.HashData(content).AsSpan(0, 16))}\"");
        return new PageFile(name == "index.html" ? "/" : $"/{name}", TypeOf(name), content, tag);
    }

    private static string TypeOf(string name) => System.IO.Path.GetExtension(name) switch
    {
        ".html" => "text/html; charset=utf-8",
        ".css" => "text/css; charset=utf-8",
        ".js" => "text/javascript; charset=utf-8",
        ".svg" => "image/svg+xml",
        string other => throw new InvalidOperationException($"The page has a file {name}, and {other} has no media type."),
    };
}
