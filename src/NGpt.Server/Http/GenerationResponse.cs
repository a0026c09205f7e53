using System.Buffers;
using System.Text;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using NGpt.Core.Tokenizers;
using NGpt.Server.Scheduling;

namespace NGpt.Server.Http;

/// <summary>An answer, or an event of a stream, with its choices.</summary>
internal record Response<TChoice>(string Id, string Object, long Created, string Model, IReadOnlyList<TChoice> Choices);

/// <summary>An answer with the usage, which is null in the events of a stream that ends with it.</summary>
internal sealed record ResponseWithUsage<TChoice>(
    string Id, string Object, long Created, string Model, IReadOnlyList<TChoice> Choices, [property: JsonPropertyOrder(1)] Usage? Usage)
    : Response<TChoice>(Id, Object, Created, Model, Choices);

/// <summary>Token counts of a request.</summary>
internal sealed record Usage(int PromptTokens, int CompletionTokens, int TotalTokens, PromptTokensDetails PromptTokensDetails);

/// <summary>Prompt tokens that were not computed again.</summary>
internal sealed record PromptTokensDetails(int CachedTokens);

/// <summary>Output of one sequence that is not written to the answer yet, and its result.</summary>
internal sealed class ChoiceOutput(int index)
{
    /// <summary>The number of the choice in the answer.</summary>
    public int Index { get; private set; } = index;

    /// <summary>The number of the sequence.</summary>
    public int Sequence { get; } = index;

    /// <summary>Text that is not written yet.</summary>
    public StringBuilder Text { get; } = new();

    /// <summary>Scored tokens that are not written yet.</summary>
    public List<ScoredToken> Tokens { get; } = [];

    /// <summary>The result; null before the sequence has ended.</summary>
    public SequenceResult? Result { get; private set; }

    /// <summary>Whether some of the choice was written.</summary>
    public bool HasStarted { get; private set; }

    /// <summary>Adds an event.</summary>
    public void Add(GenerationEvent next)
    {
        Text.Append(next.Text);
        Tokens.AddRange(next.Tokens);
        Result = next.Result ?? Result;
    }

    /// <summary>Gives the choice another number in the answer.</summary>
    public ChoiceOutput At(int number)
    {
        Index = number;
        return this;
    }

    /// <summary>Removes what was written.</summary>
    public void Clear()
    {
        Text.Clear();
        Tokens.Clear();
        HasStarted = true;
    }
}

/// <summary>
/// Submits a request to the scheduler and sends its events, as one answer or as a stream of server-sent events. The two
/// endpoints differ in the records of their choices.
/// </summary>
internal abstract class GenerationResponse<TChoice, TChunkChoice>(HttpContext http, LoadedModel loaded, GenerationRequest request, string idPrefix, DateTimeOffset now)
{
    private readonly string _id = $"{idPrefix}-{Guid.NewGuid():N}";
    private readonly ChoiceOutput[] _choices = [.. Enumerable.Range(0, request.SequenceCount).Select(index => new ChoiceOutput(index))];
    private readonly ArrayBufferWriter<byte> _events = new(1024);

    /// <summary>The request.</summary>
    protected GenerationRequest Request => request;

    /// <summary>The model's tokenizer.</summary>
    protected ITokenizer Tokenizer => loaded.Model.Tokenizer;

    /// <summary>The field <c>object</c> of a whole answer.</summary>
    protected abstract string ObjectName { get; }

    /// <summary>The field <c>object</c> of an event.</summary>
    protected abstract string ChunkObjectName { get; }

    /// <summary>Whether a stream has an event for each choice before its first token.</summary>
    protected abstract bool HasInitialChunks { get; }

    /// <summary>Submits the request and sends its answer.</summary>
    public async Task SendAsync()
    {
        GenerationJob job = Submit();
        await using CancellationTokenRegistration disconnected = http.RequestAborted.UnsafeRegister(static job => ((GenerationJob)job!).Cancel(EndReason.Cancelled), job);
        try
        {
            await (request.Stream ? SendStreamAsync(job) : SendWholeAsync(job));
            http.Features.Set(CreateUsage());
        }
        finally
        {
            // Also after a failure: nobody reads on, so the slots are freed at once.
            job.Cancel(EndReason.Cancelled);
        }
    }

    /// <summary>One choice of a whole answer.</summary>
    protected abstract TChoice CreateChoice(ChoiceOutput output);

    /// <summary>New output of one choice in an event.</summary>
    protected abstract TChunkChoice CreateChunkChoice(ChoiceOutput output);

    /// <summary>The field <c>token_details</c>; null where it was not requested.</summary>
    protected IReadOnlyList<TokenDetail>? TokenDetails(ChoiceOutput output) =>
        request.TokenDetails is int top ? [.. output.Tokens.Select(token => TokenDetail.Create(token, Tokenizer, top))] : null;

    private GenerationJob Submit()
    {
        SubmitOutcome outcome = loaded.Scheduler.Submit(request, out GenerationJob? job);
        if (outcome == SubmitOutcome.Closed)
        {
            throw ApiException.Unavailable("the server is shutting down");
        }

        if (outcome == SubmitOutcome.QueueFull)
        {
            throw ApiException.QueueFull(loaded.Scheduler.RetryAfterSeconds);
        }

        return job!;
    }

    private async Task SendWholeAsync(GenerationJob job)
    {
        while (await job.WaitToReadAsync(http.RequestAborted))
        {
            while (job.TryRead(out GenerationEvent? next))
            {
                _choices[next.Index].Add(next);
            }
        }

        if (_choices.Select(choice => choice.Result!.Error).FirstOrDefault(error => error is not null) is string error)
        {
            throw ApiException.Failed(error);
        }

        if (_choices.All(choice => choice.Result!.GeneratedTokens == 0))
        {
            ThrowIfUnanswered(_choices[0].Result!.Reason);
        }

        await ApiJson.SendAsync(http, StatusCodes.Status200OK, CreateWithUsage(ObjectName, [.. Returned().Select(CreateChoice)], CreateUsage()));
    }

    // Of equally good choices the first.
    private IEnumerable<ChoiceOutput> Returned() => request.ReturnedChoices is not int count
        ? _choices
        : _choices.Chunk(request.Choices)
            .SelectMany(choices => choices.OrderByDescending(choice => choice.Result!.MeanLogProbability).Take(count))
            .Select((choice, number) => choice.At(number));

    private static void ThrowIfUnanswered(EndReason reason)
    {
        switch (reason)
        {
            case EndReason.Deadline:
                throw new ApiException(504, "the request reached its time limit before the first token; the server may be busy", "timeout_error", "deadline");
            case EndReason.Shutdown:
                throw ApiException.Unavailable("the server is shutting down");
        }
    }

    private async Task SendStreamAsync(GenerationJob job)
    {
        http.Response.ContentType = "text/event-stream; charset=utf-8";
        http.Response.Headers.CacheControl = "no-store";
        http.Response.Headers["X-Accel-Buffering"] = "no";
        http.Features.Get<IHttpResponseBodyFeature>()?.DisableBuffering();
        foreach (ChoiceOutput choice in _choices.Where(_ => HasInitialChunks))
        {
            AddChunk(choice);
        }

        await FlushAsync();
        while (await job.WaitToReadAsync(http.RequestAborted))
        {
            while (job.TryRead(out GenerationEvent? next))
            {
                ChoiceOutput choice = _choices[next.Index];
                choice.Add(next);
                if (next.Result?.Error is string error)
                {
                    AddEvent(ApiException.Failed(error).Write);
                }
                else
                {
                    AddChunk(choice);
                }

                // To a slow client in pieces, so that the rest stays in the job, whose size is limited.
                if (_events.WrittenCount > 1 << 14)
                {
                    await FlushAsync();
                }
            }

            await FlushAsync();
        }

        if (request.IncludeUsage)
        {
            ResponseWithUsage<TChunkChoice> usage = CreateWithUsage<TChunkChoice>(ChunkObjectName, [], CreateUsage());
            AddEvent(output => ApiJson.Write(output, usage));
        }

        _events.Write("data: [DONE]\n\n"u8);
        await FlushAsync();
    }

    private void AddChunk(ChoiceOutput choice)
    {
        TChunkChoice[] choices = [CreateChunkChoice(choice)];
        choice.Clear();
        if (request.IncludeUsage)
        {
            AddEvent(output => ApiJson.Write(output, CreateWithUsage(ChunkObjectName, choices, usage: null)));
        }
        else
        {
            AddEvent(output => ApiJson.Write(output, new Response<TChunkChoice>(_id, ChunkObjectName, now.ToUnixTimeSeconds(), loaded.Model.Id, choices)));
        }
    }

    private void AddEvent(Action<IBufferWriter<byte>> write)
    {
        _events.Write("data: "u8);
        write(_events);
        _events.Write("\n\n"u8);
    }

    private async Task FlushAsync()
    {
        await http.Response.Body.WriteAsync(_events.WrittenMemory, http.RequestAborted);
        await http.Response.Body.FlushAsync(http.RequestAborted);
        _events.ResetWrittenCount();
    }

    private ResponseWithUsage<T> CreateWithUsage<T>(string objectName, IReadOnlyList<T> choices, Usage? usage) =>
        new(_id, objectName, now.ToUnixTimeSeconds(), loaded.Model.Id, choices, usage);

    // A prompt counts once, however many choices continue it.
    private Usage CreateUsage()
    {
        int prompt = request.Prompts.Sum(tokens => tokens.Length);
        int generated = _choices.Sum(choice => choice.Result?.GeneratedTokens ?? 0);
        // What a choice takes from another one of the same request was not cached before it.
        int cached = _choices.Chunk(request.Choices).Sum(choices => choices.Min(choice => choice.Result?.CachedTokens ?? 0));
        return new Usage(prompt, generated, prompt + generated, new PromptTokensDetails(cached));
    }
}
