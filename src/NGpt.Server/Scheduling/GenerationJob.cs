using System.Diagnostics.CodeAnalysis;
using System.Threading.Channels;

namespace NGpt.Server.Scheduling;

/// <summary>
/// An accepted request: the scheduler publishes events, one reader takes them. Publishing never waits. Instead
/// <see cref="HasRoom"/> becomes false when the reader is behind, and the scheduler computes nothing for the request until
/// the reader has caught up with half of what was unread: at most <see cref="SchedulerOptions.MaxUnreadEvents"/> events and
/// one for each sequence are held. A reader that stays behind too long ends the request.
/// </summary>
internal sealed class GenerationJob(GenerationRequest request, SchedulerOptions options, TimeProvider time, Action wake)
{
    private const int None = -1;

    private readonly Lock _gate = new();
    private readonly Channel<GenerationEvent> _events = Channel.CreateUnbounded<GenerationEvent>(new() { SingleReader = true, SingleWriter = true });
    private int _unread;
    private volatile bool _isBehind;
    private int _cancelReason = None;
    private int _active = request.SequenceCount;
    private ITimer? _deadline;
    private ITimer? _slowReader;

    /// <summary>The request.</summary>
    public GenerationRequest Request => request;

    /// <summary>When it was accepted, in ticks of the scheduler's clock.</summary>
    public long AcceptedAt { get; } = time.GetTimestamp();

    /// <summary>Whether the reader is near enough for more to be computed.</summary>
    public bool HasRoom => !_isBehind;

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

        bool hasCaughtUp = false;
        lock (_gate)
        {
            _unread--;
            if (_isBehind && _unread <= options.MaxUnreadEvents / 2)
            {
                SetBehind(false);
                hasCaughtUp = true;
            }
        }

        if (hasCaughtUp)
        {
            wake();
        }

        return true;
    }

    /// <summary>Starts the time limit of the request.</summary>
    public void StartDeadline() => _deadline = Timer(EndReason.Deadline, options.RequestTimeout);

    /// <summary>Hands an event to the reader; with the result of the last sequence the job is complete.</summary>
    public void Publish(GenerationEvent next)
    {
        bool isLast = next.Result is not null && --_active == 0;
        _events.Writer.TryWrite(next);
        lock (_gate)
        {
            _unread++;
            if (isLast)
            {
                SetBehind(false);
            }
            else if (_unread >= options.MaxUnreadEvents && !_isBehind)
            {
                SetBehind(true);
            }
        }

        if (isLast)
        {
            _deadline?.Dispose();
            _events.Writer.TryComplete();
        }
    }

    private void SetBehind(bool isBehind)
    {
        _isBehind = isBehind;
        _slowReader?.Dispose();
        _slowReader = isBehind ? Timer(EndReason.SlowReader, options.SlowReaderTimeout) : null;
    }

    private ITimer Timer(EndReason reason, TimeSpan limit) =>
        time.CreateTimer(static state => ((Action)state!)(), () => Cancel(reason), limit, Timeout.InfiniteTimeSpan);
}
