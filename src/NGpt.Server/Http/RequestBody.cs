using System.Text.Json;
using System.Text.Unicode;
using System.Threading.RateLimiting;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace NGpt.Server.Http;

/// <summary>The JSON object of a request. It counts against the memory of all bodies until it is disposed of.</summary>
internal sealed class RequestBody : IDisposable
{
    // The API needs four levels and a JSON schema some more; deeper nesting is an attack on the parser.
    private const int MaxDepth = 64;

    private readonly JsonDocument _document;
    private readonly RateLimitLease? _lease;

    private RequestBody(JsonDocument document, RateLimitLease? lease) => (_document, _lease) = (document, lease);

    /// <summary>The object.</summary>
    public JsonElement Root => _document.RootElement;

    /// <summary>Reads a body, which must be a JSON object in UTF-8, once there is memory for it.</summary>
    public static async Task<RequestBody> ReadAsync(HttpContext http, BodyMemory memory)
    {
        if (!http.Request.HasJsonContentType())
        {
            throw ApiException.Of(StatusCodes.Status415UnsupportedMediaType, http.Request.Method, http.Request.Path);
        }

        if (http.Request.Headers.ContentEncoding is { Count: > 0 } encodings && encodings.ToString() is string encoding && !encoding.Equals("identity", StringComparison.OrdinalIgnoreCase))
        {
            throw new ApiException(415, $"a body with {HeaderNames.ContentEncoding} {encoding} is not supported: send it uncompressed", "invalid_request_error", "unsupported_media_type");
        }

        RateLimitLease? lease = await memory.TakeAsync(http);
        try
        {
            return new RequestBody(Parse(await memory.ReadAsync(http)), lease);
        }
        catch
        {
            lease?.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _document.Dispose();
        _lease?.Dispose();
    }

    private static JsonDocument Parse(ReadOnlyMemory<byte> bytes)
    {
        bytes = bytes.Span.StartsWith("\uFEFF"u8) ? bytes["\uFEFF"u8.Length..] : bytes;
        if (!Utf8.IsValid(bytes.Span))
        {
            throw ApiException.Invalid("the body is not UTF-8 text", code: "invalid_json");
        }

        try
        {
            JsonDocument document = JsonDocument.Parse(bytes, new JsonDocumentOptions { MaxDepth = MaxDepth, AllowDuplicateProperties = false });
            if (document.RootElement.ValueKind == JsonValueKind.Object)
            {
                RejectInvalidText(bytes.Span);
                return document;
            }

            throw ApiException.Invalid("the body must be a JSON object", code: "invalid_json");
        }
        catch (JsonException error)
        {
            string place = error.LineNumber is long line ? $" at line {line + 1}, byte {error.BytePositionInLine + 1}" : string.Empty;
            throw ApiException.Invalid($"the body is not valid JSON{place} (at most {MaxDepth} levels, no duplicate names)", code: "invalid_json");
        }
        catch (InvalidOperationException)
        {
            // Half of a surrogate pair, written as an escape: names are compared as text.
            throw ApiException.Invalid("a name in the body is not valid Unicode text", code: "invalid_json");
        }
    }

    // Half of a surrogate pair, written as an escape, would be an exception wherever the text is read or compared.
    private static void RejectInvalidText(ReadOnlySpan<byte> json)
    {
        Utf8JsonReader reader = new(json, new JsonReaderOptions { MaxDepth = MaxDepth });
        string field = string.Empty;
        while (reader.Read())
        {
            bool isField = reader is { TokenType: JsonTokenType.PropertyName, CurrentDepth: 1 };
            if (!isField && !(reader.ValueIsEscaped && reader.TokenType is (JsonTokenType.String or JsonTokenType.PropertyName)))
            {
                continue;
            }

            try
            {
                string text = reader.GetString()!;
                field = isField ? text : field;
            }
            catch (InvalidOperationException) when (reader.TokenType == JsonTokenType.String)
            {
                throw ApiException.Invalid($"{field} is not valid Unicode text", field);
            }
        }
    }
}
