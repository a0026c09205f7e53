using Microsoft.Extensions.Logging;
using NGpt.Core.Errors;
using NGpt.Core.Generation;
using NGpt.Core.Sampling;
using NGpt.Core.Tokenizers;
using NGpt.Runtime.Inference;
using NGpt.Server.Metrics;

namespace NGpt.Server.Scheduling;

/// <summary>
/// Runs one model for many requests. A single thread owns the model and repeats: end what was asked to end, give free slots
/// to those who wait, compute one step for all, hand out the tokens. Texts join and leave between steps.
/// </summary>
internal sealed partial class ModelScheduler : IDisposable
{
    private readonly IInferenceContext _context;
    private readonly ITokenizer _tokenizer;
    private readonly SchedulerOptions _options;
    private readonly ServerMetrics _metrics;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly SlotTable _slots;
    private readonly SamplerMemory _sampling;
    private readonly StepPlan _plan;
    private readonly TextQueue _queue;
    private readonly AutoResetEvent _wake = new(initialState: false);
    private readonly TaskCompletionSource _drained = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Thread _thread;

    /// <summary>Takes over a context and starts.</summary>
    /// <param name="context">The model at work; disposed of at the end.</param>
    /// <param name="tokenizer">Its tokenizer.</param>
    /// <param name="options">The limits.</param>
    /// <param name="metrics">Receives counts and times.</param>
    /// <param name="time">The clock.</param>
    /// <param name="logger">Receives failures of the model.</param>
    /// <exception cref="ArgumentException">A step of the context has no room for one token of every slot.</exception>
    public ModelScheduler(IInferenceContext context, ITokenizer tokenizer, SchedulerOptions options, ServerMetrics metrics, TimeProvider time, ILogger logger)
    {
        if (context.BatchTokens < context.SlotCount)
        {
            throw new ArgumentException($"{context.BatchTokens} tokens a step are fewer than {context.SlotCount} slots.", nameof(context));
        }

        (_context, _tokenizer, _options, _metrics, _time, _logger) = (context, tokenizer, options, metrics, time, logger);
        _slots = new SlotTable(context);
        // One for all texts: the scheduler's thread chooses their tokens one after the other.
        _sampling = new SamplerMemory(context.VocabularySize);
        _plan = new StepPlan(options, context.BatchTokens);
        _queue = new TextQueue(options, context.SlotCount, time, () => _wake.Set());
        metrics.Observe(() => Waiting, () => Running);
        _thread = new Thread(Loop) { IsBackground = true, Name = "ngpt model" };
        _thread.Start();
    }

    /// <summary>Texts that wait for a slot.</summary>
    public int Waiting => _queue.Waiting;

    /// <summary>Texts that have a slot.</summary>
    public int Running => _queue.RunningCount;

    /// <summary>The most texts that a request can have: those that an idle server has room for.</summary>
    public int Capacity => _options.QueueLength + _context.SlotCount;

    /// <summary>Tokens that a text can have, prompt included.</summary>
    public int ContextLength => _context.ContextLength;

    /// <summary>V, the number of tokens.</summary>
    public int VocabularySize => _context.VocabularySize;

    /// <summary>L, the number of blocks.</summary>
    public int LayerCount => _context.LayerCount;

    /// <summary>Completes when the scheduler is closed and every text has ended.</summary>
    public Task Drained => _drained.Task;

    /// <summary>Seconds after which it makes sense to ask again when the queue was full.</summary>
    public int RetryAfterSeconds => _queue.RetryAfterSeconds;

    /// <summary>Asks for texts. From any thread.</summary>
    /// <param name="orders">At least one, at most <see cref="Capacity"/>.</param>
    /// <param name="job">The accepted request; whoever has it reads it to its end.</param>
    public SubmitOutcome Submit(IReadOnlyList<SequenceOrder> orders, out GenerationJob? job)
    {
        SubmitOutcome outcome = _queue.Submit(orders, out job);
        if (outcome == SubmitOutcome.Accepted)
        {
            _metrics.Accepted(orders.Count);
        }

        return outcome;
    }

    /// <summary>Accepts nothing more; what was accepted goes on.</summary>
    public void Close() => _queue.Close(endAll: false);

    /// <summary>Ends all texts now, and accepts nothing more.</summary>
    public void EndAll() => _queue.Close(endAll: true);

    /// <summary>Ends all texts, stops the thread, and gives back the context.</summary>
    public void Dispose()
    {
        EndAll();
        if (_thread.IsAlive)
        {
            _thread.Join();
        }

        // The event stays: a timer that is just going off may still set it.
        _context.Dispose();
    }

    private void Loop()
    {
        bool goesOn = true;
        while (goesOn)
        {
            try
            {
                goesOn = Turn();
            }
            catch (Exception failure)
            {
                // A fault of the scheduler's own: nobody waits for an end that never comes, and the next request is served.
                foreach (RunningSequence sequence in _queue.All())
                {
                    Fail(sequence, failure);
                }
            }
        }
    }

    // One round of the loop; false when it was the last.
    private bool Turn()
    {
        EndAsked();
        Admit();
        if (_plan.Make(_queue.Running))
        {
            Step();
        }
        else if (_queue.IsDrained)
        {
            _drained.TrySetResult();
            if (_queue.IsStopped)
            {
                return false;
            }

            _wake.WaitOne();
        }
        else if (!_queue.CanTake)
        {
            _wake.WaitOne();
        }

        return true;
    }

    private void EndAsked()
    {
        foreach (RunningSequence sequence in _queue.Asked())
        {
            try
            {
                End(sequence, sequence.Job.Asked!.Value);
            }
            catch (Exception failure)
            {
                Fail(sequence, failure);
            }
        }
    }

    private void Admit()
    {
        while (_queue.TryTake(out RunningSequence? next))
        {
            try
            {
                Begin(next);
            }
            catch (Exception failure)
            {
                Fail(next, failure);
            }
        }
    }

    private void Begin(RunningSequence sequence)
    {
        int[] prompt = sequence.Order.Prompt;
        sequence.Text = new GenerationState(_tokenizer, sequence.Order.Sampling, _sampling, prompt);
        if (sequence.Text.Ended is StopReason nothingToDo && !sequence.Order.ScorePrompt)
        {
            End(sequence, EndReasons.Of(nothingToDo));
            return;
        }

        // The last token is always read: its logits are needed. Tokens that are scored are all read.
        (sequence.Slot, sequence.Read) = _slots.Take(prompt, sequence.Order.ScorePrompt ? 0 : prompt.Length - 1);
        sequence.Cached = sequence.Read;
    }

    private void Step()
    {
        try
        {
            _context.Run(_plan.Steps);
        }
        catch (Exception failure)
        {
            // What the slots hold now is unknown. Whoever took part ends; everybody else goes on.
            foreach (RunningSequence sequence in _plan.Members)
            {
                Fail(sequence, failure);
            }

            return;
        }

        for (int number = 0; number < _plan.Members.Count; number++)
        {
            RunningSequence sequence = _plan.Members[number];
            try
            {
                Advance(sequence, number, _plan.Steps[number].Tokens.Span);
            }
            catch (Exception failure)
            {
                Fail(sequence, failure);
            }
        }
    }

    private void Advance(RunningSequence sequence, int number, ReadOnlySpan<int> tokens)
    {
        SequenceOrder order = sequence.Order;
        _slots.Append(sequence.Slot, tokens);
        List<TokenScore> scores = order.ScorePrompt && !sequence.IsDecoding ? ScorePrompt(sequence, number, tokens.Length) : [];
        _metrics.Computed(sequence.IsDecoding ? 0 : tokens.Length);
        sequence.Read += tokens.Length;
        GenerationState text = sequence.Text!;
        if (!sequence.IsDecoding || text.Ended is not null)
        {
            if (scores.Count > 0 || text.Ended is not null)
            {
                Tell(sequence, string.Empty, scores, sequence.IsDecoding ? End(text) : null);
            }

            return;
        }

        int row = order.ScorePrompt && tokens.Length > 1 ? tokens.Length - 1 : 0;
        ReadOnlySpan<float> logits = _context.Logits(number, row);
        string piece = text.Next(logits);
        int token = text.Tokens[^1];
        if (order.Top is int top)
        {
            scores.Add(TokenScore.Of(logits, token, top) with { Angles = order.Angles ? _context.Angles(number).ToArray() : null });
        }

        NoteTime(sequence);
        EndReason? end = End(text);
        if (end is null && text.Tokens.Length > _context.ContextLength)
        {
            piece += text.End(StopReason.MaxTokens);
            end = text.Ended == StopReason.StopString ? EndReason.StopString : EndReason.ContextFull;
        }

        Tell(sequence, piece, scores, end);
    }

    private static EndReason? End(GenerationState text) => text.Ended is StopReason reason ? EndReasons.Of(reason) : null;

    // Row i has the logits of the token after the i-th of the step; the first token of all is predicted by nothing.
    private List<TokenScore> ScorePrompt(RunningSequence sequence, int number, int count)
    {
        int[] prompt = sequence.Order.Prompt;
        List<TokenScore> scores = sequence.Read == 0 ? [TokenScore.First(prompt[0])] : [];
        for (int row = 0; row < count && sequence.Read + row + 1 < prompt.Length; row++)
        {
            scores.Add(TokenScore.Of(_context.Logits(number, row), prompt[sequence.Read + row + 1], sequence.Order.Top ?? 0));
        }

        return scores;
    }

    private void NoteTime(RunningSequence sequence)
    {
        long now = _time.GetTimestamp();
        bool isFirst = sequence.Text!.GeneratedTokens == 1;
        TimeSpan waited = _time.GetElapsedTime(isFirst ? sequence.Job.Accepted : sequence.LastToken, now);
        _metrics.Generated(isFirst, waited);
        sequence.LastToken = now;
    }

    private void Tell(RunningSequence sequence, string text, List<TokenScore> scores, EndReason? end)
    {
        if (end is EndReason reason)
        {
            Finish(sequence, reason, text, scores);
        }
        else if (text.Length > 0 || scores.Count > 0)
        {
            sequence.Job.Write(new GenerationEvent(sequence.Order.Index, text) { Scores = scores });
        }
    }

    private void End(RunningSequence sequence, EndReason reason) =>
        Finish(sequence, reason, sequence.Text?.End(StopReason.Cancelled) ?? string.Empty, []);

    // Throws nothing: what fails here must not leave the other texts without an end.
    private void Fail(RunningSequence sequence, Exception failure)
    {
        Log(failure);
        try
        {
            if (sequence.Slot >= 0)
            {
                _slots.Forget(sequence.Slot);
            }
        }
        catch (Exception second)
        {
            Log(second);
        }

        try
        {
            Finish(sequence, EndReason.Error, string.Empty, [], failure is NGptException ? failure.Message : "the model failed; the server's log says why");
        }
        catch (Exception third)
        {
            Log(third);
        }
    }

    private void Finish(RunningSequence sequence, EndReason reason, string text, IReadOnlyList<TokenScore> scores, string? problem = null)
    {
        if (sequence.Ended)
        {
            return;
        }

        sequence.Ended = true;
        try
        {
            // Out of the queue before all else: what stays in it is planned again.
            _queue.Remove(sequence);
            if (sequence.Slot >= 0)
            {
                _slots.Release(sequence.Slot);
                sequence.Slot = -1;
            }

            _metrics.Ended(reason);
        }
        finally
        {
            // Whatever listens to the metrics may fail; the reader gets the end nevertheless.
            SequenceEnd end = new(reason, sequence.Order.Prompt.Length, sequence.Cached, sequence.Text?.GeneratedTokens ?? 0, problem);
            sequence.Job.Write(new GenerationEvent(sequence.Order.Index, text) { Scores = scores, End = end });
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
            // A log that cannot be written is no reason to end texts.
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "The model failed.")]
    private partial void LogFailure(Exception failure);
}
