using NGpt.Core.Generation;

namespace NGpt.Server.Scheduling;

/// <summary>One sequence in the scheduler, from the queue to its end. Only the scheduler's thread changes it.</summary>
internal sealed class Sequence(GenerationJob job, int index, Sequence? prefixSource)
{
    private readonly List<ScoredToken> _scored = [];
    private double _logProbability;
    private int _scoredCount;

    /// <summary>The request that it belongs to.</summary>
    public GenerationJob Job => job;

    /// <summary>Its number in the request.</summary>
    public int Index => index;

    /// <summary>The tokens of its prompt.</summary>
    public int[] Prompt { get; } = job.Request.PromptOf(index);

    /// <summary>
    /// The tokens to compute before the next one is sampled: the prompt, and after a suspension also what was generated until then.
    /// </summary>
    public int[] Prefill { get; private set; } = job.Request.PromptOf(index);

    /// <summary>The slot; −1 while the sequence is queued and after its end.</summary>
    public int Slot { get; set; } = -1;

    /// <summary>The state of decoding, once the sequence has a slot.</summary>
    public GenerationState? State { get; set; }

    /// <summary>Number of its tokens that the slot holds.</summary>
    public int ProcessedTokens { get; set; }

    /// <summary>Number of prompt tokens that a slot held already when the sequence was started first.</summary>
    public int CachedTokens { get; set; }

    /// <summary>Number of prompt tokens whose scores were returned.</summary>
    public int ScoredPromptTokens { get; set; }

    /// <summary>Whether tokens of the prompt are still to be scored.</summary>
    public bool ScoresPrompt => job.Request.ScorePrompt && ScoredPromptTokens < Prompt.Length;

    /// <summary>Timestamp of the newest token.</summary>
    public long LastTokenTime { get; set; }

    /// <summary>Whether it has ended.</summary>
    public bool HasEnded { get; set; }

    /// <summary>Whether the prefill is done.</summary>
    public bool IsDecoding => ProcessedTokens >= Prefill.Length;

    /// <summary>
    /// Whether it can get a slot: its reader is not behind, and the first sequence of a prompt is prefilled before the others, which then copy its keys
    /// and values. Scored prompts are computed for every sequence.
    /// </summary>
    public bool CanStart => job.HasRoom && (prefixSource is null || job.Request.ScorePrompt || prefixSource.HasEnded || prefixSource.IsDecoding);

    /// <summary>Takes the slot away; the sequence continues after its tokens so far when it gets another.</summary>
    /// <param name="repeatsSteps">Whether its tokens are computed again one by one, as they were, instead of together.</param>
    /// <returns>The slot.</returns>
    public int Suspend(bool repeatsSteps)
    {
        int slot = Slot;
        Slot = -1;
        ProcessedTokens = 0;
        Prefill = State is null || repeatsSteps ? Prompt : State.Tokens.ToArray();
        return slot;
    }

    /// <summary>Mean log-probability of the generated tokens; 0 without tokens, and where they are not scored.</summary>
    public double MeanLogProbability => _logProbability / Math.Max(_scoredCount, 1);

    /// <summary>Adds the scores of the newest generated token.</summary>
    public void AddScored(ScoredToken token)
    {
        _scored.Add(token);
        _logProbability += token.Chosen.LogProbability;
        _scoredCount++;
    }

    /// <summary>Takes the scored tokens that belong to the text returned so far: tokens wait, and are dropped, with their text.</summary>
    public IReadOnlyList<ScoredToken> TakeScored()
    {
        int count = _scored.Count - (State is null ? 0 : State.GeneratedTokens - State.ReturnedTokens);
        if (count <= 0)
        {
            return [];
        }

        List<ScoredToken> taken = _scored[..count];
        _scored.RemoveRange(0, count);
        return taken;
    }
}
