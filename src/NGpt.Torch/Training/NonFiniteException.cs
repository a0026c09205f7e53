using NGpt.Core.Errors;

namespace NGpt.Torch.Training;

/// <summary>A loss or gradient is infinite or not a number. Thrown before the weights are touched.</summary>
public sealed class NonFiniteException : NGptException
{
    /// <summary>Creates the failure.</summary>
    /// <param name="step">Number of the step that was not taken, from 1.</param>
    /// <param name="where">What is not finite.</param>
    /// <param name="lastCheckpoint">The newest checkpoint, or null.</param>
    public NonFiniteException(int step, string where, string? lastCheckpoint)
        : base(
            $"step {step}: {where} is not finite; the step was not taken and the weights are untouched",
            (lastCheckpoint is null ? "no checkpoint was written yet" : $"{lastCheckpoint} is whole") + "; try a lower --learning-rate or a smaller --gradient-clip")
    {
    }
}
