using System.Diagnostics.CodeAnalysis;

namespace NGpt.Server.Scheduling;

/// <summary>
/// The texts of a scheduler: those that wait, in the order in which they came, and those that have a slot. Anybody may add;
/// only the scheduler's thread takes and removes.
/// </summary>
internal sealed class TextQueue(SchedulerOptions options, int slots, TimeProvider time, Action wake)
{
    private readonly List<RunningSequence> _running = [];
    private readonly List<RunningSequence> _waiting = [];
    private readonly Lock _gate = new();
    private bool _closed;
    private bool _stopped;
    private double _meanSeconds = 1;

    /// <summary>Texts that wait for a slot.</summary>
    public int Waiting
    {
        get
        {
            lock (_gate)
            {
                return _waiting.Count;
            }
        }
    }

    /// <summary>Number of texts that have a slot.</summary>
    public int RunningCount
    {
        get
        {
            lock (_gate)
            {
                return _running.Count;
            }
        }
    }

    /// <summary>The texts that have a slot. For the scheduler's thread, which alone changes them.</summary>
    public IReadOnlyList<RunningSequence> Running => _running;

    /// <summary>Whether everything was told to end.</summary>
    public bool IsStopped
    {
        get
        {
            lock (_gate)
            {
                return _stopped;
            }
        }
    }

    /// <summary>Whether nothing more comes and nothing is left.</summary>
    public bool IsDrained
    {
        get
        {
            lock (_gate)
            {
                return _closed && _running.Count == 0 && _waiting.Count == 0;
            }
        }
    }

    /// <summary>Whether somebody waits who could have a slot now.</summary>
    public bool CanTake
    {
        get
        {
            lock (_gate)
            {
                return _running.Count < slots && _waiting.Exists(sequence => sequence.IsReady);
            }
        }
    }

    /// <summary>Seconds after which it makes sense to ask again when the queue was full: the usual time of a text for each round of the slots.</summary>
    public int RetryAfterSeconds
    {
        get
        {
            lock (_gate)
            {
                double rounds = Math.Ceiling((_waiting.Count + 1.0) / slots);
                return (int)Math.Clamp(Math.Ceiling(rounds * _meanSeconds), 1, 60);
            }
        }
    }

    /// <summary>Asks for texts.</summary>
    /// <param name="orders">At least one.</param>
    /// <param name="job">The accepted request; whoever has it reads it to its end.</param>
    public SubmitOutcome Submit(IReadOnlyList<SequenceOrder> orders, out GenerationJob? job)
    {
        job = null;
        lock (_gate)
        {
            if (_closed)
            {
                return SubmitOutcome.Closed;
            }

            if (_waiting.Count + _running.Count + orders.Count > options.QueueLength + slots)
            {
                return SubmitOutcome.Full;
            }

            job = new GenerationJob(orders, options.UnreadEvents, time, wake);
            RunningSequence? previous = null;
            foreach (SequenceOrder order in orders)
            {
                bool isTwin = previous is not null && ReferenceEquals(previous.Order.Prompt, order.Prompt);
                previous = new RunningSequence(job, order, isTwin ? previous!.Twin ?? previous : null);
                _waiting.Add(previous);
            }

            job.StartDeadline(options.RequestTimeout);
        }

        wake();
        return SubmitOutcome.Accepted;
    }

    /// <summary>Accepts nothing more.</summary>
    /// <param name="endAll">Whether what was accepted ends now, too.</param>
    public void Close(bool endAll)
    {
        lock (_gate)
        {
            _closed = true;
            _stopped |= endAll;
        }

        wake();
    }

    /// <summary>Gives the next text that can begin a slot, if there is one for it.</summary>
    public bool TryTake([NotNullWhen(true)] out RunningSequence? next)
    {
        next = null;
        lock (_gate)
        {
            int place = _running.Count < slots ? _waiting.FindIndex(sequence => sequence.IsReady) : -1;
            if (place >= 0)
            {
                next = _waiting[place];
                _waiting.RemoveAt(place);
                _running.Add(next);
            }
        }

        return next is not null;
    }

    /// <summary>The texts that somebody asked to end.</summary>
    public IReadOnlyList<RunningSequence> Asked()
    {
        List<RunningSequence>? asked = null;
        lock (_gate)
        {
            Gather(_waiting, ref asked);
            Gather(_running, ref asked);
        }

        return asked ?? [];
    }

    /// <summary>The texts that have not ended, waiting ones too, as they are now.</summary>
    public IReadOnlyList<RunningSequence> All()
    {
        lock (_gate)
        {
            return [.. _running, .. _waiting];
        }
    }

    /// <summary>Removes a text that has ended.</summary>
    public void Remove(RunningSequence sequence)
    {
        double seconds = time.GetElapsedTime(sequence.Job.Accepted).TotalSeconds;
        lock (_gate)
        {
            if (!_running.Remove(sequence))
            {
                _waiting.Remove(sequence);
            }

            _meanSeconds += (seconds - _meanSeconds) / 16;
        }
    }

    private void Gather(List<RunningSequence> sequences, ref List<RunningSequence>? asked)
    {
        foreach (RunningSequence sequence in sequences)
        {
            if (_stopped)
            {
                sequence.Job.Ask(EndReason.Shutdown);
            }

            if (sequence.Job.Asked is not null)
            {
                (asked ??= []).Add(sequence);
            }
        }
    }
}
