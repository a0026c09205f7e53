using NGpt.Core.Configuration;

namespace NGpt.Torch.Optimization;

/// <summary>Adam's constants.</summary>
/// <param name="Beta1">Decay of the first moment.</param>
/// <param name="Beta2">Decay of the second moment.</param>
/// <param name="Epsilon">Added to the root of the second moment.</param>
/// <param name="WeightDecay">Decoupled weight decay of 2-D parameters; 0 for nGPT.</param>
public sealed record OptimizerSettings(double Beta1, double Beta2, double Epsilon, double WeightDecay)
{
    /// <summary>What the learning rate is multiplied with, by kind of parameter.</summary>
    public LearningRateFactors Factors { get; init; } = LearningRateFactors.Equal;

    /// <summary>The constants of a training recipe.</summary>
    /// <param name="training">The recipe.</param>
    /// <returns>Its constants.</returns>
    public static OptimizerSettings Of(TrainingConfig training)
    {
        ArgumentNullException.ThrowIfNull(training);
        return new(training.Beta1, training.Beta2, training.AdamEpsilon, training.WeightDecay) { Factors = training.LearningRateFactors };
    }
}
