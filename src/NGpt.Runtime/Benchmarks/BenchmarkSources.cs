using NGpt.Core.Configuration;
using NGpt.Core.Numerics;
using NGpt.Core.Quantization;
using NGpt.Core.Tokenizers;
using NGpt.Runtime.Kernels;
using NGpt.Runtime.Models;
using NGpt.Runtime.Weights;

namespace NGpt.Runtime.Benchmarks;

/// <summary>A model of a shape with random weights: as fast as a trained one, and there without a file.</summary>
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

/// <summary>
/// Another source's matrices in another type, in memory; the other source stays the caller's. Matrices that are rounded
/// already stay as they are.
/// </summary>
internal sealed unsafe class RecodedSource(IWeightSource inner, WeightType type) : IWeightSource
{
    /// <inheritdoc/>
    public ModelConfig Config => inner.Config;

    /// <inheritdoc/>
    public ITokenizer Tokenizer => inner.Tokenizer;

    /// <inheritdoc/>
    public string? Name => inner.Name;

    /// <inheritdoc/>
    public WeightMatrix Matrix(ParameterSpec spec, float[]? rowScale)
    {
        WeightMatrix source = inner.Matrix(spec, rowScale);
        WeightType target = source.Columns % type.BlockLength() == 0 ? type : WeightType.BF16;
        if (source.Type == target || source.Type != WeightType.F32)
        {
            return source;
        }

        using (source)
        {
            float[] row = new float[source.Columns];
            int rowBytes = (int)target.RowBytes(source.Columns);
            NativeBuffer<byte> buffer = new((long)rowBytes * source.Rows, $"weights as {target.Name()}");
            float tensorScale = TensorScale(source, row, target);
            for (int r = 0; r < source.Rows; r++)
            {
                source.DecodeRow(r, row);
                WeightCodec.Encode(target, row, new Span<byte>(buffer.Start + ((long)r * rowBytes), rowBytes), tensorScale);
            }

            return WeightMatrix.Create(target, source.Rows, source.Columns, (nint)buffer.Start, buffer, tensorScale, rowScale);
        }
    }

    /// <inheritdoc/>
    public float[] Vector(ParameterSpec spec) => inner.Vector(spec);

    /// <inheritdoc/>
    public void Dispose()
    {
    }

    // The scale follows from the largest number of the tensor: the largest of the rows' scales is the tensor's.
    private static float TensorScale(WeightMatrix source, float[] row, WeightType target)
    {
        float scale = 0;
        for (int r = 0; r < source.Rows; r++)
        {
            source.DecodeRow(r, row);
            scale = Math.Max(scale, WeightCodec.TensorScale(target, row));
        }

        return scale;
    }
}
