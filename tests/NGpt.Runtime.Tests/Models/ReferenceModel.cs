using NGpt.Core.Configuration;

namespace NGpt.Runtime.Tests.Models;

/// <summary>
/// Both architectures in float64, token by token, as the specification says it: nothing folded, nothing cached. What the
/// runtime is held against.
/// </summary>
internal sealed class ReferenceModel(TestModel model)
{
    private readonly ModelConfig _config = model.Config;

    /// <summary>Logits at every token, and every hidden state on the way [2·L + 1][T][C].</summary>
    public (double[][] Logits, double[][][] States) Forward(int[] tokens, int[]? firstVisible = null)
    {
        int c = _config.EmbeddingWidth;
        double[][] h = [.. tokens.Select(token => Row(ParameterCatalog.TokenEmbedding, token, c))];
        List<double[][]> states = [h];
        for (int layer = 0; layer < _config.LayerCount; layer++)
        {
            string prefix = ParameterCatalog.LayerPrefix(layer);
            h = Step(h, x => Attention(prefix, x, firstVisible ?? new int[tokens.Length]), $"{prefix}.input_layernorm.weight", $"{prefix}.attn_alpha");
            states.Add(h);
            h = Step(h, x => [.. x.Select(row => Mlp(prefix, row))], $"{prefix}.post_attention_layernorm.weight", $"{prefix}.mlp_alpha");
            states.Add(h);
        }

        double[] scale = _config.Scales is NGptScales scales ? Scale(ParameterCatalog.LogitScale, _config.VocabularySize, scales.Logit) : Ones(_config.VocabularySize);
        double[][] logits = [.. h.Select(row => Times(Product(_config.HasTiedEmbeddings ? ParameterCatalog.TokenEmbedding : ParameterCatalog.OutputEmbedding, _config.Scales is null ? RmsNorm(row, ParameterCatalog.FinalNorm) : row), scale))];
        return (logits, [.. states]);
    }

    private double[][] Step(double[][] h, Func<double[][], double[][]> branch, string gain, string alpha)
    {
        if (_config.Scales is not NGptScales scales)
        {
            double[][] output = branch([.. h.Select(row => RmsNorm(row, gain))]);
            return [.. h.Zip(output, (row, added) => row.Zip(added, (x, y) => x + y).ToArray())];
        }

        double[] rate = Scale(alpha, _config.EmbeddingWidth, scales.Alpha);
        return [.. h.Zip(branch(h), (row, target) =>
        {
            double[] unit = Norm(target);
            return Norm([.. row.Select((x, i) => x + (Math.Abs(rate[i]) * (unit[i] - x)))]);
        })];
    }

    private double[][] Attention(string prefix, double[][] x, int[] firstVisible)
    {
        (int heads, int width) = (_config.HeadCount, _config.HeadWidth);
        double[][] q = [.. x.Select((row, t) => Prepare(prefix, Product($"{prefix}.self_attn.q_proj.weight", row), t))];
        double[][] k = [.. x.Select((row, t) => Prepare(prefix, Product($"{prefix}.self_attn.k_proj.weight", row), t))];
        double[][] v = [.. x.Select(row => Product($"{prefix}.self_attn.v_proj.weight", row))];
        double scale = _config.Architecture == Architecture.NGpt ? Math.Sqrt(width) : 1 / Math.Sqrt(width);
        double[][] output = new double[x.Length][];
        for (int t = 0; t < x.Length; t++)
        {
            double[] mixed = new double[heads * width];
            for (int head = 0; head < heads; head++)
            {
                int[] seen = [.. Enumerable.Range(firstVisible[t], t + 1 - firstVisible[t])];
                // Where queries are grouped, neighbouring heads read the same keys and values.
                int offset = (head - (head / (heads * width / _config.KeyValueWidth))) * width;
                double[] weights = [.. seen.Select(s => Math.Exp(scale * Columns(head, width).Sum(c => q[t][c] * k[s][c - offset])))];
                foreach (int c in Columns(head, width))
                {
                    mixed[c] = seen.Select((s, i) => weights[i] * v[s][c - offset]).Sum() / weights.Sum();
                }
            }

            output[t] = Product($"{prefix}.self_attn.o_proj.weight", mixed);
        }

        return output;
    }

    // Turned, and for nGPT normalized and scaled.
    private double[] Prepare(string prefix, double[] x, int position)
    {
        int width = _config.HeadWidth;
        double[] turned = new double[x.Length];
        for (int i = 0; i < x.Length; i += 2)
        {
            double angle = position * Math.Pow(_config.RopeTheta, -(i % width) / (double)width);
            turned[i] = (x[i] * Math.Cos(angle)) - (x[i + 1] * Math.Sin(angle));
            turned[i + 1] = (x[i] * Math.Sin(angle)) + (x[i + 1] * Math.Cos(angle));
        }

        if (_config.Scales is not NGptScales scales)
        {
            return turned;
        }

        double[] scale = Scale($"{prefix}.self_attn.sqk", _config.EmbeddingWidth, scales.QueryKey);
        double[] rescaled = scales.QueryKeyNormalization == QueryKeyNormalization.Exact
            ? [.. turned.Chunk(width).SelectMany(Norm)]
            : [.. turned.Select(value => value * Math.Sqrt((double)_config.EmbeddingWidth / width))];
        return Times(rescaled, scale);
    }

    private double[] Mlp(string prefix, double[] x)
    {
        double[] u = Product($"{prefix}.mlp.up_proj.weight", x);
        double[] v = Product($"{prefix}.mlp.gate_proj.weight", x);
        if (_config.Scales is NGptScales scales)
        {
            u = Times(u, Scale($"{prefix}.mlp.su", _config.MlpWidth, scales.Up));
            v = Times(v, [.. Scale($"{prefix}.mlp.sv", _config.MlpWidth, scales.Gate).Select(s => s * Math.Sqrt(_config.EmbeddingWidth))]);
        }

        return Product($"{prefix}.mlp.down_proj.weight", [.. u.Zip(v, (up, gate) => up * gate / (1 + Math.Exp(-gate)))]);
    }

    private double[] RmsNorm(double[] x, string gain)
    {
        double root = Math.Sqrt(x.Average(value => value * value) + _config.RmsNormEpsilon);
        return [.. x.Select((value, i) => value / root * model.Parameters[gain][i])];
    }

    private double[] Scale(string name, int length, ScaleSetting setting)
    {
        float[] stored = model.Parameters[name];
        return [.. Enumerable.Range(0, length).Select(i => stored[stored.Length == 1 ? 0 : i] * setting.Initial / setting.Scale)];
    }

    private double[] Product(string name, double[] x)
    {
        float[] weights = model.Parameters[name];
        double[] y = new double[weights.Length / x.Length];
        for (int i = 0; i < weights.Length; i++)
        {
            y[i / x.Length] += weights[i] * x[i % x.Length];
        }

        return y;
    }

    private double[] Row(string name, int row, int columns) => [.. model.Parameters[name].Skip(row * columns).Take(columns).Select(value => (double)value)];

    private static double[] Times(double[] x, double[] scale) => [.. x.Zip(scale, (value, factor) => value * factor)];

    private static double[] Ones(int length) => [.. Enumerable.Repeat(1.0, length)];

    private static double[] Norm(double[] x) => Times(x, [.. Enumerable.Repeat(1 / Math.Sqrt(x.Sum(value => value * value)), x.Length)]);

    private static IEnumerable<int> Columns(int head, int width) => Enumerable.Range(head * width, width);
}
