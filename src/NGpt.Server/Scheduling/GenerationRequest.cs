using NGpt.Core.Sampling;
using NGpt.Core.Sampling.Constraints;

namespace NGpt.Server.Scheduling;

/// <summary>
/// What a client asked for, validated: every prompt is continued <see cref="Choices"/> times, each time as a sequence of
/// its own. Sequences are numbered prompts first and choices within them, as in the answer.
/// </summary>
/// <param name="Prompts">The prompts: at least one token each, at most as many as a slot has room for, each 0..V-1.</param>
/// <param name="Sampling">The sampling settings.</param>
internal sealed record GenerationRequest(IReadOnlyList<int[]> Prompts, SamplingOptions Sampling)
{
    /// <summary>What the texts may consist of.</summary>
    public TokenConstraints Constraints { get; init; } = TokenConstraints.None;

    /// <summary>Sequences per prompt.</summary>
    public int Choices { get; init; } = 1;

    /// <summary>Choices of each prompt that are returned: those with the highest mean log-probability per token. Null for all.</summary>
    public int? ReturnedChoices { get; init; }

    /// <summary>Whether the answer is a stream of server-sent events.</summary>
    public bool Stream { get; init; }

    /// <summary>Whether a stream ends with the usage.</summary>
    public bool IncludeUsage { get; init; }

    /// <summary>Whether keys and values are reused that a slot has for the beginning of a prompt.</summary>
    public bool CachesPrompt { get; init; } = true;

    /// <summary>The text of each prompt, with which its choices begin in the answer; null without <c>echo</c>.</summary>
    public IReadOnlyList<string>? Echo { get; init; }

    /// <summary>Number of alternatives in <c>logprobs</c>; null where those are not returned.</summary>
    public int? LogProbabilities { get; init; }

    /// <summary>Number of alternatives in <c>token_details</c>; null where those are not returned.</summary>
    public int? TokenDetails { get; init; }

    /// <summary>Whether the angles of the hidden state are returned with each new token.</summary>
    public bool Angles { get; init; }

    /// <summary>Number of sequences.</summary>
    public int SequenceCount => Prompts.Count * Choices;

    /// <summary>Number of alternatives that are computed for each token; null where tokens are not scored.</summary>
    public int? Alternatives => LogProbabilities is null && TokenDetails is null ? null : Math.Max(LogProbabilities ?? 0, TokenDetails ?? 0);

    /// <summary>Whether generated tokens are scored: for the answer, or to choose the best choices.</summary>
    public bool ScoreTokens => Alternatives is not null || ReturnedChoices is not null;

    /// <summary>Whether the tokens of the prompts are scored too.</summary>
    public bool ScorePrompt => Echo is not null && Alternatives is not null;

    /// <summary>The prompt of one sequence.</summary>
    public int[] PromptOf(int index) => Prompts[index / Choices];

    /// <summary>The sampling settings of one sequence: choices of a prompt get consecutive seeds, since one seed would give one text several times.</summary>
    public SamplingOptions SamplingOf(int index)
    {
        int choice = index % Choices;
        return Sampling.Seed < 0 || choice == 0 ? Sampling : Sampling with { Seed = (Sampling.Seed + choice) & long.MaxValue };
    }
}
