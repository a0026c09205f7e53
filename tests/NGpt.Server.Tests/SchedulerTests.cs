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
    public async Task Sequences_in_a_batch_get_the_texts_that_they_get_alone()
    {
        Start();
        string[] prompts = ["one", "another", "x", "the third of them", "on", "one more"];
        GenerationJob[] jobs = [.. prompts.Select((prompt, number) => Submit(prompt, Greedy with { MaxTokens = 5 + number }))];

        for (int i = 0; i < jobs.Length; i++)
        {
            (string text, SequenceResult end) = await ReadAsync(jobs[i]);
            Assert.Equal(FakeContext.GreedyText(prompts[i], 5 + i), text);
            Assert.Equal((EndReason.MaxTokens, 5 + i), (end.Reason, end.GeneratedTokens));
        }
    }

    [Fact]
    public async Task A_long_prompt_is_prefilled_in_chunks_between_the_tokens_of_others()
    {
        FakeContext context = Start(new FakeContext { Gate = new SemaphoreSlim(0) }, new SchedulerOptions { PrefillChunk = 10 });
        GenerationJob first = Submit("ab", Greedy with { MaxTokens = 6 });
        context.Gate!.Release();
        await context.Entered.WaitAsync(TestServer.Stop);
        await context.Entered.WaitAsync(TestServer.Stop);
        GenerationJob second = Submit(new string('q', 25), Greedy with { MaxTokens = 1 });
        context.Gate.Release(1000);
        Assert.Equal(FakeContext.GreedyText("ab", 6), (await ReadAsync(first)).Text);
        Assert.Equal(FakeContext.GreedyText(new string('q', 25), 1), (await ReadAsync(second)).Text);

        // The first sequence's tokens one by one, and beside them the prompt in chunks of ten.
        Assert.Equal([2, 1, 1, 1, 1, 1], context.Steps.Select(step => step[0].Count));
        Assert.Equal([10, 10, 5], context.Steps.Skip(2).Where(step => step.Count == 2).Select(step => step[1].Count));
    }

    [Fact]
    public async Task A_full_queue_rejects_and_accepted_sequences_continue()
    {
        FakeContext context = Start(new FakeContext(slots: 1) { Gate = new SemaphoreSlim(0) }, new SchedulerOptions { MaxQueued = 2 });
        GenerationJob running = Submit("a", Greedy);
        await context.Entered.WaitAsync(TestServer.Stop);
        GenerationJob[] accepted = [running, Submit("b", Greedy), Submit("c", Greedy)];
        Assert.Equal(SubmitOutcome.QueueFull, _scheduler!.Submit(Request("d", Greedy), out GenerationJob? none));
        Assert.Null(none);
        // Two queued sequences and the retried one take three rounds of the one slot, of a second each as long as none has ended.
        Assert.Equal(3, _scheduler.RetryAfterSeconds);
        context.Gate!.Release(1000);
        foreach (GenerationJob job in accepted)
        {
            Assert.Equal(EndReason.MaxTokens, (await ReadAsync(job)).End.Reason);
        }
    }

    [Fact]
    public async Task A_deadline_ends_running_and_queued_sequences()
    {
        FakeContext context = Start(new FakeContext(slots: 1) { Gate = new SemaphoreSlim(0) }, new SchedulerOptions { RequestTimeout = TimeSpan.FromSeconds(5) });
        GenerationJob running = Submit("a", Greedy);
        await context.Entered.WaitAsync(TestServer.Stop);
        GenerationJob waiting = Submit("b", Greedy);
        _time.Advance(TimeSpan.FromSeconds(5));
        context.Gate!.Release();
        (string text, SequenceResult end) = await ReadAsync(running);
        Assert.Equal((EndReason.Deadline, 1, FakeContext.GreedyText("a", 1)), (end.Reason, end.GeneratedTokens, text));
        Assert.Equal(EndReason.Deadline, (await ReadAsync(waiting)).End.Reason);
        Assert.Equal((0, 0), (_scheduler!.RunningCount, _scheduler.QueuedCount));
    }

    [Fact]
    public async Task A_cancelled_request_frees_its_slot_after_the_pass()
    {
        FakeContext context = Start(new FakeContext(slots: 1) { Gate = new SemaphoreSlim(0) });
        GenerationJob leaves = Submit("a", Greedy with { MaxTokens = 90 });
        await context.Entered.WaitAsync(TestServer.Stop);
        GenerationJob stays = Submit("b", Greedy with { MaxTokens = 3 });
        leaves.Cancel(EndReason.Cancelled);
        context.Gate!.Release(1000);
        Assert.Equal(EndReason.Cancelled, (await ReadAsync(leaves)).End.Reason);
        Assert.Equal(FakeContext.GreedyText("b", 3), (await ReadAsync(stays)).Text);
        Assert.Equal(1 + 3, context.Steps.Count);
    }

    [Fact]
    public async Task A_slow_reader_pauses_its_own_sequence_only()
    {
        FakeContext context = Start(options: new SchedulerOptions { MaxUnreadEvents = 4 });
        GenerationJob slow = Submit("slow", Greedy with { MaxTokens = 20 });
        GenerationJob quick = Submit("quick", Greedy with { MaxTokens = 30 });
        Assert.Equal(FakeContext.GreedyText("quick", 30), (await ReadAsync(quick)).Text);

        // Four tokens, and the thirty of the other: the slow one was left out of the batches.
        Assert.Equal(4 + 30, context.Steps.SelectMany(step => step).Count());
        Assert.Equal(FakeContext.GreedyText("slow", 20), (await ReadAsync(slow)).Text);
    }

    [Fact]
    public async Task A_slow_reader_gives_its_slots_to_those_who_wait()
    {
        Start(new FakeContext(slots: 2), new SchedulerOptions { MaxUnreadEvents = 6 });
        Assert.Equal(SubmitOutcome.Accepted, _scheduler!.Submit(new GenerationRequest([Tokens("slow")], Greedy with { MaxTokens = 30 }) { Choices = 3 }, out GenerationJob? slow));
        for (int i = 0; i < 5; i++)
        {
            string text = $"quick {i}";
            Assert.Equal(FakeContext.GreedyText(text, 9), (await ReadAsync(Submit(text, Greedy with { MaxTokens = 9 }))).Text);
        }

        string[] texts = ["", "", ""];
        while (await slow!.WaitToReadAsync(TestServer.Stop))
        {
            while (slow.TryRead(out GenerationEvent? next))
            {
                texts[next.Index] += next.Text;
            }
        }

        Assert.All(texts, text => Assert.Equal(FakeContext.GreedyText("slow", 30), text));
        Assert.Equal(0, _scheduler.RunningCount + _scheduler.QueuedCount);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_suspended_request_returns_every_score_once(bool isDeterministic)
    {
        Start(new FakeContext(slots: 1, batchTokens: 4), new SchedulerOptions { MaxUnreadEvents = 2, ScoringChunk = 4, IsDeterministic = isDeterministic });
        int[] prompt = Tokens("a prompt that is scored");
        GenerationRequest request = new([prompt], Greedy) { LogProbabilities = 0, Echo = ["a prompt that is scored"] };
        Assert.Equal(SubmitOutcome.Accepted, _scheduler!.Submit(request, out GenerationJob? slow));
        List<ScoredToken> scored = [];
        int other = 0;
        while (await slow!.WaitToReadAsync(TestServer.Stop))
        {
            if (slow.TryRead(out GenerationEvent? next))
            {
                scored.AddRange(next.Tokens);
                string text = $"other {other++}";
                Assert.Equal(FakeContext.GreedyText(text, 7), (await ReadAsync(Submit(text, Greedy))).Text);
            }
        }

        int[] tokens = [.. prompt, .. FakeContext.Greedy(prompt, 7)];
        Assert.Equal(tokens, scored.Select(token => token.Chosen.Token));
        for (int i = 1; i < tokens.Length; i++)
        {
            Assert.Equal(FakeContext.LogProbabilities(tokens.AsSpan(0, i))[tokens[i]], scored[i].Chosen.LogProbability, 1e-9);
        }
    }

    [Fact]
    public async Task A_reader_that_caught_up_is_not_cancelled_for_having_been_slow()
    {
        FakeContext context = Start(
            new FakeContext(slots: 1) { Gate = new SemaphoreSlim(0) }, new SchedulerOptions { MaxUnreadEvents = 4, SlowReaderTimeout = TimeSpan.FromSeconds(9) });
        GenerationJob slow = Submit("slow", Greedy with { MaxTokens = 30 });
        GenerationJob quick = Submit("quick", Greedy);
        context.Gate!.Release(4 + Greedy.MaxTokens);
        await ReadAsync(quick);
        for (int i = 0; i < 4; i++)
        {
            Assert.True(slow.TryRead(out _));
        }

        // The model waits: the request can neither have ended nor be behind again.
        _time.Advance(TimeSpan.FromSeconds(9));
        context.Gate.Release(1000);
        Assert.Equal(EndReason.MaxTokens, (await ReadAsync(slow)).End.Reason);
    }

    [Fact]
    public async Task Deterministic_steps_have_one_sequence_each_and_reuse_nothing()
    {
        FakeContext context = Start(options: new SchedulerOptions { IsDeterministic = true });
        const string Prompt = "a prompt of its own";
        GenerationJob[] jobs = [Submit("a prompt of mine", Greedy), Submit(Prompt, Greedy), Submit("x", Greedy with { MaxTokens = 20 }), Submit(Prompt, Greedy)];
        foreach (GenerationJob job in jobs)
        {
            Assert.Equal(0, (await ReadAsync(job)).End.CachedTokens);
        }

        Assert.Empty(context.Copies);
        Assert.All(context.Steps, step => Assert.Single(step));
        Assert.Equal(2, context.Steps.Count(step => step[0].Count == Prompt.Length));
    }

    [Fact]
    public async Task A_reader_that_stays_behind_is_cancelled()
    {
        Start(options: new SchedulerOptions { MaxUnreadEvents = 4, SlowReaderTimeout = TimeSpan.FromSeconds(9) });
        GenerationJob slow = Submit("slow", Greedy with { MaxTokens = 20 });
        GenerationJob quick = Submit("quick", Greedy with { MaxTokens = 30 });
        await ReadAsync(quick);
        _time.Advance(TimeSpan.FromSeconds(9));
        (string text, SequenceResult end) = await ReadAsync(slow, after: () => _scheduler!.RunningCount > 0);
        Assert.Equal((EndReason.SlowReader, 4, FakeContext.GreedyText("slow", 4)), (end.Reason, end.GeneratedTokens, text));
    }

    [Fact]
    public async Task A_common_prefix_is_not_computed_again()
    {
        FakeContext context = Start();
        await ReadAsync(Submit("a common beginning, one", Greedy));
        (string text, SequenceResult end) = await ReadAsync(Submit("a common beginning, two", Greedy));
        Assert.Equal(FakeContext.GreedyText("a common beginning, two", 7), text);
        Assert.Equal("a common beginning, ".Length, end.CachedTokens);
        (text, end) = await ReadAsync(Submit("a common beginning, two", Greedy));
        Assert.Equal(FakeContext.GreedyText("a common beginning, two", 7), text);
        Assert.Equal("a common beginning, tw".Length, end.CachedTokens);
        Assert.Empty(context.Copies);
    }

    [Fact]
    public async Task A_prefix_in_a_busy_slot_is_copied()
    {
        FakeContext context = Start(new FakeContext { Gate = new SemaphoreSlim(0) });
        GenerationJob busy = Submit("shared words and more", Greedy with { MaxTokens = 40 });
        context.Gate!.Release();
        await context.Entered.WaitAsync(TestServer.Stop);
        await context.Entered.WaitAsync(TestServer.Stop);
        GenerationJob other = Submit("shared words or less", Greedy);
        context.Gate.Release(1000);
        (string text, SequenceResult end) = await ReadAsync(other);
        Assert.Equal((FakeContext.GreedyText("shared words or less", 7), "shared words ".Length), (text, end.CachedTokens));
        Assert.Equal("shared words ".Length, Assert.Single(context.Copies).Length);
        Assert.Equal(FakeContext.GreedyText("shared words and more", 40), (await ReadAsync(busy)).Text);
    }

    [Fact]
    public async Task Choices_of_one_prompt_share_its_prefill_and_have_consecutive_seeds()
    {
        SamplingOptions sampling = new() { Temperature = 1, Seed = 40, MaxTokens = 4 };
        Start(new FakeContext(slots: 1));
        string[] expected = new string[3];
        for (int i = 0; i < expected.Length; i++)
        {
            expected[i] = (await ReadAsync(Submit("the same prompt", sampling with { Seed = 40 + i }))).Text;
        }

        Assert.Equal(3, expected.Distinct().Count());
        _scheduler!.Dispose();
        FakeContext context = Start();
        int[] prompt = Tokens("the same prompt");
        Assert.Equal(SubmitOutcome.Accepted, _scheduler.Submit(new GenerationRequest([prompt], sampling) { Choices = 3 }, out GenerationJob? job));
        string[] texts = ["", "", ""];
        int generated = 0;
        while (await job!.WaitToReadAsync(TestServer.Stop))
        {
            while (job.TryRead(out GenerationEvent? next))
            {
                texts[next.Index] += next.Text;
                generated += next.Result?.GeneratedTokens ?? 0;
            }
        }

        Assert.Equal(expected, texts);

        // The prompt once, its last token for each other choice, and of each choice all tokens but the last.
        Assert.Equal(prompt.Length + 2 + (generated - 3), context.Steps.SelectMany(step => step).Sum(step => step.Count));
    }

    [Fact]
    public async Task The_retry_delay_is_the_mean_duration_times_the_rounds_of_the_slots()
    {
        FakeContext context = Start(new FakeContext(slots: 1) { Gate = new SemaphoreSlim(0) }, new SchedulerOptions { MaxQueued = 2 });
        GenerationJob first = Submit("a", Greedy with { MaxTokens = 1 });
        await context.Entered.WaitAsync(TestServer.Stop);
        _time.Advance(TimeSpan.FromSeconds(81));
        context.Gate!.Release();
        await ReadAsync(first);
        GenerationJob[] queued = [Submit("b", Greedy), Submit("c", Greedy), Submit("d", Greedy)];
        await context.Entered.WaitAsync(TestServer.Stop);

        // The moving average begins at 1 s: 1 + (81 - 1) / 16 = 6 s, for three rounds.
        Assert.Equal(3 * 6, _scheduler!.RetryAfterSeconds);
        context.Gate.Release(1000);
        foreach (GenerationJob job in queued)
        {
            await ReadAsync(job);
        }
    }

    [Fact]
    public async Task A_full_context_ends_the_sequence()
    {
        Start(new FakeContext(contextLength: 12));
        (string text, SequenceResult end) = await ReadAsync(Submit("12345678", Greedy with { MaxTokens = 100 }));
        Assert.Equal((EndReason.ContextFull, 5, FakeContext.GreedyText("12345678", 5)), (end.Reason, end.GeneratedTokens, text));
    }

    [Fact]
    public async Task A_failed_pass_ends_the_sequences_of_the_batch_and_the_server_continues()
    {
        FakeContext context = Start();
        context.OnRun = _ => throw new InvalidOperationException("planted");
        (_, SequenceResult end) = await ReadAsync(Submit("victim", Greedy));
        Assert.Equal(EndReason.Error, end.Reason);
        Assert.DoesNotContain("planted", end.Error, StringComparison.Ordinal);
        context.OnRun = null;
        Assert.Equal(FakeContext.GreedyText("victim", 7), (await ReadAsync(Submit("victim", Greedy))).Text);
        Assert.Equal(0, _scheduler!.RunningCount);
    }

    [Fact]
    public async Task Logits_that_are_not_finite_end_one_sequence_with_the_reason()
    {
        FakeContext context = Start(new FakeContext { BreaksAt = 10 });
        GenerationJob broken = Submit("123456789", Greedy);
        GenerationJob whole = Submit("1", Greedy);
        (_, SequenceResult end) = await ReadAsync(broken);
        Assert.Equal(EndReason.Error, end.Reason);
        Assert.Contains("expected a finite number", end.Error, StringComparison.Ordinal);
        Assert.Equal(FakeContext.GreedyText("1", 7), (await ReadAsync(whole)).Text);
    }

    [Fact]
    public async Task Stopping_ends_every_sequence_with_a_reason_and_rejects_new_ones()
    {
        FakeContext context = Start(new FakeContext(slots: 1) { Gate = new SemaphoreSlim(0) });
        GenerationJob running = Submit("a", Greedy);
        await context.Entered.WaitAsync(TestServer.Stop);
        GenerationJob waiting = Submit("b", Greedy);
        _scheduler!.Stop();
        context.Gate!.Release(100);
        Assert.Equal(EndReason.Shutdown, (await ReadAsync(running)).End.Reason);
        Assert.Equal(EndReason.Shutdown, (await ReadAsync(waiting)).End.Reason);
        await _scheduler.Drained.WaitAsync(TestServer.Stop);
        Assert.Equal(SubmitOutcome.Closed, _scheduler.Submit(Request("c", Greedy), out _));
        _scheduler.Dispose();
        Assert.True(context.IsDisposed);
    }

    private static int[] Tokens(string text) => [.. Encoding.UTF8.GetBytes(text).Select(value => (int)value)];

    private static GenerationRequest Request(string prompt, SamplingOptions sampling) => new([Tokens(prompt)], sampling);

    private static async Task<(string Text, SequenceResult End)> ReadAsync(GenerationJob job, Func<bool>? after = null)
    {
        while (after?.Invoke() == true)
        {
            await Task.Yield();
        }

        StringBuilder text = new();
        SequenceResult? result = null;
        while (await job.WaitToReadAsync(TestServer.Stop))
        {
            while (job.TryRead(out GenerationEvent? next))
            {
                text.Append(next.Text);
                result = next.Result ?? result;
            }
        }

        return (text.ToString(), result!);
    }

    private FakeContext Start(FakeContext? context = null, SchedulerOptions? options = null)
    {
        _context = context ?? new FakeContext();
        _scheduler = new ModelScheduler(_context, new ByteTokenizer(hasEndOfText: true), options ?? new SchedulerOptions(), _metrics, _time, NullLogger.Instance);
        return _context;
    }

    private GenerationJob Submit(string prompt, SamplingOptions sampling)
    {
        Assert.Equal(SubmitOutcome.Accepted, _scheduler!.Submit(Request(prompt, sampling), out GenerationJob? job));
        return job!;
    }
}
