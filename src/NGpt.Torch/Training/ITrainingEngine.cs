using NGpt.Core.Configuration;
using NGpt.Torch.Optimization;

namespace NGpt.Torch.Training;

/// <summary>
/// Computes training steps on the parameters of a model: the interface between the trainer and the arithmetic.
/// Implemented by the plain modules with autograd, on every device, and by the fast engine on CPUs that it supports.
/// Not thread-safe: all calls come from the one training thread.
/// </summary>
public interface ITrainingEngine : IDisposable
{
    /// <summary>Human-readable description, for example "engine (bf16, AVX-512)" or "plain modules (float32)".</summary>
    string Description { get; }

    /// <summary>Type of the operands and results of matrix products; everything else is float32 (docs/method.md, section 6).</summary>
    Precision Precision { get; }

    /// <summary>Adam's moments and step count: what a checkpoint holds besides the parameters.</summary>
    AdamState Optimizer { get; }

    /// <summary>Time of the last step by kind of work; empty where not measured.</summary>
    IReadOnlyList<StageTime> StageTimes { get; }

    /// <summary>Starts a step: sets the gradients to zero.</summary>
    void ClearGradients();

    /// <summary>Forward and backward pass of one batch: adds <paramref name="weight"/> times the gradient of its mean loss.</summary>
    /// <param name="batch">B windows of T tokens with their targets; the mean is over those that have one.</param>
    /// <param name="weight">1 over the number of gradient accumulation steps.</param>
    /// <returns>Mean loss in nats per token; may be NaN or infinite.</returns>
    double AddGradients(TokenBatch batch, double weight);

    /// <summary>Global L2 norm of the gradients.</summary>
    /// <returns>The norm; NaN or infinite when any gradient is.</returns>
    double GradientNorm();

    /// <summary>Finds a gradient with a NaN or an infinity.</summary>
    /// <returns>Name of its parameter, or null when all are finite.</returns>
    string? FirstNonFiniteGradient();

    /// <summary>One Adam step with the gradients times a factor; normalizes nGPT's matrices to the hypersphere.</summary>
    /// <param name="learningRate">Learning rate of this step.</param>
    /// <param name="gradientScale">Factor of the gradients, from clipping; 1 for none.</param>
    void Update(double learningRate, double gradientScale);

    /// <summary>Per-token losses of a batch, without gradients.</summary>
    /// <param name="batch">At most B windows of T tokens with their targets.</param>
    /// <param name="losses">Receives the loss of each token, in nats; 0 where it has no target.</param>
    void Evaluate(TokenBatch batch, Span<float> losses);

    /// <summary>The maximum deviation from 1 of the norms that nGPT keeps at 1.</summary>
    /// <returns>The deviation; null for the baseline.</returns>
    double? MaxNormError();
}

/// <summary>Time of one kind of work within a training step.</summary>
/// <param name="Stage">Kind of work, for example "matrix products".</param>
/// <param name="Milliseconds">Wall-clock time.</param>
public sealed record StageTime(string Stage, double Milliseconds);

/// <summary>The engine of a run, and why it was selected.</summary>
/// <param name="Kind">The kind of engine.</param>
/// <param name="Precision">Type of the matrix products.</param>
/// <param name="Description">Human-readable description of the engine.</param>
/// <param name="Reason">Why this engine and this precision.</param>
public sealed record EngineSummary(EngineKind Kind, Precision Precision, string Description, string Reason);
