using NGpt.Core.Configuration;
using NGpt.Torch.Models;
using TorchSharp;
using static TorchSharp.torch;

namespace NGpt.Torch.Optimization;

/// <summary>
/// Adam with decoupled weight decay whose step ends with the hypersphere: every matrix that
/// <see cref="ParameterCatalog"/> gives an axis is a set of unit vectors again before the weights are next used.
/// For the baseline, which has no such matrix, it is AdamW.
/// </summary>
public sealed class SphereAdam : IDisposable
{
    private readonly OptimizerSettings _settings;

    /// <summary>Creates the optimizer with moments of zero.</summary>
    /// <param name="model">The model whose parameters it changes; outlives the optimizer.</param>
    /// <param name="settings">Adam's constants.</param>
    public SphereAdam(LanguageModel model, OptimizerSettings settings) => (_settings, State) = (settings, new AdamState(model));

    /// <summary>Moments and step count. Owned by the optimizer.</summary>
    public AdamState State { get; }

    /// <summary>Updates every parameter from its gradient, then puts the matrices back on the hypersphere.</summary>
    /// <param name="learningRate">Learning rate of this step, before the factors by kind of parameter.</param>
    public void Step(double learningRate)
    {
        using IDisposable noGradient = no_grad();
        State.StepCount++;
        double firstCorrection = 1 - Math.Pow(_settings.Beta1, State.StepCount);
        double secondCorrection = Math.Sqrt(1 - Math.Pow(_settings.Beta2, State.StepCount));
        using Scalar keptFirst = _settings.Beta1.ToScalar();
        using Scalar addedFirst = (1 - _settings.Beta1).ToScalar();
        using Scalar keptSecond = _settings.Beta2.ToScalar();
        using Scalar addedSecond = (1 - _settings.Beta2).ToScalar();
        using Scalar rootCorrection = secondCorrection.ToScalar();
        using Scalar epsilon = _settings.Epsilon.ToScalar();
        foreach (AdamState.Slot slot in State.Slots)
        {
            using IDisposable scope = NewDisposeScope();
            double rate = learningRate * _settings.Factors.Of(slot.Spec);
            using Scalar step = (-rate / firstCorrection).ToScalar();
            using Scalar keptWeight = (1 - (rate * _settings.WeightDecay)).ToScalar();
            Tensor gradient = slot.Parameter.grad
                ?? throw new InvalidOperationException($"{slot.Spec.Name} has no gradient: run a backward pass first");
            if (_settings.WeightDecay > 0 && slot.Spec.Decays)
            {
                slot.Parameter.mul_(keptWeight);
            }

            slot.First.mul_(keptFirst).add_(gradient, addedFirst);
            slot.Second.mul_(keptSecond).addcmul_(gradient, gradient, addedSecond);
            Tensor denominator = slot.Second.sqrt().div_(rootCorrection).add_(epsilon);
            slot.Parameter.addcdiv_(slot.First, denominator, step);
            if (slot.Spec.NormalizedAxis is int axis)
            {
                slot.Parameter.div_(linalg.vector_norm(slot.Parameter, 2, [axis], keepdim: true));
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose() => State.Dispose();
}
