using NGpt.Core.Configuration;
using NGpt.Core.Numerics;
using NGpt.Core.Quantization;
using NGpt.Core.Tokenizers;
using NGpt.Runtime.Kernels;
using NGpt.Runtime.Models;
using NGpt.Runtime.Weights;

namespace NGpt.Runtime.Benchmarks;

/// <summary>A model of a shape with random weights: as fast as a trained one, and there without a file.</summary>
/// <param name="config">The shape.</param>
internal sealed unsafe class RandomSource(ModelConfig config) : IWeightSource
{
    private readonly Dictionary<string, NativeBuffer<float>> _matrices = [];

    /// <inheritdoc/>
    public ModelConfig Config => config;

    /// <inheritdoc/>
    public ITokenizer Tokenizer { get; } = new ByteTokenizer();

    /// <inheritdoc/>
    public string? Name => null;

    /// <inheritdoc/>
    public WeightMatrix Matrix(ParameterSpec spec, float[]? rowScale)
    {
        if (!_matrices.TryGetValue(spec.Name, out NativeBuffer<float>? buffer))
        {
            buffer = new NativeBuffer<float>(spec.Count, "random weights");
            SplitMix64 random = new((ulong)_matrices.Count);
            // Rows of about unit length, as those of nGPT are.
            double width = Math.Sqrt(12.0 / spec.Columns!.Value);
            for (long i = 0; i < spec.Count; i++)
            {
                buffer.Start[i] = (float)((random.NextDouble() - 0.5) * width);
            }

            _matrices.Add(spec.Name, buffer);
        }

        return WeightMatrix.Create(WeightType.F32, spec.Rows, spec.Columns!.Value, (nint)buffer.Start, owner: null, rowScale: rowScale);
    }

    /// <inheritdoc/>
    public float[] Vector(ParameterSpec spec)
    {
        float[] values = new float[spec.Count];
        Array.Fill(values, (float)spec.InitialMean);
        return values;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (NativeBuffer<float> buffer in _matrices.Values)
        {
            buffer.Dispose();
        }
    }
}
