using NGpt.Core.Sampling;

namespace NGpt.Server.Scheduling;

/// <summary>One text that is asked for.</summary>
/// <param name="Index">Its number in the request: the <c>index</c> of the choice.</param>
/// <param name="Prompt">The tokens before it: at least one, at most as many as a slot has room for, each 0..V-1.</param>
/// <param name="Sampling">How to sample, how much, where to stop.</param>
internal sealed record SequenceOrder(int Index, int[] Prompt, SamplingOptions Sampling)
{
    /// <summary>How many of the likeliest tokens are listed with each token; null where tokens are not scored.</summary>
    public int? Top { get; init; }

    /// <summary>Whether the prompt's tokens are scored too.</summary>
    public bool ScorePrompt { get; init; }

    /// <summary>Whether the angles of the hidden state are wanted with each new token.</summary>
    public bool Angles { get; init; }
}
