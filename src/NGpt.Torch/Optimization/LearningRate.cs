using NGpt.Core.Configuration;

namespace NGpt.Torch.Optimization;

/// <summary>The learning rate of every step of a recipe.</summary>
public static class LearningRate
{
    /// <summary>Learning rate of one step: linear warmup from peak/W at step 0 to the peak at step W − 1, then the schedule down to the minimum.</summary>
    /// <param name="training">The recipe.</param>
    /// <param name="step">Step number, from 0.</param>
    /// <returns>The rate, 0 or more.</returns>
    public static double At(TrainingConfig training, int step)
    {
        ArgumentNullException.ThrowIfNull(training);
        ArgumentOutOfRangeException.ThrowIfNegative(step);
        (double peak, double min) = (training.LearningRate, training.MinLearningRate);
        if (step < training.WarmupSteps)
        {
            return peak * (step + 1) / training.WarmupSteps;
        }

        double progress = Math.Min(1, (double)(step - training.WarmupSteps) / Math.Max(1, training.DecaySteps - training.WarmupSteps));
        return training.Schedule switch
        {
            LearningRateSchedule.Cosine => min + ((peak - min) * 0.5 * (1 + Math.Cos(Math.PI * progress))),
            LearningRateSchedule.Linear => peak + ((min - peak) * progress),
            LearningRateSchedule.Constant => peak,
            LearningRateSchedule.WarmupStableDecay => StableThenDecay(training, step),
            _ => throw new ArgumentOutOfRangeException(nameof(training), training.Schedule, "unknown schedule"),
        };
    }

    private static double StableThenDecay(TrainingConfig training, int step)
    {
        double length = Math.Max(1, Math.Round(training.DecaySteps * training.DecayFraction));
        double progress = Math.Clamp((step - (training.DecaySteps - length)) / length, 0, 1);
        return training.LearningRate + ((training.MinLearningRate - training.LearningRate) * progress);
    }
}
