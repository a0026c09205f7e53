using System.Reflection;
using System.Security.Cryptography;
using Microsoft.Net.Http.Headers;

namespace NGpt.Server.Page;

/// <summary>A file of the page, which the assembly carries.</summary>
/// <param name="Path">Its address.</param>
/// <param name="ContentType">Its media type.</param>
/// <param name="Content">Its bytes.</param>
/// <param name="Tag">Changes with the content, so that a browser asks for the file again only when it is another one.</param>
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
