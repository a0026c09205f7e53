namespace NGpt.Server.Scheduling;

/// <summary>The limits of a <see cref="ModelScheduler"/>.</summary>
internal sealed record SchedulerOptions
{
    /// <summary>Texts that may wait for a slot.</summary>
    public int QueueLength { get; init; } = 256;

    /// <summary>The most tokens of prompts in a step while texts are being written: what they wait for at most.</summary>
    public int PromptChunk { get; init; } = 128;

    /// <summary>The most tokens of a step whose logits are all wanted.</summary>
    public int ScoringChunk { get; init; } = 64;

    /// <summary>Events that may wait for the reader of a request before its texts pause.</summary>
    public int UnreadEvents { get; init; } = 256;

    /// <summary>How long a request may take, waiting included.</summary>
    public TimeSpan RequestTimeout { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>How long a request may pause because nobody reads it.</summary>
    public TimeSpan SlowReaderLimit { get; init; } = TimeSpan.FromSeconds(30);
}
