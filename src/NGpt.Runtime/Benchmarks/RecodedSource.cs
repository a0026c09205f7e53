using NGpt.Core.Configuration;
using NGpt.Core.Quantization;
using NGpt.Core.Tokenizers;
using NGpt.Runtime.Kernels;
using NGpt.Runtime.Models;
using NGpt.Runtime.Weights;

namespace NGpt.Runtime.Benchmarks;

/// <summary>
/// Another source's matrices in another type, in memory; the other source stays the caller's. Matrices that are rounded
/// already stay as they are.
/// </summary>
/// <param name="inner">The source of the numbers.</param>
/// <param name="type">The type of all matrices whose rows are whole blocks; BF16 for the others.</param>
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
