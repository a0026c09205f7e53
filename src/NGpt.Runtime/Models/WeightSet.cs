using NGpt.Core.Configuration;
using NGpt.Core.Quantization;
using NGpt.Runtime.Weights;

namespace NGpt.Runtime.Models;

/// <summary>The tensors of a model as its layers ask for them; owns all memory that they are read into, and the file.</summary>
/// <param name="source">The file; disposed of with the set.</param>
internal sealed class WeightSet(IWeightSource source) : IDisposable
{
    private readonly Dictionary<string, ParameterSpec> _specs = ParameterCatalog.Of(source.Config).ToDictionary(spec => spec.Name);
    private readonly List<WeightMatrix> _matrices = [];
    private readonly List<LearnedVector> _vectors = [];

    /// <summary>Bytes of all matrices.</summary>
    public long MatrixBytes => _matrices.Sum(matrix => matrix.ByteLength);

    /// <summary>The type that most bytes of the matrices have.</summary>
    public WeightType MainType => _matrices.GroupBy(matrix => matrix.Type).MaxBy(group => group.Sum(matrix => (long)matrix.Rows * matrix.Columns))!.Key;

    /// <summary>A matrix.</summary>
    /// <param name="name">Name in <see cref="ParameterCatalog"/>.</param>
    /// <param name="rowScale">What products multiply each row's result with, or null.</param>
    public WeightMatrix Matrix(string name, float[]? rowScale = null)
    {
        WeightMatrix matrix = source.Matrix(_specs[name], rowScale);
        _matrices.Add(matrix);
        return matrix;
    }

    /// <summary>A vector's stored numbers.</summary>
    /// <param name="name">Name in <see cref="ParameterCatalog"/>.</param>
    public float[] Vector(string name) => source.Vector(_specs[name]);

    /// <summary>The effective value of a learned scale: stored value times s_init / s_scale, and a constant.</summary>
    /// <param name="name">Name in <see cref="ParameterCatalog"/>.</param>
    /// <param name="length">Number of columns that are scaled.</param>
    /// <param name="setting">How it is stored.</param>
    /// <param name="constant">What the model multiplies with besides.</param>
    /// <returns>A number for every column, also where one is stored for all.</returns>
    public double[] Scale(string name, int length, ScaleSetting setting, double constant = 1)
    {
        float[] stored = Vector(name);
        double factor = setting.Factor * constant;
        return [.. Enumerable.Range(0, length).Select(i => stored[stored.Length == 1 ? 0 : i] * factor)];
    }

    /// <summary>Keeps a vector where kernels can read it.</summary>
    /// <param name="values">The numbers.</param>
    public LearnedVector Learned(float[] values)
    {
        LearnedVector vector = new(values);
        _vectors.Add(vector);
        return vector;
    }

    /// <summary>The projections of a layer's attention.</summary>
    /// <param name="prefix">See <see cref="ParameterCatalog.LayerPrefix"/>.</param>
    public AttentionWeights Attention(string prefix) => new(
        Matrix($"{prefix}.self_attn.q_proj.weight"),
        Matrix($"{prefix}.self_attn.k_proj.weight"),
        Matrix($"{prefix}.self_attn.v_proj.weight"),
        Matrix($"{prefix}.self_attn.o_proj.weight"));

    /// <summary>The projections of a layer's MLP.</summary>
    /// <param name="prefix">See <see cref="ParameterCatalog.LayerPrefix"/>.</param>
    /// <param name="upScale">Row scale of the first, or null.</param>
    /// <param name="gateScale">Row scale of the second, or null.</param>
    public MlpWeights Mlp(string prefix, float[]? upScale, float[]? gateScale) => new(
        Matrix($"{prefix}.mlp.up_proj.weight", upScale),
        Matrix($"{prefix}.mlp.gate_proj.weight", gateScale),
        Matrix($"{prefix}.mlp.down_proj.weight"));

    /// <inheritdoc/>
    public void Dispose()
    {
        _matrices.ForEach(matrix => matrix.Dispose());
        _vectors.ForEach(vector => vector.Dispose());
        source.Dispose();
    }
}
