using System.Buffers;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using NGpt.Server.Scheduling;

namespace NGpt.Server.Http;

/// <summary>An answer as server-sent events: <c>data: {…}</c> for each piece, <c>data: [DONE]</c> at the end.</summary>
internal sealed class EventStream(HttpContext http)
{
    private readonly ArrayBufferWriter<byte> _buffer = new(1024);

    /// <summary>Writes the texts of a request as they come.</summary>
    /// <param name="job">The accepted request.</param>
    /// <param name="request">What was asked for.</param>
    /// <param name="shape">How it is written.</param>
    /// <param name="choices">The texts.</param>
    public async Task SendAsync(GenerationJob job, TextRequest request, AnswerShape shape, ChoiceState[] choices)
    {
        http.Response.ContentType = "text/event-stream; charset=utf-8";
        http.Response.Headers.CacheControl = "no-store";
        http.Response.Headers["X-Accel-Buffering"] = "no";
        http.Features.Get<IHttpResponseBodyFeature>()?.DisableBuffering();
        foreach (ChoiceState choice in choices.Where(_ => shape.HasGreeting))
        {
            Add(json => shape.WriteChunk(json, choice));
        }

        await FlushAsync();
        while (await job.WaitToReadAsync(http.RequestAborted))
        {
            while (job.TryRead(out GenerationEvent? news))
            {
                choices[news.Index].Take(news);
                if (news.End is { Reason: EndReason.Error, Problem: string problem })
                {
                    Add(json => ErrorAnswer.Write(json, new ApiException(500, problem, "server_error")));
                }
                else
                {
                    Add(json => shape.WriteChunk(json, choices[news.Index]));
                }

                // A reader that is behind gets what there is in pieces, so that the rest can wait in the job, which is bounded.
                if (_buffer.WrittenCount > 1 << 14)
                {
                    await FlushAsync();
                }
            }

            await FlushAsync();
        }

        if (request.IncludeUsage)
        {
            Add(json => shape.WriteUsageChunk(json, choices));
        }

        _buffer.Write("data: [DONE]\n\n"u8);
        await FlushAsync();
    }

    private void Add(Action<Utf8JsonWriter> write)
    {
        _buffer.Write("data: "u8);
        using (Utf8JsonWriter json = new(_buffer, JsonAnswer.Options))
        {
            write(json);
        }

        _buffer.Write("\n\n"u8);
    }

    private async Task FlushAsync()
    {
        await http.Response.Body.WriteAsync(_buffer.WrittenMemory, http.RequestAborted);
        await http.Response.Body.FlushAsync(http.RequestAborted);
        _buffer.ResetWrittenCount();
    }
}
