using Microsoft.Extensions.Logging;
using NGpt.Core.Errors;
using NGpt.Core.Generation;
using NGpt.Core.Tokenizers;
using NGpt.Runtime.Inference;
using NGpt.Server.Metrics;

namespace NGpt.Server.Scheduling;

/// <summary>
/// Continuous batching: one model runs many requests. A single thread owns the model and repeats: end cancelled sequences,
/// give free slots to queued ones, run one forward pass for all, publish the tokens. Sequences join and leave between passes.
/// </summary>
internal sealed partial class ModelScheduler : IDisposable
{
    private readonly IInferenceContext _context;
    private readonly SchedulerOptions _options;
    private readonly ServerMetrics _metrics;
    private readonly ILogger _logger;
    private readonly SlotTable _slots;
    private readonly SequenceDecoder _decoder;
    private readonly BatchPlan _plan;
    private readonly RequestQueue _queue;
    private readonly AutoResetEvent _wake = new(initialState: false);
    private readonly TaskCompletionSource _drained = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Thread _thread;

    /// <summary>Starts the thread. The scheduler disposes of the context.</summary>
    public ModelScheduler(IInferenceContext context, ITokenizer tokenizer, SchedulerOptions options, ServerMetrics metrics, TimeProvider time, ILogger logger)
    {
        if (context.BatchTokens < context.SlotCount)
        {
            throw new ArgumentException($"{context.BatchTokens} tokens per forward pass are fewer than {context.SlotCount} slots.", nameof(context));
        }

        (_context, _options, _metrics, _logger) = (context, options, metrics, logger);
        _slots = new SlotTable(context);
        _decoder = new SequenceDecoder(context, tokenizer, _slots, options, metrics, time);
        _plan = new BatchPlan(options, context.BatchTokens);
        _queue = new RequestQueue(options, context.SlotCount, time, () => _wake.Set());
        metrics.Observe(() => QueuedCount, () => RunningCount);
        _thread = new Thread(Loop) { IsBackground = true, Name = "ngpt model" };
        _thread.Start();
    }

    /// <summary>Number of sequences that wait for a slot.</summary>
    public int QueuedCount => _queue.QueuedCount;

    /// <summary>Number of sequences that have a slot.</summary>
    public int RunningCount => _queue.RunningCount;

    /// <summary>Maximum number of sequences in a request: what an idle server has room for.</summary>
    public int MaxSequences => _options.MaxQueued + _context.SlotCount;

    /// <summary>Maximum length of a sequence in tokens, prompt included.</summary>
    public int ContextLength => _context.ContextLength;

    /// <summary>V, the number of tokens.</summary>
    public int VocabularySize => _context.VocabularySize;

    /// <summary>L, the number of blocks.</summary>
    public int LayerCount => _context.LayerCount;

    /// <summary>Completes when the scheduler is closed and every sequence has ended.</summary>
    public Task Drained => _drained.Task;

    /// <summary>Whether the queue has no room for a single sequence.</summary>
    public bool IsQueueFull => _queue.IsFull;

    /// <summary>Seconds after which a client should retry when the queue was full.</summary>
    public int RetryAfterSeconds => _queue.RetryAfterSeconds;

    /// <summary>Submits a request of at most <see cref="MaxSequences"/> sequences. From any thread.</summary>
    public SubmitOutcome Submit(GenerationRequest request, out GenerationJob? job)
    {
        SubmitOutcome outcome = _queue.Submit(request, out job);
        if (outcome == SubmitOutcome.Accepted)
        {
            _metrics.Accepted(request.SequenceCount);
        }

        return outcome;
    }

    /// <summary>Rejects new requests; accepted ones continue.</summary>
    public void Close() => _queue.Close(stop: false);

    /// <summary>Rejects new requests and ends all sequences.</summary>
    public void Stop() => _queue.Close(stop: true);

    /// <summary>Ends all sequences, stops the thread, and disposes of the context.</summary>
    public void Dispose()
    {
        Stop();
        if (_thread.IsAlive)
        {
            _thread.Join();
        }

        // The event is not disposed of: a timer that is firing may still set it.
        _context.Dispose();
    }

    private void Loop()
    {
        bool isRunning = true;
        while (isRunning)
        {
            try
            {
                isRunning = RunIteration();
            }
            catch (Exception failure)
            {
                // A fault of the scheduler itself: every client receives an end, and the next request is served.
                foreach (Sequence sequence in _queue.All())
                {
                    End(sequence, EndReason.Error, failure: failure);
                }
            }
        }
    }

    // False when it was the last.
    private bool RunIteration()
    {
        EndCancelled();
        StartQueued();
        if (_plan.Make(_queue.Running))
        {
            RunBatch();
            return true;
        }

        bool isDrained = _queue.IsDrained;
        if (isDrained)
        {
            _drained.TrySetResult();
        }

        if (isDrained && _queue.IsStopped)
        {
            return false;
        }

        if (!_queue.CanStart)
        {
            _wake.WaitOne();
        }

        return true;
    }

    private void EndCancelled()
    {
        foreach (Sequence sequence in _queue.Cancelled())
        {
            EndOnFailure(sequence, () =>
            {
                string text = sequence.State?.End(StopReason.Cancelled) ?? string.Empty;
                End(sequence, sequence.Job.CancelReason!.Value, text, sequence.TakeScored());
            });
        }
    }

    private void StartQueued()
    {
        SuspendPaused();
        while (_queue.TryStart(out Sequence? next))
        {
            EndOnFailure(next, () => Start(next));
            SuspendPaused();
        }
    }

    // A sequence that waits for its reader keeps no other from running.
    private void SuspendPaused()
    {
        if (_queue.Suspend() is Sequence paused)
        {
            EndOnFailure(paused, () => _slots.Release(paused.Suspend(_options.IsDeterministic), keepTokens: true));
        }
    }

    private void Start(Sequence sequence)
    {
        if (_decoder.Start(sequence) is EndReason reason)
        {
            End(sequence, reason);
        }
    }

    private void RunBatch()
    {
        try
        {
            _context.Run(_plan.Steps);
        }
        catch (Exception failure)
        {
            // The content of the slots is unknown now. The sequences of the batch end; all others continue.
            foreach (Sequence sequence in _plan.Sequences)
            {
                End(sequence, EndReason.Error, failure: failure);
            }

            return;
        }

        for (int number = 0; number < _plan.Sequences.Count; number++)
        {
            Sequence sequence = _plan.Sequences[number];
            try
            {
                Publish(sequence, _decoder.Advance(sequence, number, _plan.Steps[number].Tokens.Span));
            }
            catch (Exception failure)
            {
                End(sequence, EndReason.Error, failure: failure);
            }
        }
    }

    private void Publish(Sequence sequence, (string Text, IReadOnlyList<ScoredToken> Scored, EndReason? End) output)
    {
        if (output.End is EndReason reason)
        {
            End(sequence, reason, output.Text, output.Scored);
        }
        else if (output.Text.Length > 0 || output.Scored.Count > 0)
        {
            sequence.Job.Publish(new GenerationEvent(sequence.Index, output.Text) { Tokens = output.Scored });
        }
    }

    /// <summary>
    /// The one way in which a sequence ends, for every reason. Throws nothing: a failure here must keep neither this client
    /// nor another from receiving its end.
    /// </summary>
    private void End(Sequence sequence, EndReason reason, string text = "", IReadOnlyList<ScoredToken>? scored = null, Exception? failure = null)
    {
        if (failure is not null)
        {
            Log(failure);
        }

        if (sequence.HasEnded)
        {
            return;
        }

        sequence.HasEnded = true;
        // Before all else: what is in the queue is planned again.
        _queue.Remove(sequence);
        int slot = sequence.Slot;
        sequence.Slot = -1;
        if (slot >= 0)
        {
            Attempt(() => _slots.Release(slot, keepTokens: failure is null));
        }

        Attempt(() => _metrics.Ended(reason));
        string? error = failure is null ? null : failure is NGptException ? failure.Message : "the model failed; see the server's log";
        SequenceResult result = new(reason, sequence.CachedTokens, sequence.State?.GeneratedTokens ?? 0, error) { MeanLogProbability = sequence.MeanLogProbability };
        sequence.Job.Publish(new GenerationEvent(sequence.Index, text) { Tokens = scored ?? [], Result = result });
    }

    private void EndOnFailure(Sequence sequence, Action action)
    {
        try
        {
            action();
        }
        catch (Exception failure)
        {
            End(sequence, EndReason.Error, failure: failure);
        }
    }

    private void Attempt(Action action)
    {
        try
        {
            action();
        }
        catch (Exception failure)
        {
            Log(failure);
        }
    }

    private void Log(Exception failure)
    {
        try
        {
            LogFailure(failure);
        }
        catch (Exception)
        {
            // A failure of the log ends no sequence.
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "The model failed.")]
    private partial void LogFailure(Exception failure);
}
