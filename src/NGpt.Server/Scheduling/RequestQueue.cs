using System.Diagnostics.CodeAnalysis;

namespace NGpt.Server.Scheduling;

/// <summary>The limits of a <see cref="ModelScheduler"/> and its queue.</summary>
internal sealed record SchedulerOptions
{
    /// <summary>Maximum number of sequences that wait for a slot.</summary>
    public int MaxQueued { get; init; } = 256;

    /// <summary>Maximum prefill tokens per forward pass while other sequences are decoding: bounds how long those wait.</summary>
    public int PrefillChunk { get; init; } = 128;

    /// <summary>Maximum prefill tokens of a sequence per forward pass where all of their logits are needed.</summary>
    public int ScoringChunk { get; init; } = 64;

    /// <summary>Maximum number of events that a reader may leave unread: then its sequences pause, and give up their slots where others wait.</summary>
    public int MaxUnreadEvents { get; init; } = 256;

    /// <summary>
    /// Whether what is computed for a sequence depends on nothing but its own request: each has forward passes of its own, and
    /// no prefix is reused.
    /// </summary>
    public bool IsDeterministic { get; init; }

    /// <summary>Maximum time of a request, time in the queue included.</summary>
    public TimeSpan RequestTimeout { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>Maximum time that a request may pause because its reader is behind.</summary>
    public TimeSpan SlowReaderTimeout { get; init; } = TimeSpan.FromSeconds(30);
}

/// <summary>The outcome of submitting a request.</summary>
internal enum SubmitOutcome
{
    /// <summary>Accepted: every sequence will end with a reason.</summary>
    Accepted,

    /// <summary>The queue has no room for it.</summary>
    QueueFull,

    /// <summary>The server is shutting down.</summary>
    Closed,
}

/// <summary>
/// The sequences of a scheduler: the queued ones, in the order of their arrival, and the running ones, which have a slot.
/// Any thread may submit; only the scheduler's thread starts and removes.
/// </summary>
internal sealed class RequestQueue(SchedulerOptions options, int slots, TimeProvider time, Action wake)
{
    private readonly List<Sequence> _running = [];
    private readonly List<Sequence> _queued = [];
    private readonly Lock _gate = new();
    private bool _isClosed;
    private bool _isStopped;
    private double _meanSeconds = 1;

    /// <summary>Number of sequences that wait for a slot.</summary>
    public int QueuedCount => Locked(() => _queued.Count);

    /// <summary>Number of sequences that have a slot.</summary>
    public int RunningCount => Locked(() => _running.Count);

    /// <summary>The sequences that have a slot. For the scheduler's thread, which alone changes them.</summary>
    public IReadOnlyList<Sequence> Running => _running;

    /// <summary>Whether all sequences were told to end.</summary>
    public bool IsStopped => Locked(() => _isStopped);

    /// <summary>Whether the queue is closed and every sequence has ended.</summary>
    public bool IsDrained => Locked(() => _isClosed && _running.Count == 0 && _queued.Count == 0);

    /// <summary>Whether there is no room for a single sequence.</summary>
    public bool IsFull => Locked(() => !_isClosed && Room <= 0);

    /// <summary>Whether a queued sequence could start now.</summary>
    public bool CanStart => Locked(() => NextPosition() >= 0);

    /// <summary>Seconds after which a rejected client should retry: the mean duration of a sequence times the rounds of all slots before it.</summary>
    public int RetryAfterSeconds => Locked(() =>
        (int)Math.Clamp(Math.Ceiling(Math.Ceiling((_queued.Count + 1.0) / slots) * _meanSeconds), 1, 60));

    /// <summary>Queues the sequences of a request, unless there is no room for all of them.</summary>
    public SubmitOutcome Submit(GenerationRequest request, out GenerationJob? job)
    {
        job = null;
        lock (_gate)
        {
            if (_isClosed)
            {
                return SubmitOutcome.Closed;
            }

            if (request.SequenceCount > Room)
            {
                return SubmitOutcome.QueueFull;
            }

            job = new GenerationJob(request, options, time, wake);
            Sequence? first = null;
            for (int index = 0; index < request.SequenceCount; index++)
            {
                bool isFirstOfPrompt = index % request.Choices == 0;
                Sequence sequence = new(job, index, prefixSource: isFirstOfPrompt ? null : first);
                first = isFirstOfPrompt ? sequence : first;
                _queued.Add(sequence);
            }

            job.StartDeadline();
        }

        wake();
        return SubmitOutcome.Accepted;
    }

    /// <summary>Rejects new requests; <paramref name="stop"/> also ends the accepted ones.</summary>
    public void Close(bool stop)
    {
        lock (_gate)
        {
            _isClosed = true;
            _isStopped |= stop;
        }

        wake();
    }

    /// <summary>Moves the next queued sequence that can start to the running ones, if a slot is free.</summary>
    public bool TryStart([NotNullWhen(true)] out Sequence? next)
    {
        next = null;
        lock (_gate)
        {
            int position = NextPosition();
            if (position >= 0)
            {
                next = _queued[position];
                _queued.RemoveAt(position);
                _running.Add(next);
            }
        }

        return next is not null;
    }

    /// <summary>
    /// Queues a running sequence again whose reader is behind, if another one waits for its slot; null where there is none.
    /// It stays ahead of those that came later.
    /// </summary>
    public Sequence? Suspend()
    {
        lock (_gate)
        {
            int position = _running.Count < slots || !_queued.Exists(static sequence => sequence.CanStart) ? -1 : _running.FindLastIndex(static sequence => !sequence.Job.HasRoom);
            if (position < 0)
            {
                return null;
            }

            Sequence suspended = _running[position];
            _running.RemoveAt(position);
            _queued.Insert(0, suspended);
            return suspended;
        }
    }

    /// <summary>The sequences whose request was cancelled; all of them once the queue is stopped.</summary>
    public IReadOnlyList<Sequence> Cancelled()
    {
        List<Sequence>? cancelled = null;
        lock (_gate)
        {
            Gather(_queued, ref cancelled);
            Gather(_running, ref cancelled);
        }

        return cancelled ?? [];
    }

    /// <summary>A copy of the sequences that have not ended, queued ones included.</summary>
    public IReadOnlyList<Sequence> All() => Locked<IReadOnlyList<Sequence>>(() => [.. _running, .. _queued]);

    /// <summary>Removes a sequence that has ended.</summary>
    public void Remove(Sequence sequence)
    {
        double seconds = time.GetElapsedTime(sequence.Job.AcceptedAt).TotalSeconds;
        lock (_gate)
        {
            if (!_running.Remove(sequence))
            {
                _queued.Remove(sequence);
            }

            // Moving average over about 16 sequences.
            _meanSeconds += (seconds - _meanSeconds) / 16;
        }
    }

    private int Room => options.MaxQueued + slots - _queued.Count - _running.Count;

    private int NextPosition() => _running.Count < slots ? _queued.FindIndex(static sequence => sequence.CanStart) : -1;

    private void Gather(List<Sequence> sequences, ref List<Sequence>? cancelled)
    {
        foreach (Sequence sequence in sequences)
        {
            if (_isStopped)
            {
                sequence.Job.Cancel(EndReason.Shutdown);
            }

            if (sequence.Job.CancelReason is not null)
            {
                (cancelled ??= []).Add(sequence);
            }
        }
    }

    private T Locked<T>(Func<T> read)
    {
        lock (_gate)
        {
            return read();
        }
    }
}
