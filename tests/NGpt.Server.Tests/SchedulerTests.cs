using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using NGpt.Core.Sampling;
using NGpt.Core.Tokenizers;
using NGpt.Server.Metrics;
using NGpt.Server.Scheduling;

namespace NGpt.Server.Tests;

public sealed class SchedulerTests : IDisposable
{
    private static readonly SamplingOptions Greedy = new() { Temperature = 0, MaxTokens = 7 };

    private readonly FakeTimeProvider _time = new();
    private readonly ServerMetrics _metrics = new();
    private ModelScheduler? _scheduler;
    private FakeContext? _context;

    public void Dispose()
    {
        _context?.Gate?.Release(1_000_000);
        _scheduler?.Dispose();
        _metrics.Dispose();
    }

    [Fact]
    public async Task Texts_in_a_batch_are_those_that_the_model_says_alone()
    {
        Start();
        string[] prompts = ["one", "another", "x", "the third of them", "on", "one more"];
        GenerationJob[] jobs = [.. prompts.Select((prompt, number) => Submit(prompt, Greedy with { MaxTokens = 5 + number }))];

        for (int i = 0; i < jobs.Length; i++)
        {
            (string text, SequenceEnd end) = await ReadAsync(jobs[i]);
            Assert.Equal(FakeContext.GreedyText(prompts[i], 5 + i), text);
            Assert.Equal((EndReason.MaxTokens, prompts[i].Length, 5 + i), (end.Reason, end.PromptTokens, end.GeneratedTokens));
        }
    }

    [Fact]
    public async Task A_long_prompt_is_read_in_pieces_between_the_tokens_of_others()
    {
        FakeContext context = Start(new FakeContext { Gate = new SemaphoreSlim(0) }, new SchedulerOptions { PromptChunk = 10 });
        GenerationJob first = Submit("ab", Greedy with { MaxTokens = 6 });
        context.Gate!.Release();
        await context.Entered.WaitAsync(TestServer.Stop);
        await context.Entered.WaitAsync(TestServer.Stop);
        GenerationJob second = Submit(new string('q', 25), Greedy with { MaxTokens = 1 });
        context.Gate.Release(1000);
        Assert.Equal(FakeContext.GreedyText("ab", 6), (await ReadAsync(first)).Text);
        Assert.Equal(FakeContext.GreedyText(new string('q', 25), 1), (await ReadAsync(second)).Text);

        // The first text's tokens one by one, and beside them the prompt in tens.
        Assert.Equal([2, 1, 1, 1, 1, 1], context.Steps.Select(step => step[0].Count));
        Assert.Equal([10, 10, 5], context.Steps.Skip(2).Where(step => step.Count == 2).Select(step => step[1].Count));
    }

    [Fact]
    public async Task A_queue_that_is_full_refuses_and_what_was_accepted_goes_on()
    {
        FakeContext context = Start(new FakeContext(slots: 1) { Gate = new SemaphoreSlim(0) }, new SchedulerOptions { QueueLength = 2 });
        GenerationJob[] accepted = [Submit("a", Greedy), Submit("b", Greedy), Submit("c", Greedy)];
        Assert.Equal(SubmitOutcome.Full, _scheduler!.Submit([Order("d", Greedy)], out GenerationJob? none));
        Assert.Null(none);
        Assert.InRange(_scheduler.RetryAfterSeconds, 1, 60);
        context.Gate!.Release(1000);
        foreach (GenerationJob job in accepted)
        {
            Assert.Equal(EndReason.MaxTokens, (await ReadAsync(job)).End.Reason);
        }
    }

    [Fact]
    public async Task A_deadline_ends_what_runs_and_what_waits()
    {
        FakeContext context = Start(new FakeContext(slots: 1) { Gate = new SemaphoreSlim(0) }, new SchedulerOptions { RequestTimeout = TimeSpan.FromSeconds(5) });
        GenerationJob running = Submit("a", Greedy);
        await context.Entered.WaitAsync(TestServer.Stop);
        GenerationJob waiting = Submit("b", Greedy);
        _time.Advance(TimeSpan.FromSeconds(5));
        context.Gate!.Release();
        (string text, SequenceEnd end) = await ReadAsync(running);
        Assert.Equal((EndReason.Deadline, 1, FakeContext.GreedyText("a", 1)), (end.Reason, end.GeneratedTokens, text));
        Assert.Equal(EndReason.Deadline, (await ReadAsync(waiting)).End.Reason);
        Assert.Equal((0, 0), (_scheduler!.Running, _scheduler.Waiting));
    }

    [Fact]
    public async Task A_client_that_leaves_frees_its_slot_after_the_step()
    {
        FakeContext context = Start(new FakeContext(slots: 1) { Gate = new SemaphoreSlim(0) });
        GenerationJob leaves = Submit("a", Greedy with { MaxTokens = 90 });
        await context.Entered.WaitAsync(TestServer.Stop);
        GenerationJob stays = Submit("b", Greedy with { MaxTokens = 3 });
        leaves.Ask(EndReason.Cancelled);
        context.Gate!.Release(1000);
        Assert.Equal(EndReason.Cancelled, (await ReadAsync(leaves)).End.Reason);
        Assert.Equal(FakeContext.GreedyText("b", 3), (await ReadAsync(stays)).Text);
        Assert.Equal(1 + 3, context.Steps.Count);
    }

    [Fact]
    public async Task A_reader_that_is_behind_pauses_its_text_and_no_other()
    {
        FakeContext context = Start(options: new SchedulerOptions { UnreadEvents = 4 });
        GenerationJob slow = Submit("slow", Greedy with { MaxTokens = 20 });
        GenerationJob quick = Submit("quick", Greedy with { MaxTokens = 30 });
        Assert.Equal(FakeContext.GreedyText("quick", 30), (await ReadAsync(quick)).Text);

        // Four tokens, and the thirty of the other: the slow one was left out of the steps.
        Assert.Equal(4 + 30, context.Steps.SelectMany(step => step).Count());
        Assert.Equal(FakeContext.GreedyText("slow", 20), (await ReadAsync(slow)).Text);
    }

    [Fact]
    public async Task A_reader_that_stays_behind_is_given_up()
    {
        Start(options: new SchedulerOptions { UnreadEvents = 4, SlowReaderLimit = TimeSpan.FromSeconds(9) });
        GenerationJob slow = Submit("slow", Greedy with { MaxTokens = 20 });
        GenerationJob quick = Submit("quick", Greedy with { MaxTokens = 30 });
        await ReadAsync(quick);
        _time.Advance(TimeSpan.FromSeconds(9));
        (string text, SequenceEnd end) = await ReadAsync(slow, after: () => _scheduler!.Running > 0);
        Assert.Equal((EndReason.SlowReader, 4, FakeContext.GreedyText("slow", 4)), (end.Reason, end.GeneratedTokens, text));
    }

    [Fact]
    public async Task A_prompt_that_begins_alike_is_not_computed_again()
    {
        FakeContext context = Start();
        await ReadAsync(Submit("a common beginning, one", Greedy));
        (string text, SequenceEnd end) = await ReadAsync(Submit("a common beginning, two", Greedy));
        Assert.Equal(FakeContext.GreedyText("a common beginning, two", 7), text);
        Assert.Equal("a common beginning, ".Length, end.CachedTokens);
        (text, end) = await ReadAsync(Submit("a common beginning, two", Greedy));
        Assert.Equal(FakeContext.GreedyText("a common beginning, two", 7), text);
        Assert.Equal("a common beginning, tw".Length, end.CachedTokens);
        Assert.Empty(context.Copies);
    }

    [Fact]
    public async Task A_beginning_that_a_busy_slot_holds_is_copied()
    {
        FakeContext context = Start(new FakeContext { Gate = new SemaphoreSlim(0) });
        GenerationJob busy = Submit("shared words and more", Greedy with { MaxTokens = 40 });
        context.Gate!.Release();
        await context.Entered.WaitAsync(TestServer.Stop);
        await context.Entered.WaitAsync(TestServer.Stop);
        GenerationJob other = Submit("shared words or less", Greedy);
        context.Gate.Release(1000);
        (string text, SequenceEnd end) = await ReadAsync(other);
        Assert.Equal((FakeContext.GreedyText("shared words or less", 7), "shared words ".Length), (text, end.CachedTokens));
        Assert.Equal("shared words ".Length, Assert.Single(context.Copies).Length);
        Assert.Equal(FakeContext.GreedyText("shared words and more", 40), (await ReadAsync(busy)).Text);
    }

    [Fact]
    public async Task Texts_of_one_prompt_read_it_once()
    {
        FakeContext context = Start();
        int[] prompt = Tokens("the same prompt");
        SequenceOrder[] orders = [.. Enumerable.Range(0, 3).Select(index => new SequenceOrder(index, prompt, Greedy with { MaxTokens = 2 + index }))];
        Assert.Equal(SubmitOutcome.Accepted, _scheduler!.Submit(orders, out GenerationJob? job));
        string[] texts = ["", "", ""];
        while (await job!.WaitToReadAsync(TestServer.Stop))
        {
            while (job.TryRead(out GenerationEvent? news))
            {
                texts[news.Index] += news.Text;
            }
        }

        Assert.Equal(Enumerable.Range(2, 3).Select(count => FakeContext.GreedyText("the same prompt", count)), texts);
        Assert.Equal(prompt.Length + 2, context.Steps.SelectMany(step => step).Sum(step => step.Count) - (1 + 2 + 3));
    }

    [Fact]
    public async Task A_full_context_ends_the_text()
    {
        Start(new FakeContext(contextLength: 12));
        (string text, SequenceEnd end) = await ReadAsync(Submit("12345678", Greedy with { MaxTokens = 100 }));
        Assert.Equal((EndReason.ContextFull, 5, FakeContext.GreedyText("12345678", 5)), (end.Reason, end.GeneratedTokens, text));
    }

    [Fact]
    public async Task A_step_that_fails_ends_those_who_took_part_and_the_model_lives_on()
    {
        FakeContext context = Start();
        context.OnRun = _ => throw new InvalidOperationException("planted");
        (_, SequenceEnd end) = await ReadAsync(Submit("victim", Greedy));
        Assert.Equal(EndReason.Error, end.Reason);
        Assert.DoesNotContain("planted", end.Problem, StringComparison.Ordinal);
        context.OnRun = null;
        Assert.Equal(FakeContext.GreedyText("victim", 7), (await ReadAsync(Submit("victim", Greedy))).Text);
        Assert.Equal(0, _scheduler!.Running);
    }

    [Fact]
    public async Task Logits_that_are_no_numbers_end_one_text_with_the_reason()
    {
        FakeContext context = Start(new FakeContext { BreaksAt = 10 });
        GenerationJob broken = Submit("123456789", Greedy);
        GenerationJob whole = Submit("1", Greedy);
        (_, SequenceEnd end) = await ReadAsync(broken);
        Assert.Equal(EndReason.Error, end.Reason);
        Assert.Contains("expected a finite number", end.Problem, StringComparison.Ordinal);
        Assert.Equal(FakeContext.GreedyText("1", 7), (await ReadAsync(whole)).Text);
    }

    [Fact]
    public async Task The_end_of_all_gives_every_text_a_reason_and_nothing_more_is_accepted()
    {
        FakeContext context = Start(new FakeContext(slots: 1) { Gate = new SemaphoreSlim(0) });
        GenerationJob running = Submit("a", Greedy);
        await context.Entered.WaitAsync(TestServer.Stop);
        GenerationJob waiting = Submit("b", Greedy);
        _scheduler!.EndAll();
        context.Gate!.Release(100);
        Assert.Equal(EndReason.Shutdown, (await ReadAsync(running)).End.Reason);
        Assert.Equal(EndReason.Shutdown, (await ReadAsync(waiting)).End.Reason);
        await _scheduler.Drained.WaitAsync(TestServer.Stop);
        Assert.Equal(SubmitOutcome.Closed, _scheduler.Submit([Order("c", Greedy)], out _));
        _scheduler.Dispose();
        Assert.True(context.IsDisposed);
    }

    private static int[] Tokens(string text) => [.. Encoding.UTF8.GetBytes(text).Select(value => (int)value)];

    private static SequenceOrder Order(string prompt, SamplingOptions sampling) => new(0, Tokens(prompt), sampling);

    private static async Task<(string Text, SequenceEnd End)> ReadAsync(GenerationJob job, Func<bool>? after = null)
    {
        while (after?.Invoke() == true)
        {
            await Task.Yield();
        }

        StringBuilder text = new();
        SequenceEnd? end = null;
        while (await job.WaitToReadAsync(TestServer.Stop))
        {
            while (job.TryRead(out GenerationEvent? news))
            {
                text.Append(news.Text);
                end = news.End ?? end;
            }
        }

        return (text.ToString(), end!);
    }

    private FakeContext Start(FakeContext? context = null, SchedulerOptions? options = null)
    {
        _context = context ?? new FakeContext();
        _scheduler = new ModelScheduler(_context, new ByteTokenizer(hasEndOfText: true), options ?? new SchedulerOptions(), _metrics, _time, NullLogger.Instance);
        return _context;
    }

    private GenerationJob Submit(string prompt, SamplingOptions sampling)
    {
        Assert.Equal(SubmitOutcome.Accepted, _scheduler!.Submit([Order(prompt, sampling)], out GenerationJob? job));
        return job!;
    }
}
