using NGpt.Core.Configuration;
using NGpt.Torch.Optimization;

namespace NGpt.Torch.Training;

/// <summary>
/// What computes a training step over the parameters of a model: the one seam between the trainer and the arithmetic.
/// The plain modules with autograd implement it on every device, the engine of <c>Engine/</c> where it can.
/// Not thread-safe: all calls come from the one training thread.
/// </summary>
public interface ITrainingEngine : IDisposable
{
    /// <summary>What computes, for people: for example "engine (bf16, AVX-512)" or "plain modules (float32)".</summary>
    string Description { get; }

    /// <summary>Type of the matrix products and activations. Master weights, statistics and moments are float32 in any case.</summary>
    Precision Precision { get; }

    /// <summary>Adam's moments and step count: what a checkpoint holds besides the parameters.</summary>
    AdamState Optimizer { get; }

    /// <summary>Where the time of the last step went, in the order of the step; empty where it is not measured.</summary>
    IReadOnlyList<StageTime> StageTimes { get; }

    /// <summary>Begins a step: the gradients are zero.</summary>
    void ClearGradients();

    /// <summary>Forward and backward pass of one batch: adds <paramref name="weight"/> times the gradient of its mean loss.</summary>
    /// <param name="batch">B windows of T tokens with their targets.</param>
    /// <param name="weight">1 over the number of passes of the step.</param>
    /// <returns>Mean loss in nats a token; may be not finite.</returns>
    double AddGradients(TokenBatch batch, double weight);

    /// <summary>L2 norm over all gradients together.</summary>
    /// <returns>The norm; not finite when any gradient is not.</returns>
    double GradientNorm();

    /// <summary>Finds a gradient that is not finite.</summary>
    /// <returns>Name of its parameter, or null when all are finite.</returns>
    string? FirstNonFiniteGradient();

    /// <summary>Takes one step of Adam with the gradients times a factor, and puts nGPT's matrices back on the hypersphere.</summary>
    /// <param name="learningRate">Learning rate of this step.</param>
    /// <param name="gradientScale">Factor of the gradients: 1, or what clipping leaves of them.</param>
    void Update(double learningRate, double gradientScale);

    /// <summary>Losses of a batch, without gradients.</summary>
    /// <param name="batch">At most B windows of T tokens with their targets.</param>
    /// <param name="losses">Receives the loss of every token of the batch, in nats.</param>
    void Evaluate(TokenBatch batch, Span<float> losses);

    /// <summary>The largest distance from 1 of the norm of any row or column that nGPT keeps on the hypersphere.</summary>
    /// <returns>The distance; null for the baseline.</returns>
    double? MaxNormError();

    /// <summary>Reads the parameters anew after they were changed from outside, for example by loading a checkpoint.</summary>
    void ParametersChanged();
}
