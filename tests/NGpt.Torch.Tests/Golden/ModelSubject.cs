using NGpt.Torch.Models;
using NGpt.Torch.Optimization;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace NGpt.Torch.Tests.Golden;

/// <summary>The product's model and optimizer, started from a recording's parameters.</summary>
internal sealed class ModelSubject : IGoldenSubject
{
    private readonly GoldenData _golden;
    private readonly double _alphaSign;
    private readonly LanguageModel _model;
    private readonly SphereAdam _optimizer;
    private readonly Dictionary<string, Parameter> _parameters;

    public ModelSubject(GoldenData golden, double alphaSign)
    {
        (_golden, _alphaSign) = (golden, alphaSign);
        _model = LanguageModel.Create(golden.Model);
        _parameters = _model.named_parameters().ToDictionary(entry => entry.name, entry => entry.parameter);
        golden.CopyInitialParameters(_parameters, alphaSign);
        _optimizer = new SphereAdam(_model, OptimizerSettings.Of(golden.Training));
    }

    public Tensor Forward(Tensor tokens) => _model.forward(tokens);

    public Tensor Parameter(string name) => cat([.. GoldenNames.Ours(name).Select(our => (Tensor)_parameters[our])]) * tensor(GoldenNames.Sign(name, _alphaSign));

    public Tensor Gradient(string name) => cat([.. GoldenNames.Ours(name).Select(our => _parameters[our].grad!)]) * tensor(GoldenNames.Sign(name, _alphaSign));

    public double ComputeGradients(Tensor inputs, Tensor targets)
    {
        _model.zero_grad();
        Tensor loss = nn.functional.cross_entropy(_model.forward(inputs).flatten(0, 1), targets.flatten());
        loss.backward();
        return loss.item<float>();
    }

    public double Step(int step)
    {
        double norm = GradientClip.GlobalNorm(_parameters.Values);
        GradientClip.Apply(_parameters.Values, GradientClip.Scale(norm, _golden.Training.GradientClip));
        _optimizer.Step(LearningRate.At(_golden.Training, step));
        return norm;
    }

    public void Dispose()
    {
        _optimizer.Dispose();
        _model.Dispose();
    }
}
