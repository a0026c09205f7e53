using System.Globalization;
using System.Text;
using System.Text.Json;
using NGpt.Core.Errors;
using NGpt.Server;

namespace NGpt.Cli.Commands;

/// <summary>The log of a server's requests: a line each, as text or as JSON.</summary>
internal static class RequestLogLines
{
    /// <summary>The format that writes nothing.</summary>
    public const string Off = "off";

    /// <summary>What writes entries in a format; null for <see cref="Off"/>.</summary>
    /// <exception cref="UsageException">There is no such format.</exception>
    public static Action<RequestLogEntry>? Create(string format, TextWriter output)
    {
        Func<RequestLogEntry, string> write = format switch
        {
            Off => static _ => string.Empty,
            "text" => Text,
            "json" => Json,
            _ => throw new UsageException($"--log {format} is not a format", "give off, text or json"),
        };
        TextWriter lines = TextWriter.Synchronized(output);
        return format == Off ? null : entry => lines.WriteLine(write(entry));
    }

    private static string Text(RequestLogEntry entry)
    {
        string tokens = entry is { PromptTokens: int prompt, GeneratedTokens: int generated } ? $" {prompt}+{generated} tokens" : string.Empty;
        string aborted = entry.IsAborted ? " aborted" : string.Empty;
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{entry.Time:yyyy-MM-ddTHH:mm:ss.fffZ} {entry.Client} {entry.Method} {entry.Path} {entry.Status} {entry.Elapsed.TotalMilliseconds:0} ms{tokens}{aborted}");
    }

    private static string Json(RequestLogEntry entry)
    {
        using MemoryStream buffer = new();
        using (Utf8JsonWriter json = new(buffer))
        {
            json.WriteStartObject();
            json.WriteString("time", entry.Time.UtcDateTime);
            json.WriteString("client", entry.Client);
            json.WriteString("method", entry.Method);
            json.WriteString("path", entry.Path);
            json.WriteNumber("status", entry.Status);
            json.WriteNumber("milliseconds", Math.Round(entry.Elapsed.TotalMilliseconds, 1));
            if (entry is { PromptTokens: int prompt, GeneratedTokens: int generated })
            {
                json.WriteNumber("prompt_tokens", prompt);
                json.WriteNumber("generated_tokens", generated);
            }

            json.WriteBoolean("aborted", entry.IsAborted);
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.ToArray());
    }
}
