namespace NGpt.Core.Configuration;

/// <summary>How the learning rate moves after the warmup.</summary>
public enum LearningRateSchedule
{
    /// <summary>Half a cosine from the peak to the minimum.</summary>
    Cosine,

    /// <summary>A straight line from the peak to the minimum.</summary>
    Linear,

    /// <summary>The peak throughout.</summary>
    Constant,

    /// <summary>The peak, then a straight line to the minimum over the last part of the run.</summary>
    WarmupStableDecay,
}
