using System.Text.Json;
using System.Text.Unicode;
using Microsoft.AspNetCore.Http;

namespace NGpt.Server.Http;

/// <summary>Reads bodies, which are hostile until they are read.</summary>
internal static class RequestBody
{
    // What the interface asks for needs four levels; parsers are kept from building towers.
    private const int MaxDepth = 16;

    /// <summary>Reads a JSON object.</summary>
    /// <param name="http">The request; its size is limited by the server.</param>
    /// <returns>The document, which the caller disposes of.</returns>
    /// <exception cref="ApiException">The body is not JSON, not UTF-8, too deep, too large, or no object.</exception>
    public static async Task<JsonDocument> ReadAsync(HttpContext http)
    {
        if (!http.Request.HasJsonContentType())
        {
            throw ApiException.Of(StatusCodes.Status415UnsupportedMediaType, http.Request.Method, http.Request.Path);
        }

        using MemoryStream body = new();
        await http.Request.Body.CopyToAsync(body, http.RequestAborted);
        ReadOnlyMemory<byte> bytes = body.GetBuffer().AsMemory(0, (int)body.Length);
        if (!Utf8.IsValid(bytes.Span))
        {
            throw ApiException.Invalid("the body is not UTF-8 text", code: "invalid_json");
        }

        JsonDocument document = Parse(bytes);
        if (document.RootElement.ValueKind != JsonValueKind.Object)
        {
            document.Dispose();
            throw ApiException.Invalid("the body must be a JSON object", code: "invalid_json");
        }

        return document;
    }

    private static JsonDocument Parse(ReadOnlyMemory<byte> bytes)
    {
        try
        {
            // The document keeps reading these bytes: it gets its own copy.
            return JsonDocument.Parse(bytes.ToArray(), new JsonDocumentOptions { MaxDepth = MaxDepth, AllowDuplicateProperties = false });
        }
        catch (JsonException problem)
        {
            string place = problem.LineNumber is long line ? $" at line {line + 1}, byte {problem.BytePositionInLine + 1}" : string.Empty;
            throw ApiException.Invalid($"the body is not valid JSON{place} (at most {MaxDepth} levels, no name twice)", code: "invalid_json");
        }
        catch (InvalidOperationException)
        {
            // Half of a surrogate pair, written as an escape: names are compared as text.
            throw ApiException.Invalid("a name in the body is not valid Unicode text", code: "invalid_json");
        }
    }
}
