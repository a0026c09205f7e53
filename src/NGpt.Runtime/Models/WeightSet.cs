using NGpt.Core.Configuration;
using NGpt.Core.Quantization;
using NGpt.Runtime.Kernels;
using NGpt.Runtime.Weights;

namespace NGpt.Runtime.Models;

/// <summary>
/// The tensors of a model as its layers ask for them; owns all memory that they are read into, and the file.
/// <paramref name="source"/>: the file; disposed of with the set.
/// </summary>
internal sealed class WeightSet(IWeightSource source) : IDisposable
{
    private readonly Dictionary<string, ParameterSpec> _specs = ParameterCatalog.Of(source.Config).ToDictionary(spec => spec.Name);
    private readonly List<WeightMatrix> _matrices = [];
    private readonly List<LearnedVector> _vectors = [];

    /// <summary>Bytes of all matrices.</summary>
    public long MatrixBytes => _matrices.Sum(matrix => matrix.ByteLength);

    /// <summary>The type that most weights of the matrices are stored in.</summary>
    public WeightType MainType => _matrices.GroupBy(matrix => matrix.Type).MaxBy(group => group.Sum(matrix => (long)matrix.Rows * matrix.Columns))!.Key;

    /// <summary>A matrix. <paramref name="rowScale"/>: what products multiply each row's result with, or null.</summary>
    public WeightMatrix Matrix(string name, float[]? rowScale = null)
    {
        WeightMatrix matrix = source.Matrix(_specs[name], rowScale);
        _matrices.Add(matrix);
        return matrix;
    }

    /// <summary>A vector as it is stored.</summary>
    public float[] Vector(string name) => source.Vector(_specs[name]);

    /// <summary>
    /// The effective value of a learned scale: stored value times s_init / s_scale, and a constant. Returns a number for
    /// every column, also where one is stored for all.
    /// </summary>
    public double[] Scale(string name, int length, ScaleSetting setting, double constant = 1)
    {
        float[] stored = Vector(name);
        double factor = setting.Factor * constant;
        return [.. Enumerable.Range(0, length).Select(i => stored[stored.Length == 1 ? 0 : i] * factor)];
    }

    /// <summary>Keeps a vector where kernels can read it.</summary>
    public LearnedVector Learned(float[] values)
    {
        LearnedVector vector = new(values);
        _vectors.Add(vector);
        return vector;
    }

    /// <summary>The projections of a layer's attention.</summary>
    public AttentionWeights Attention(string prefix) => new(
        Matrix($"{prefix}.{ParameterCatalog.Query}"),
        Matrix($"{prefix}.{ParameterCatalog.Key}"),
        Matrix($"{prefix}.{ParameterCatalog.Value}"),
        Matrix($"{prefix}.{ParameterCatalog.AttentionOutput}"));

    /// <summary>
    /// The projections of a layer's MLP. <paramref name="upScale"/>: row scale of the first, or null.
    /// <paramref name="gateScale"/>: row scale of the second, or null.
    /// </summary>
    public MlpWeights Mlp(string prefix, float[]? upScale, float[]? gateScale) => new(
        Matrix($"{prefix}.{ParameterCatalog.Up}", upScale),
        Matrix($"{prefix}.{ParameterCatalog.Gate}", gateScale),
        Matrix($"{prefix}.{ParameterCatalog.Down}"));

    /// <inheritdoc/>
    public void Dispose()
    {
        _matrices.ForEach(matrix => matrix.Dispose());
        _vectors.ForEach(vector => vector.Dispose());
        source.Dispose();
    }
}

/// <summary>The four projections of attention, each [C, C]; key and value have fewer rows where queries are grouped.</summary>
internal sealed record AttentionWeights(WeightMatrix Query, WeightMatrix Key, WeightMatrix Value, WeightMatrix Output);

/// <summary>The three projections of the gated MLP.</summary>
/// <param name="Up">Wu [F, C].</param>
/// <param name="Gate">Wv [F, C].</param>
/// <param name="Down">Wo [C, F].</param>
internal sealed record MlpWeights(WeightMatrix Up, WeightMatrix Gate, WeightMatrix Down);

/// <summary>A vector of the model as kernels read it.</summary>
internal sealed unsafe class LearnedVector : IDisposable
{
    private readonly NativeBuffer<float> _memory;

    /// <summary>Copies the values.</summary>
    public LearnedVector(ReadOnlySpan<float> values)
    {
        _memory = new NativeBuffer<float>(values.Length, "scales");
        values.CopyTo(new Span<float>(_memory.Start, values.Length));
    }

    /// <summary>The first element.</summary>
    public float* Start => _memory.Start;

    /// <inheritdoc/>
    public void Dispose() => _memory.Dispose();
}
