using NGpt.Core.Errors;

namespace NGpt.Torch.Training;

/// <summary>A loss, a gradient or a weight is infinite or not a number. What is not finite is never saved.</summary>
public sealed class NonFiniteException : NGptException
{
    private NonFiniteException(string message, string? lastCheckpoint)
        : base(message, lastCheckpoint is null
            ? "No checkpoint was written yet: start again with a lower --learning-rate"
            : $"Begin a new run from the last checkpoint, which is whole: --init-from {lastCheckpoint} with a lower --learning-rate")
    {
    }

    /// <summary>The loss or a gradient of a step, found before the weights were touched.</summary>
    /// <param name="step">Number of the step that was not taken, from 1.</param>
    /// <param name="where">What is not finite.</param>
    /// <param name="lastCheckpoint">The newest checkpoint, or null.</param>
    /// <returns>The failure.</returns>
    public static NonFiniteException InStep(int step, string where, string? lastCheckpoint) =>
        new($"step {step}: {where} is not finite; the step was not taken and the weights are untouched", lastCheckpoint);

    /// <summary>Something that only an update can have made, found before it was saved.</summary>
    /// <param name="step">Steps taken.</param>
    /// <param name="where">What is not finite.</param>
    /// <param name="lastCheckpoint">The newest checkpoint, or null.</param>
    /// <returns>The failure.</returns>
    public static NonFiniteException AfterStep(int step, string where, string? lastCheckpoint) =>
        new($"after step {step}: {where} is not finite; this state was not saved", lastCheckpoint);
}
