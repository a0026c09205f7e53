using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace NGpt.Server.Http;

/// <summary>Writes errors.</summary>
internal static class ErrorAnswer
{
    /// <summary>The error object <c>{"error": …}</c>.</summary>
    public static void Write(Utf8JsonWriter json, ApiException error)
    {
        json.WriteStartObject();
        json.WriteStartObject("error");
        if (error.Status == 503)
        {
            // The body that llama.cpp's server gives, which its clients wait by.
            json.WriteNumber("code", error.Status);
            json.WriteString("message", error.Message);
            json.WriteString("type", error.Type);
        }
        else
        {
            json.WriteString("message", error.Message);
            json.WriteString("type", error.Type);
            json.WriteString("param", error.Field);
            json.WriteString("code", error.Code);
        }

        json.WriteEndObject();
        json.WriteEndObject();
    }

    /// <summary>Answers a request with an error, unless its answer has begun.</summary>
    public static async Task SendAsync(HttpContext http, ApiException error)
    {
        if (http.Response.HasStarted)
        {
            http.Abort();
            return;
        }

        // Headers that say who may read the answer, and which methods there are, stay.
        http.Response.StatusCode = error.Status;
        if (error.RetryAfter is int seconds)
        {
            http.Response.Headers.RetryAfter = seconds.ToString(CultureInfo.InvariantCulture);
        }

        if (error.Status == 401)
        {
            http.Response.Headers.WWWAuthenticate = "Bearer";
        }

        await JsonAnswer.SendAsync(http, error.Status, json => Write(json, error));
    }
}
