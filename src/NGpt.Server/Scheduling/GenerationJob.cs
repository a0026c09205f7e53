using System.Diagnostics.CodeAnalysis;
using System.Threading.Channels;

namespace NGpt.Server.Scheduling;

/// <summary>
/// An accepted request: the scheduler publishes events, one reader takes them. Publishing never waits. Instead
/// <see cref="HasRoom"/> becomes false when the reader is behind, and the scheduler computes nothing for the request until
/// the reader has caught up: at most <paramref name="maxUnreadEvents"/> events and the results are held.
/// </summary>
internal sealed class GenerationJob(GenerationRequest request, int maxUnreadEvents, TimeProvider time, Action wake)
{
    private const int None = -1;

    private readonly Channel<GenerationEvent> _events = Channel.CreateUnbounded<GenerationEvent>(new() { SingleReader = true, SingleWriter = true });
    private int _unread;
    private int _cancelReason = None;
    private int _active = request.SequenceCount;
    private ITimer? _deadline;
    private ITimer? _slowReader;

    /// <summary>The request.</summary>
    public GenerationRequest Request => request;

    /// <summary>When it was accepted, in ticks of the scheduler's clock.</summary>
    public long AcceptedAt { get; } = time.GetTimestamp();

    /// <summary>Whether the reader is near enough for more to be computed.</summary>
    public bool HasRoom => Volatile.Read(ref _unread) < maxUnreadEvents;

    /// <summary>Why the request was cancelled; null as long as it was not.</summary>
    public EndReason? CancelReason => Volatile.Read(ref _cancelReason) is int reason and not None ? (EndReason)reason : null;

    /// <summary>Asks the scheduler to end all sequences that have not ended; the first reason counts. From any thread.</summary>
    public void Cancel(EndReason reason)
    {
        Interlocked.CompareExchange(ref _cancelReason, (int)reason, None);
        wake();
    }

    /// <summary>Waits for the next event; false when all sequences have ended and all events are read.</summary>
    public ValueTask<bool> WaitToReadAsync(CancellationToken stop = default) => _events.Reader.WaitToReadAsync(stop);

    /// <summary>Takes the next event, if there is one.</summary>
    public bool TryRead([NotNullWhen(true)] out GenerationEvent? next)
    {
        if (!_events.Reader.TryRead(out next))
        {
            return false;
        }

        if (Interlocked.Decrement(ref _unread) == maxUnreadEvents - 1)
        {
            wake();
        }

        return true;
    }

    /// <summary>Starts the time limit of the request.</summary>
    public void StartDeadline(TimeSpan limit) =>
        _deadline = time.CreateTimer(static job => ((GenerationJob)job!).Cancel(EndReason.Deadline), this, limit, Timeout.InfiniteTimeSpan);

    /// <summary>Starts or stops the time limit of a reader that is behind.</summary>
    public void SetPaused(bool isPaused, TimeSpan limit)
    {
        if (isPaused)
        {
            _slowReader ??= time.CreateTimer(static job => ((GenerationJob)job!).Cancel(EndReason.SlowReader), this, limit, Timeout.InfiniteTimeSpan);
        }
        else
        {
            _slowReader?.Dispose();
            _slowReader = null;
        }
    }

    /// <summary>Hands an event to the reader; with the result of the last sequence the job is complete.</summary>
    public void Publish(GenerationEvent next)
    {
        Interlocked.Increment(ref _unread);
        _events.Writer.TryWrite(next);
        if (next.Result is not null && --_active == 0)
        {
            _deadline?.Dispose();
            SetPaused(isPaused: false, default);
            _events.Writer.TryComplete();
        }
    }
}
