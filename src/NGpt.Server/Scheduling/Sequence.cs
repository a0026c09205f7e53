using NGpt.Core.Generation;

namespace NGpt.Server.Scheduling;

/// <summary>One sequence in the scheduler, from the queue to its end. Only the scheduler's thread changes it.</summary>
internal sealed class Sequence(GenerationJob job, int index, Sequence? prefixSource)
{
    private readonly List<ScoredToken> _scored = [];
    private double _logProbability;
    private int _scoredTokens;

    /// <summary>The request that it belongs to.</summary>
    public GenerationJob Job => job;

    /// <summary>Its number in the request.</summary>
    public int Index => index;

    /// <summary>The tokens of its prompt.</summary>
    public int[] Prompt { get; } = job.Request.Prompts[index / job.Request.Choices];

    /// <summary>The slot; −1 while the sequence is queued and after its end.</summary>
    public int Slot { get; set; } = -1;

    /// <summary>The state of decoding, once the sequence has a slot.</summary>
    public GenerationState? State { get; set; }

    /// <summary>Number of its tokens that the slot holds.</summary>
    public int ProcessedTokens { get; set; }

    /// <summary>Number of prompt tokens that the slot held already.</summary>
    public int CachedTokens { get; set; }

    /// <summary>Timestamp of the newest token.</summary>
    public long LastTokenTime { get; set; }

    /// <summary>Whether it has ended.</summary>
    public bool HasEnded { get; set; }

    /// <summary>Whether the prefill is done.</summary>
    public bool IsDecoding => ProcessedTokens >= Prompt.Length;

    /// <summary>
    /// Whether it can get a slot: the first sequence of a prompt is prefilled before the others, which then copy its keys
    /// and values. Scored prompts are computed for every sequence.
    /// </summary>
    public bool CanStart => prefixSource is null || job.Request.ScorePrompt || prefixSource.HasEnded || prefixSource.IsDecoding;

    /// <summary>Mean log-probability of the generated tokens; 0 without tokens, and where they are not scored.</summary>
    public double MeanLogProbability => _logProbability / Math.Max(_scoredTokens, 1);

    /// <summary>Adds the scores of the newest generated token.</summary>
    public void AddScored(ScoredToken token)
    {
        _scored.Add(token);
        _logProbability += token.Chosen.LogProbability;
        _scoredTokens++;
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
