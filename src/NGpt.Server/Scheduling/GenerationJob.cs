using System.Diagnostics.CodeAnalysis;
using System.Threading.Channels;

namespace NGpt.Server.Scheduling;

/// <summary>
/// A request that the scheduler has accepted, seen from both sides: the scheduler writes events, one reader takes them.
/// Writing never waits. Instead <see cref="HasRoom"/> becomes false when the reader is behind, and the scheduler computes
/// nothing for the request until it has caught up: at most <paramref name="unreadEvents"/> events and the ends are held.
/// </summary>
internal sealed class GenerationJob(IReadOnlyList<SequenceOrder> orders, int unreadEvents, TimeProvider time, Action wake)
{
    private const int Nothing = -1;

    private readonly Channel<GenerationEvent> _events = Channel.CreateUnbounded<GenerationEvent>(new() { SingleReader = true, SingleWriter = true });
    private int _unread;
    private int _asked = Nothing;
    private int _open = orders.Count;
    private ITimer? _deadline;
    private ITimer? _pause;

    /// <summary>The texts.</summary>
    public IReadOnlyList<SequenceOrder> Orders => orders;

    /// <summary>When it was accepted, in ticks of the scheduler's clock.</summary>
    public long Accepted { get; } = time.GetTimestamp();

    /// <summary>Whether the reader is near enough for more to be written.</summary>
    public bool HasRoom => Volatile.Read(ref _unread) < unreadEvents;

    /// <summary>The reason for which somebody asked to end all of its texts, or null.</summary>
    public EndReason? Asked => Volatile.Read(ref _asked) is int asked and not Nothing ? (EndReason)asked : null;

    /// <summary>Asks the scheduler to end what has not ended; the first reason counts. From any thread.</summary>
    public void Ask(EndReason reason)
    {
        Interlocked.CompareExchange(ref _asked, (int)reason, Nothing);
        wake();
    }

    /// <summary>Waits for the next event.</summary>
    /// <returns>False when all texts have ended and all events are read.</returns>
    public ValueTask<bool> WaitToReadAsync(CancellationToken stop = default) => _events.Reader.WaitToReadAsync(stop);

    /// <summary>Takes the next event, if there is one.</summary>
    public bool TryRead([NotNullWhen(true)] out GenerationEvent? next)
    {
        if (!_events.Reader.TryRead(out next))
        {
            return false;
        }

        if (Interlocked.Decrement(ref _unread) == unreadEvents - 1)
        {
            wake();
        }

        return true;
    }

    /// <summary>Begins to count the time that it may take.</summary>
    public void StartDeadline(TimeSpan limit) =>
        _deadline = time.CreateTimer(static job => ((GenerationJob)job!).Ask(EndReason.Deadline), this, limit, Timeout.InfiniteTimeSpan);

    /// <summary>Notes whether the reader is behind; if it stays so for too long, the request ends.</summary>
    public void NotePause(bool paused, TimeSpan limit)
    {
        if (paused)
        {
            _pause ??= time.CreateTimer(static job => ((GenerationJob)job!).Ask(EndReason.SlowReader), this, limit, Timeout.InfiniteTimeSpan);
        }
        else
        {
            _pause?.Dispose();
            _pause = null;
        }
    }

    /// <summary>Tells the reader something; with the last end, the job is over.</summary>
    public void Write(GenerationEvent news)
    {
        Interlocked.Increment(ref _unread);
        _events.Writer.TryWrite(news);
        if (news.End is not null && --_open == 0)
        {
            _deadline?.Dispose();
            NotePause(paused: false, default);
            _events.Writer.TryComplete();
        }
    }
}
