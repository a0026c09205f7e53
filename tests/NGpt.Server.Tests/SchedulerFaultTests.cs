using System.Diagnostics.Metrics;
using System.Text;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using NGpt.Core.Sampling;
using NGpt.Core.Tokenizers;
using NGpt.Server.Metrics;
using NGpt.Server.Scheduling;

namespace NGpt.Server.Tests;

/// <summary>Faults outside the model: every sequence still ends with a reason, and the next one is served.</summary>
public sealed class SchedulerFaultTests : IDisposable
{
    private static readonly SamplingOptions Greedy = new() { Temperature = 0, MaxTokens = 7 };

    private readonly ServerMetrics _metrics = new();
    private readonly MeterListener _listener = new();
    private ModelScheduler? _scheduler;

    public void Dispose()
    {
        _listener.Dispose();
        _scheduler?.Dispose();
        _metrics.Dispose();
    }

    [Fact]
    public async Task A_sequence_ends_even_if_the_metrics_fail()
    {
        FakeContext context = Start(new FakeContext(slots: 1) { Gate = new SemaphoreSlim(0) });
        BreakMetrics();
        GenerationJob running = Submit("a");
        await context.Entered.WaitAsync(TestServer.Stop);
        GenerationJob waiting = Submit("b");
        running.Cancel(EndReason.Cancelled);
        waiting.Cancel(EndReason.Cancelled);
        context.Gate!.Release(1000);
        Assert.Equal(EndReason.Cancelled, (await EndAsync(running)).Reason);
        Assert.Equal(EndReason.Cancelled, (await EndAsync(waiting)).Reason);
        Assert.Equal(EndReason.MaxTokens, (await EndAsync(Submit("c"))).Reason);
        Assert.Equal((0, 0), (_scheduler!.RunningCount, _scheduler.QueuedCount));
    }

    [Fact]
    public async Task A_failure_that_cannot_be_logged_or_counted_reaches_every_sequence_of_the_batch()
    {
        FakeContext context = Start(new FakeContext { Gate = new SemaphoreSlim(0) }, log: new BrokenLog());
        BreakMetrics();
        GenerationJob[] jobs = [Submit("a"), Submit("b"), Submit("c")];
        context.OnRun = _ => throw new InvalidOperationException("planted");
        context.Gate!.Release(1000);
        foreach (GenerationJob job in jobs)
        {
            Assert.Equal(EndReason.Error, (await EndAsync(job)).Reason);
        }

        context.OnRun = null;
        Assert.Equal(EndReason.MaxTokens, (await EndAsync(Submit("d"))).Reason);
    }

    [Fact]
    public async Task A_fault_of_the_scheduler_ends_the_sequences_and_the_next_is_served()
    {
        SchedulerOptions options = new() { MaxUnreadEvents = 2, SlowReaderTimeout = TimeSpan.FromSeconds(77) };
        Start(options: options, time: new NoTimers(options.SlowReaderTimeout));
        GenerationJob slow = Submit("a");
        while (_scheduler!.RunningCount + _scheduler.QueuedCount > 0)
        {
            await Task.Yield();
        }

        Assert.Equal(EndReason.Error, (await EndAsync(slow)).Reason);
        GenerationRequest next = new([Tokens("b")], Greedy with { MaxTokens = 1 });
        Assert.Equal(SubmitOutcome.Accepted, _scheduler.Submit(next, out GenerationJob? job));
        Assert.Equal(EndReason.MaxTokens, (await EndAsync(job!)).Reason);
    }

    [Fact]
    public async Task A_started_sequence_allocates_nothing_of_the_size_of_the_vocabulary()
    {
        const int Vocabulary = 1 << 20;
        List<long> allocated = [];
        FakeContext context = Start(new FakeContext(vocabulary: Vocabulary));
        context.OnRun = _ => allocated.Add(GC.GetAllocatedBytesForCurrentThread());
        for (int i = 0; i < 3; i++)
        {
            await EndAsync(Submit("a"));
        }

        Assert.Equal(3 * Greedy.MaxTokens, allocated.Count);
        Assert.InRange(allocated[^1] - allocated[0], 0, Vocabulary);
    }

    private static int[] Tokens(string text) => [.. Encoding.UTF8.GetBytes(text).Select(value => (int)value)];

    private static async Task<SequenceResult> EndAsync(GenerationJob job)
    {
        SequenceResult? result = null;
        while (await job.WaitToReadAsync(TestServer.Stop))
        {
            while (job.TryRead(out GenerationEvent? next))
            {
                result = next.Result ?? result;
            }
        }

        return result!;
    }

    private FakeContext Start(FakeContext? context = null, SchedulerOptions? options = null, TimeProvider? time = null, ILogger? log = null)
    {
        context ??= new FakeContext();
        _scheduler = new ModelScheduler(
            context, new ByteTokenizer(hasEndOfText: true), options ?? new SchedulerOptions(), _metrics, time ?? TimeProvider.System, log ?? NullLogger.Instance);
        return context;
    }

    private GenerationJob Submit(string prompt)
    {
        Assert.Equal(SubmitOutcome.Accepted, _scheduler!.Submit(new GenerationRequest([Tokens(prompt)], Greedy), out GenerationJob? job));
        return job!;
    }

    // A metrics listener that fails whenever a sequence ends.
    private void BreakMetrics()
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Meter == _metrics.Meter && instrument.Name == "ngpt.texts_ended")
            {
                listener.EnableMeasurementEvents(instrument);
            }
        };
        _listener.SetMeasurementEventCallback<long>((_, _, _, _) => throw new InvalidOperationException("planted"));
        _listener.Start();
    }

    private sealed class BrokenLog : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            throw new InvalidOperationException("planted");
    }

    private sealed class NoTimers(TimeSpan rejected) : TimeProvider
    {
        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
            dueTime == rejected ? throw new InvalidOperationException("planted") : base.CreateTimer(callback, state, dueTime, period);
    }
}
