using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Http;

namespace NGpt.Server.Http;

/// <summary>Writes the records of the API as JSON: names in snake_case, properties in the order of the records.</summary>
[JsonSerializable(typeof(Response<CompletionChoice>))]
[JsonSerializable(typeof(ResponseWithUsage<CompletionChoice>))]
[JsonSerializable(typeof(ResponseWithUsage<ChatChoice>))]
[JsonSerializable(typeof(Response<ChatChunkChoice>))]
[JsonSerializable(typeof(ResponseWithUsage<ChatChunkChoice>))]
[JsonSerializable(typeof(ErrorResponse))]
[JsonSerializable(typeof(UnavailableResponse))]
[JsonSerializable(typeof(ModelList))]
[JsonSerializable(typeof(ModelEntry))]
[JsonSerializable(typeof(ServerProperties))]
[JsonSerializable(typeof(HealthResponse))]
[JsonSerializable(typeof(TokenizerInfo))]
[JsonSerializable(typeof(DetokenizeResponse))]
internal sealed partial class ApiJson : JsonSerializerContext
{
    /// <summary>The content type of answers.</summary>
    public const string ContentType = "application/json; charset=utf-8";

    // Text stays readable: only what JSON requires is escaped. Answers are never part of an HTML page.
    private static readonly JavaScriptEncoder Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping;

    private static readonly ApiJson Context = new(new JsonSerializerOptions { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower, Encoder = Encoder });

    /// <summary>Writes a record.</summary>
    public static void Write<T>(IBufferWriter<byte> output, T value)
    {
        using Utf8JsonWriter json = CreateWriter(output);
        JsonSerializer.Serialize(json, value, (JsonTypeInfo<T>)Context.GetTypeInfo(typeof(T))!);
    }

    /// <summary>Creates a writer for what is not a record.</summary>
    public static Utf8JsonWriter CreateWriter(IBufferWriter<byte> output) => new(output, new JsonWriterOptions { Encoder = Encoder });

    /// <summary>Sends a record as the whole answer.</summary>
    public static async Task SendAsync<T>(HttpContext http, int status, T value)
    {
        ArrayBufferWriter<byte> buffer = new(512);
        Write(buffer, value);
        http.Response.StatusCode = status;
        http.Response.ContentType = ContentType;
        http.Response.ContentLength = buffer.WrittenCount;
        if (!HttpMethods.IsHead(http.Request.Method))
        {
            await http.Response.Body.WriteAsync(buffer.WrittenMemory, http.RequestAborted);
        }
    }
}
