using NGpt.Core.Generation;
using NGpt.Core.Sampling;
using NGpt.Core.Tokenizers;
using NGpt.Runtime.Inference;
using NGpt.Server.Metrics;

namespace NGpt.Server.Scheduling;

/// <summary>What happens to one sequence around a forward pass: its slot, the scores of its prompt, its next token.</summary>
internal sealed class SequenceDecoder(IInferenceContext context, ITokenizer tokenizer, SlotTable slots, SchedulerOptions options, ServerMetrics metrics, TimeProvider time)
{
    // Shared by all sequences: the scheduler's thread samples their tokens one after the other.
    private readonly SamplerMemory _memory = new(context.VocabularySize);

    /// <summary>Gives a sequence its slot; where there is nothing to compute, returns why it has ended instead.</summary>
    public EndReason? Start(Sequence sequence)
    {
        GenerationRequest request = sequence.Job.Request;
        bool isFirstStart = sequence.State is null;
        sequence.State ??= new GenerationState(tokenizer, request.SamplingOf(sequence.Index), _memory, sequence.Prompt, request.Constraints);
        if (sequence.State.Ended is StopReason reason && !request.ScorePrompt)
        {
            return EndReasons.Of(reason);
        }

        // The last token is always computed: its logits are needed. A scored prompt is computed as a whole.
        (sequence.Slot, sequence.ProcessedTokens) = slots.Take(sequence.Prefill, MaxReuse(sequence));
        sequence.CachedTokens = isFirstStart ? sequence.ProcessedTokens : sequence.CachedTokens;
        return null;
    }

    /// <summary>Takes the result of a forward pass, of which the sequence's tokens were the step <paramref name="number"/>.</summary>
    public (string Text, IReadOnlyList<ScoredToken> Scored, EndReason? End) Advance(Sequence sequence, int number, ReadOnlySpan<int> tokens)
    {
        GenerationRequest request = sequence.Job.Request;
        GenerationState state = sequence.State!;
        bool isPrefill = !sequence.IsDecoding;
        slots.Append(sequence.Slot, tokens);
        bool scoresPrompt = sequence.ScoresPrompt;
        List<ScoredToken> scored = scoresPrompt && isPrefill ? ScorePrompt(sequence, number, tokens.Length) : [];
        metrics.Prefilled(isPrefill ? tokens.Length : 0);
        sequence.ProcessedTokens += tokens.Length;
        if (!sequence.IsDecoding)
        {
            return (string.Empty, scored, null);
        }

        if (sequence.ProcessedTokens < state.Tokens.Length)
        {
            // After a suspension: this token was generated before it.
            return (string.Empty, scored, null);
        }

        if (state.Ended is StopReason scoringOnly)
        {
            return (string.Empty, scored, EndReasons.Of(scoringOnly));
        }

        int row = scoresPrompt && tokens.Length > 1 ? tokens.Length - 1 : 0;
        ReadOnlySpan<float> logits = context.Logits(number, row);
        string text = state.Next(logits);
        if (request.ScoreTokens)
        {
            sequence.AddScored(ScoredToken.Of(logits, state.Tokens[^1], request.Alternatives ?? 0) with { Angles = request.Angles ? context.Angles(number).ToArray() : null });
        }

        MeasureTime(sequence);
        EndReason? end = state.Ended is StopReason reason ? EndReasons.Of(reason) : null;
        if (end is null && state.Tokens.Length > context.ContextLength)
        {
            text += state.End(StopReason.MaxTokens);
            end = EndReason.ContextFull;
        }

        scored.AddRange(sequence.TakeScored());
        return (text, scored, end);
    }

    private int MaxReuse(Sequence sequence) =>
        sequence.ScoresPrompt || options.IsDeterministic || !sequence.Job.Request.CachesPrompt ? 0 : sequence.Prefill.Length - 1;

    // Row i has the logits of the token after the i-th of the step; nothing predicts the first token of the prompt.
    private List<ScoredToken> ScorePrompt(Sequence sequence, int number, int count)
    {
        int[] prompt = sequence.Prompt;
        List<ScoredToken> scored = sequence.ScoredPromptTokens == 0 ? [ScoredToken.First(prompt[0])] : [];
        int end = Math.Min(sequence.ProcessedTokens + count + 1, prompt.Length);
        for (int position = Math.Max(sequence.ScoredPromptTokens, sequence.ProcessedTokens + 1); position < end; position++)
        {
            scored.Add(ScoredToken.Of(context.Logits(number, position - sequence.ProcessedTokens - 1), prompt[position], sequence.Job.Request.Alternatives ?? 0));
        }

        sequence.ScoredPromptTokens = Math.Max(sequence.ScoredPromptTokens, end);
        return scored;
    }

    private void MeasureTime(Sequence sequence)
    {
        long now = time.GetTimestamp();
        bool isFirst = sequence.State!.GeneratedTokens == 1;
        metrics.Generated(isFirst, time.GetElapsedTime(isFirst ? sequence.Job.AcceptedAt : sequence.LastTokenTime, now));
        sequence.LastTokenTime = now;
    }
}
