using NGpt.Core.Configuration;
using static TorchSharp.torch;

namespace NGpt.Torch.Tests.Golden;

/// <summary>
/// A second, independent writing of both architectures, as functions over the recording's own tensors: no modules, no
/// shared code with the product. With a mistake planted it shows that the limits of the golden tests catch it.
/// </summary>
internal sealed class FunctionalSubject : IGoldenSubject
{
    private readonly GoldenData _golden;
    private readonly ModelConfig _config;
    private readonly PlantedMistake _mistake;
    private readonly double _alphaSign;
    private readonly Dictionary<string, Tensor> _parameters;
    private readonly Dictionary<string, (Tensor First, Tensor Second)> _moments;

    public FunctionalSubject(GoldenData golden, PlantedMistake mistake, double alphaSign)
    {
        (_golden, _config, _mistake, _alphaSign) = (golden, golden.Model, mistake, alphaSign);
        _parameters = golden.Names("init.").ToDictionary(name => name, name =>
        {
            Tensor value = golden.Tensor("init." + name);
            return (value * Constant(Sign(name))).requires_grad_(true);
        });
        _moments = _parameters.ToDictionary(entry => entry.Key, entry => (zeros_like(entry.Value), zeros_like(entry.Value)));
    }

    private double Base => 1 / Math.Sqrt(_config.EmbeddingWidth);

    public Tensor Parameter(string name) => _parameters[name] * Constant(Sign(name));

    public Tensor Gradient(string name) => _parameters[name].grad! * Constant(Sign(name));

    public double ComputeGradients(Tensor inputs, Tensor targets)
    {
        foreach (Tensor parameter in _parameters.Values)
        {
            parameter.grad?.zero_();
        }

        Tensor loss = nn.functional.cross_entropy(Forward(inputs).flatten(0, 1), targets.flatten());
        loss.backward();
        return loss.item<float>();
    }

    public Tensor Forward(Tensor tokens)
    {
        bool nGpt = _config.Architecture == Architecture.NGpt;
        Tensor h = _parameters["transformer.wte.weight"][tokens];
        for (int layer = 0; layer < _config.LayerCount; layer++)
        {
            string prefix = $"transformer.h.{layer}.";
            h = nGpt ? NormalizedBlock(h, prefix, first: layer == 0) : BaselineBlock(h, prefix);
        }

        if (!nGpt)
        {
            return matmul(RootMeanSquare(h, "rmsnorm_f.weight"), _parameters["lm_head.weight"].t());
        }

        Tensor z = matmul(h, _parameters["lm_head.weight"].t());
        // Times zero plus one: the parameter stays in the graph, and its gradient is defined.
        return z * (Is(PlantedMistake.NoLogitScale) ? (_parameters["sz"] * Constant(0)) + Constant(1) : _parameters["sz"] / Constant(Base));
    }

    public double Step(int step)
    {
        using IDisposable noGradient = no_grad();
        double norm = Math.Sqrt(_parameters.Values.Sum(parameter => Math.Pow(parameter.grad!.to_type(ScalarType.Float64).norm().item<double>(), 2)));
        double clip = Math.Min(1, _golden.Training.GradientClip / (norm + 1e-6));
        double rate = _golden.Training.LearningRate * 0.5 * (1 + Math.Cos(Math.PI * step / _golden.Training.Steps));
        foreach ((string name, Tensor parameter) in _parameters)
        {
            Tensor gradient = parameter.grad! * Constant(clip);
            (Tensor first, Tensor second) = _moments[name];
            first.copy_((first * Constant(0.9)) + (gradient * Constant(0.1)));
            second.copy_((second * Constant(0.95)) + (gradient * gradient * Constant(0.05)));
            bool decays = (parameter.dim() == 2 || Is(PlantedMistake.WeightDecayOnVectors)) && !Is(PlantedMistake.WeightDecayLeftOut);
            Tensor kept = parameter * Constant(1 - (decays ? rate * _golden.Training.WeightDecay : 0));
            Tensor unbiasedFirst = first / Constant(1 - Math.Pow(0.9, step + 1));
            Tensor unbiasedSecond = second / Constant(1 - Math.Pow(0.95, step + 1));
            parameter.copy_(kept - (unbiasedFirst / (unbiasedSecond.sqrt() + Constant(_golden.Training.AdamEpsilon)) * Constant(rate)));
            if (_config.Architecture == Architecture.NGpt && parameter.dim() == 2 && !Is(PlantedMistake.NoNormalizationAfterStep))
            {
                bool writesResidual = name.Contains("c_proj");
                parameter.copy_(Unit(parameter, writesResidual && !Is(PlantedMistake.OutputProjectionsByRow) ? 0 : 1));
            }
        }

        return norm;
    }

    public void Dispose()
    {
        foreach ((string name, Tensor parameter) in _parameters)
        {
            parameter.Dispose();
            _moments[name].First.Dispose();
            _moments[name].Second.Dispose();
        }
    }

    private static Tensor Unit(Tensor x, int axis = -1) => x / (x * x).sum(new long[] { axis }, keepdim: true).sqrt();

    // A number as a tensor without axes, which the dispose scope keeps: see Scalars in CONTRIBUTING.md.
    private static Tensor Constant(double value) => tensor(value);

    private static Tensor Future(int length)
    {
        float[] mask = new float[length * length];
        for (int i = 0; i < mask.Length; i++)
        {
            mask[i] = i % length > i / length ? float.NegativeInfinity : 0;
        }

        return tensor(mask, [length, length]);
    }

    private static Tensor Linear(Tensor x, Tensor weight) => matmul(x, weight.t());

    private double Sign(string name) => name.EndsWith("_alpha") ? _alphaSign : 1;

    private bool Is(PlantedMistake mistake) => _mistake == mistake;

    private Tensor NormalizedBlock(Tensor h, string prefix, bool first)
    {
        Tensor attended = Attention(h, prefix, normalized: true);
        h = Update(h, attended, prefix + "attn_alpha", first && Is(PlantedMistake.FirstInnerNormLeftOut));
        double rootWidth = Is(PlantedMistake.NoGateRootWidth) ? 1 : Math.Sqrt(_config.EmbeddingWidth);
        Tensor hidden = Linear(h, _parameters[prefix + "c_fc.weight"]) * (_parameters[prefix + "suv"] * Constant(rootWidth));
        return Update(h, GatedOutput(hidden, prefix), prefix + "mlp_alpha", leaveInnerNormOut: false);
    }

    private Tensor BaselineBlock(Tensor h, string prefix)
    {
        Tensor x = RootMeanSquare(h, prefix + "rmsnorm_att.weight");
        h = (Is(PlantedMistake.ResidualAfterNorm) ? x : h) + Attention(x, prefix, normalized: false);
        x = RootMeanSquare(h, prefix + "rmsnorm_mlp.weight");
        return (Is(PlantedMistake.ResidualAfterNorm) ? x : h) + GatedOutput(Linear(x, _parameters[prefix + "c_fc.weight"]), prefix);
    }

    private Tensor Update(Tensor h, Tensor branch, string alphaName, bool leaveInnerNormOut)
    {
        Tensor alpha = _parameters[alphaName] * Constant(0.05 / (Is(PlantedMistake.WrongAlphaRatio) ? 1 : Base));
        alpha = Is(PlantedMistake.AlphaWithoutAbsoluteValue) ? alpha : alpha.abs();
        Tensor n = leaveInnerNormOut ? h : Unit(h);
        return Unit(n + (alpha * (Unit(branch) - n)));
    }

    private Tensor GatedOutput(Tensor hidden, string prefix)
    {
        Tensor[] halves = hidden.chunk(2, -1);
        (Tensor u, Tensor v) = Is(PlantedMistake.UpAndGateSwapped) ? (halves[1], halves[0]) : (halves[0], halves[1]);
        return Linear(u * v * sigmoid(v), _parameters[prefix + "mlp_c_proj.weight"]);
    }

    private Tensor RootMeanSquare(Tensor x, string gain)
    {
        double epsilon = Is(PlantedMistake.NormEpsilonLeftOut) ? 0 : _config.RmsNormEpsilon;
        return x / ((x * x).mean([-1], keepdim: true) + Constant(epsilon)).sqrt() * _parameters[gain];
    }

    private Tensor Attention(Tensor x, string prefix, bool normalized)
    {
        (long batch, long length, int width) = (x.shape[0], x.shape[1], _config.HeadWidth);
        Tensor Heads(string name) => Linear(x, _parameters[$"{prefix}{name}.weight"]).view(batch, length, _config.HeadCount, width).transpose(1, 2);
        (Tensor q, Tensor k, Tensor v) = (Heads("query"), Heads("key"), Heads("value"));
        if (normalized)
        {
            double ratio = Is(PlantedMistake.WrongQueryKeyRatio) ? 1 : 1 / Base;
            Tensor scale = (_parameters[prefix + "sqk"] * Constant(ratio)).view(1, _config.HeadCount, 1, width);
            if (Is(PlantedMistake.NormalizationBeforeRotationOfScaledQueries))
            {
                (q, k) = (Rotate(Unit(q) * scale), Rotate(Unit(k) * scale));
            }
            else
            {
                (q, k) = (Unit(RotateQueries(q)) * scale, Unit(RotateKeys(k)) * scale);
            }
        }
        else
        {
            (q, k) = (RotateQueries(q), RotateKeys(k));
        }

        double root = Math.Sqrt(width);
        double factor = normalized != Is(PlantedMistake.InverseAttentionScale) ? root : 1 / root;
        Tensor scores = (matmul(q, k.transpose(2, 3)) * Constant(factor)) + Future((int)length);
        Tensor heads = matmul(softmax(scores, -1), v).transpose(1, 2).reshape(batch, length, _config.EmbeddingWidth);
        return Linear(heads, _parameters[prefix + "att_c_proj.weight"]);
    }

    private Tensor RotateQueries(Tensor q) => Is(PlantedMistake.UnrotatedQueries) ? q : Rotate(q);

    private Tensor RotateKeys(Tensor k) => Is(PlantedMistake.UnrotatedKeys) ? k : Rotate(k);

    private Tensor Rotate(Tensor heads)
    {
        (long length, int width) = (heads.shape[2], _config.HeadWidth);
        float[] cosines = new float[length * width / 2];
        float[] sines = new float[length * width / 2];
        for (int t = 0; t < length; t++)
        {
            for (int i = 0; i < width / 2; i++)
            {
                double angle = t * Math.Pow(_config.RopeTheta, -2.0 * i / width);
                cosines[(t * width / 2) + i] = (float)Math.Cos(angle);
                sines[(t * width / 2) + i] = (float)Math.Sin(angle);
            }
        }

        (Tensor c, Tensor s) = (tensor(cosines, [length, width / 2]), tensor(sines, [length, width / 2]));
        if (Is(PlantedMistake.SplitHalvesRotation))
        {
            Tensor[] halves = heads.chunk(2, -1);
            return cat([(halves[0] * c) - (halves[1] * s), (halves[0] * s) + (halves[1] * c)], -1);
        }

        Tensor[] pair = heads.unflatten(3, width / 2, 2).unbind(4);
        return stack([(pair[0] * c) - (pair[1] * s), (pair[0] * s) + (pair[1] * c)], -1).flatten(3);
    }
}
