using System.Globalization;
using Microsoft.AspNetCore.Http;
using NGpt.Server.Scheduling;

namespace NGpt.Server.Http;

/// <summary>Gives a request to the scheduler, and answers it as its texts are written.</summary>
internal static class TextAnswer
{
    /// <summary>Answers a request, at once or as a stream.</summary>
    /// <exception cref="ApiException">The queue is full, the server is stopping, or nothing was written before an end that is none of the text's own.</exception>
    public static async Task SendAsync(HttpContext http, LoadedModel loaded, TextRequest request, AnswerShape shape)
    {
        GenerationJob job = Submit(loaded.Scheduler, request);
        await using CancellationTokenRegistration vanished = http.RequestAborted.UnsafeRegister(static job => ((GenerationJob)job!).Ask(EndReason.Cancelled), job);
        try
        {
            ChoiceState[] choices = [.. request.Orders.Select(order => new ChoiceState(order.Index, loaded.Model.Tokenizer))];
            if (request.Stream)
            {
                await new EventStream(http).SendAsync(job, request, shape, choices);
            }
            else
            {
                await SendWholeAsync(http, job, shape, choices);
            }
        }
        finally
        {
            // Whatever went wrong: nobody reads on, and the slots are free at once.
            job.Ask(EndReason.Cancelled);
        }
    }

    private static GenerationJob Submit(ModelScheduler scheduler, TextRequest request) =>
        scheduler.Submit(request.Orders, out GenerationJob? job) switch
        {
            SubmitOutcome.Accepted => job!,
            SubmitOutcome.Full => throw Full(scheduler.RetryAfterSeconds),
            _ => throw ApiException.Unavailable("the server is shutting down"),
        };

    private static ApiException Full(int seconds) =>
        new(429, string.Create(CultureInfo.InvariantCulture, $"the queue is full: try again in {seconds} s"), "rate_limit_error", "queue_full") { RetryAfter = seconds };

    private static async Task SendWholeAsync(HttpContext http, GenerationJob job, AnswerShape shape, ChoiceState[] choices)
    {
        while (await job.WaitToReadAsync(http.RequestAborted))
        {
            while (job.TryRead(out GenerationEvent? news))
            {
                choices[news.Index].Take(news);
            }
        }

        if (choices.FirstOrDefault(choice => choice.End!.Reason == EndReason.Error) is { End.Problem: string problem })
        {
            throw new ApiException(500, problem, "server_error");
        }

        if (choices.All(choice => choice.End!.GeneratedTokens == 0) && WithoutText(choices[0].End!.Reason) is ApiException nothing)
        {
            throw nothing;
        }

        await JsonAnswer.SendAsync(http, StatusCodes.Status200OK, json => shape.WriteWhole(json, choices));
    }

    private static ApiException? WithoutText(EndReason reason) => reason switch
    {
        EndReason.Deadline => new ApiException(504, "the request took longer than it may; the server may be busy", "timeout_error", "deadline"),
        EndReason.Shutdown => ApiException.Unavailable("the server is shutting down"),
        _ => null,
    };
}
