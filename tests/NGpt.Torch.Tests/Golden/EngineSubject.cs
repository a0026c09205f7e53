using NGpt.Core.Configuration;
using NGpt.Core.Numerics.Vectors;
using NGpt.Torch.Engine;
using NGpt.Torch.Models;
using NGpt.Torch.Optimization;
using NGpt.Torch.Training;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace NGpt.Torch.Tests.Golden;

/// <summary>The engine, started from a recording's parameters.</summary>
internal sealed class EngineSubject<TLanes> : IGoldenSubject
    where TLanes : unmanaged, ILanes<TLanes>
{
    private readonly GoldenData _golden;
    private readonly double _alphaSign;
    private readonly LanguageModel _model;
    private readonly IInspectableEngine _engine;
    private readonly Dictionary<string, Parameter> _parameters;

    public EngineSubject(GoldenData golden, double alphaSign, bool recomputes, bool sums)
    {
        (_golden, _alphaSign) = (golden, alphaSign);
        _model = LanguageModel.Create(golden.Model);
        _parameters = _model.named_parameters().ToDictionary(entry => entry.name, entry => entry.parameter);
        golden.CopyInitialParameters(_parameters, alphaSign);
        _engine = FastEngineFactory.Create<TLanes>(
            _model, Precision.F32, new EngineOptions(golden.Training.BatchSize, sums, recomputes), OptimizerSettings.Of(golden.Training), threads: 2);
    }

    public Tensor Forward(Tensor tokens)
    {
        TokenBatch batch = Batch(tokens, tokens);
        Tensor logits = tensor(_engine.Logits(batch), [batch.Count, batch.ContextLength, _golden.Model.VocabularySize]);
        return logits.narrow(1, 0, tokens.shape[1]);
    }

    public double ComputeGradients(Tensor inputs, Tensor targets)
    {
        _engine.ClearGradients();
        return _engine.AddGradients(Batch(inputs, targets), 1);
    }

    public Tensor Parameter(string name) => cat([.. GoldenNames.Ours(name).Select(our => (Tensor)_parameters[our])]) * tensor(GoldenNames.Sign(name, _alphaSign));

    public Tensor Gradient(string name) => cat([.. GoldenNames.Ours(name).Select(our =>
    {
        float[] values = new float[_parameters[our].numel()];
        _engine.ReadGradient(our, values);
        return tensor(values, _parameters[our].shape);
    })]) * tensor(GoldenNames.Sign(name, _alphaSign));

    public double Step(int step)
    {
        double norm = _engine.GradientNorm();
        _engine.Update(LearningRate.At(_golden.Training, step), Math.Min(1, _golden.Training.GradientClip / (norm + 1e-6)));
        return norm;
    }

    public void Dispose()
    {
        _engine.Dispose();
        _model.Dispose();
    }

    // A shorter sequence is filled up: what comes later changes nothing before it.
    private TokenBatch Batch(Tensor inputs, Tensor targets)
    {
        (int count, int length) = ((int)inputs.shape[0], (int)inputs.shape[1]);
        TokenBatch batch = new(_golden.Training.BatchSize, _golden.Model.ContextLength) { Count = count };
        long[] input = [.. inputs.flatten().data<long>()];
        long[] target = [.. targets.flatten().data<long>()];
        for (int i = 0; i < input.Length; i++)
        {
            int at = (i / length * batch.ContextLength) + (i % length);
            (batch.Inputs[at], batch.Targets[at]) = ((int)input[i], (int)target[i]);
        }

        return batch;
    }
}
