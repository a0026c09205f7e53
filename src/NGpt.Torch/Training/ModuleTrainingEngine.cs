using System.Runtime.InteropServices;
using NGpt.Core.Configuration;
using NGpt.Torch.Models;
using NGpt.Torch.Optimization;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace NGpt.Torch.Training;

/// <summary>
/// The plain training engine: the model's own modules, autograd and <see cref="SphereAdam"/>. It runs on every device and
/// is the reference for the fast engine.
/// </summary>
public sealed class ModuleTrainingEngine : ITrainingEngine
{
    private readonly LanguageModel _model;
    private readonly Parameter[] _parameters;
    private readonly OptimizerSettings _settings;

    // Created on first use: an evaluation needs no moments.
    private SphereAdam? _optimizer;

    /// <summary>Creates the engine.</summary>
    /// <param name="model">The model that is trained; outlives the engine.</param>
    /// <param name="settings">Adam's constants.</param>
    public ModuleTrainingEngine(LanguageModel model, OptimizerSettings settings)
    {
        ArgumentNullException.ThrowIfNull(model);
        (_model, _settings) = (model, settings);
        _parameters = [.. model.parameters()];
    }

    /// <inheritdoc/>
    public string Description => $"plain modules ({Precision.Name()})";

    /// <inheritdoc/>
    public Precision Precision => _model.Types.Precision;

    /// <inheritdoc/>
    public AdamState Optimizer => Adam.State;

    /// <inheritdoc/>
    public IReadOnlyList<StageTime> StageTimes => [];

    private SphereAdam Adam => _optimizer ??= new SphereAdam(_model, _settings);

    /// <inheritdoc/>
    public void ClearGradients() => _model.zero_grad();

    /// <inheritdoc/>
    public double AddGradients(TokenBatch batch, double weight)
    {
        ArgumentNullException.ThrowIfNull(batch);
        using IDisposable scope = NewDisposeScope();
        using Scalar factor = weight.ToScalar();
        // The mean over no token is not a number; their sum is 0, with gradients of 0.
        Tensor loss = Losses(batch, batch.CountTargets() > 0 ? nn.Reduction.Mean : nn.Reduction.Sum);
        (loss * factor).backward();
        return loss.to_type(ScalarType.Float64).item<double>();
    }

    /// <inheritdoc/>
    public double GradientNorm() => GradientClip.GlobalNorm(_parameters);

    /// <inheritdoc/>
    public string? FirstNonFiniteGradient() => ModelChecks.FirstNonFinite(_model, parameter => parameter.grad);

    /// <inheritdoc/>
    public void Update(double learningRate, double gradientScale)
    {
        GradientClip.Apply(_parameters, gradientScale);
        Adam.Step(learningRate);
    }

    /// <inheritdoc/>
    public void Evaluate(TokenBatch batch, Span<float> losses)
    {
        ArgumentNullException.ThrowIfNull(batch);
        using IDisposable noGradient = no_grad();
        using IDisposable scope = NewDisposeScope();
        Tensor computed = Losses(batch, nn.Reduction.None).to_type(ScalarType.Float32).cpu();
        MemoryMarshal.Cast<byte, float>(computed.bytes).CopyTo(losses);
    }

    /// <inheritdoc/>
    public double? MaxNormError() => ModelChecks.MaxNormError(_model);

    /// <inheritdoc/>
    public void Dispose() => _optimizer?.Dispose();

    private Tensor Losses(TokenBatch batch, nn.Reduction reduction)
    {
        Tensor inputs = OnDevice(batch.Inputs, batch.ContextLength);
        Tensor logits = batch.KeepsDocumentsApart
            ? _model.DocumentLogits(inputs, OnDevice(batch.FirstVisible, batch.ContextLength))
            : _model.forward(inputs);
        return nn.functional.cross_entropy(logits.flatten(0, 1), OnDevice(batch.Targets, batch.ContextLength).flatten(), reduction: reduction);
    }

    // int64 [B, T], the type that libtorch's losses require of targets.
    private Tensor OnDevice(ReadOnlySpan<int> tokens, int contextLength)
    {
        Tensor host = empty(tokens.Length / contextLength, contextLength, dtype: ScalarType.Int64);
        Span<long> wide = MemoryMarshal.Cast<byte, long>(host.bytes);
        for (int i = 0; i < tokens.Length; i++)
        {
            wide[i] = tokens[i];
        }

        return host.to(_model.Device);
    }
}
