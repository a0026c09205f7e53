using NGpt.Core.Configuration;

namespace NGpt.Lab.Runs;

/// <summary>A finished run, read from its folder.</summary>
internal sealed record RecordedRun
{
    /// <summary>Name of the run: that of its folder.</summary>
    public required string Name { get; init; }

    /// <summary>The run's folder.</summary>
    public required string Folder { get; init; }

    /// <summary>How it was trained.</summary>
    public required RunConfig Config { get; init; }

    /// <summary>Evaluations in the order of their tokens, including that of the untrained model.</summary>
    public required IReadOnlyList<LossPoint> Evaluations { get; init; }

    /// <summary>Held-out tokens of one evaluation; null where the metrics do not have it.</summary>
    public required long? EvaluationTokens { get; init; }

    /// <summary>Median step time over the tokens of a step, in seconds: the median is least affected by other load on the machine.</summary>
    public required double SecondsPerToken { get; init; }

    /// <summary>Interquartile range of the step times over their median: 0.1 is 10%. NaN where too few steps were logged.</summary>
    public required double StepTimeSpread { get; init; }

    /// <summary>Time of all steps, without evaluations and checkpoints.</summary>
    public TimeSpan TrainingTime => TimeSpan.FromSeconds(SecondsPerToken * Last.Tokens);

    /// <summary>The last evaluation.</summary>
    public LossPoint Last => Evaluations[^1];

    /// <summary>The held-out loss of one evaluation.</summary>
    public static double LossOf(LossPoint point, LossMeasure measure) => measure == LossMeasure.BitsPerByte ? point.BitsPerByte : point.Loss;
}

/// <summary>One evaluation of a run on held-out tokens.</summary>
/// <param name="Tokens">Training tokens before it.</param>
/// <param name="Loss">Mean cross-entropy in nats per token.</param>
/// <param name="BitsPerByte">Cross-entropy in bits over the bytes of the predicted text.</param>
internal readonly record struct LossPoint(long Tokens, double Loss, double BitsPerByte);

/// <summary>The unit of held-out loss.</summary>
internal enum LossMeasure
{
    /// <summary>Bits per byte of text: comparable across tokenizers.</summary>
    BitsPerByte,

    /// <summary>Nats per token: comparable only for the same tokenizer and the same held-out text.</summary>
    NatsPerToken,
}
