using NGpt.Core.Configuration;

namespace NGpt.Lab.Runs;

/// <summary>What a run folder tells about a run that was trained to its end.</summary>
public sealed record RecordedRun
{
    /// <summary>Name of the run: that of its folder.</summary>
    public required string Name { get; init; }

    /// <summary>The run's folder.</summary>
    public required string Folder { get; init; }

    /// <summary>How it was trained.</summary>
    public required RunConfig Config { get; init; }

    /// <summary>Evaluations in the order of their tokens, the untrained model's included.</summary>
    public required IReadOnlyList<LossPoint> Evaluations { get; init; }

    /// <summary>Median time of a step over its tokens, in seconds: what other work on the machine disturbs least.</summary>
    public required double SecondsPerToken { get; init; }

    /// <summary>Time of all its steps, without evaluations and checkpoints.</summary>
    public TimeSpan TrainingTime => TimeSpan.FromSeconds(SecondsPerToken * Last.Tokens);

    /// <summary>The last evaluation.</summary>
    public LossPoint Last => Evaluations[^1];

    /// <summary>The held-out loss of one evaluation.</summary>
    /// <param name="point">The evaluation.</param>
    /// <param name="measure">In what.</param>
    /// <returns>The loss.</returns>
    public static double LossOf(LossPoint point, LossMeasure measure) => measure == LossMeasure.BitsPerByte ? point.BitsPerByte : point.Loss;
}
