using System.Buffers;
using NGpt.Core.Configuration;
using NGpt.Core.Files;
using NGpt.Core.Quantization;

namespace NGpt.Runtime.Quantization;

/// <summary>
/// Encodes tensors of a checkpoint in place in its file, some rows at a time: neither the tensor nor its encoded form
/// is ever whole in memory. <paramref name="file"/>: the checkpoint's weights.
/// </summary>
internal sealed class TensorEncoder(SafetensorsFile file, CancellationToken stop)
{
    // About this many values at a time: enough for all cores, and small.
    private const int PieceLength = 1 << 20;

    /// <summary>Writes a tensor.</summary>
    public void Write(ParameterSpec parameter, WeightType type, Stream destination, Action<int> written)
    {
        (int rows, int columns) = parameter.Columns is int width ? (parameter.Rows, width) : (1, parameter.Rows);
        int rowBytes = checked((int)type.RowBytes(columns));
        int rowsAtATime = Math.Clamp(PieceLength / columns, 1, rows);
        float scale = TensorScale(parameter, type);
        byte[] encoded = ArrayPool<byte>.Shared.Rent(rowsAtATime * rowBytes);
        try
        {
            for (int first = 0; first < rows; first += rowsAtATime)
            {
                int start = first;
                int count = Math.Min(rowsAtATime, rows - first);
                Parallel.For(
                    0,
                    count,
                    new ParallelOptions { CancellationToken = stop },
                    () => new float[columns],
                    (row, _, numbers) =>
                    {
                        file.ReadFloats(parameter.Name, (long)(start + row) * columns, numbers);
                        Encode(type, numbers, encoded.AsSpan(row * rowBytes, rowBytes), scale);
                        return numbers;
                    },
                    _ => { });
                destination.Write(encoded, 0, count * rowBytes);
                written(count * columns);
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(encoded);
        }
    }

    /// <summary>The scale of a whole tensor, 1 for types that have none.</summary>
    public float TensorScale(ParameterSpec parameter, WeightType type)
    {
        if (type != WeightType.NVFP4)
        {
            return 1;
        }

        // Of a tensor's rows the one with the largest number has the tensor's scale; a row of zeros has none, and says 1.
        float largest = 0;
        float[] numbers = new float[parameter.Columns!.Value];
        for (int row = 0; row < parameter.Rows; row++)
        {
            file.ReadFloats(parameter.Name, (long)row * numbers.Length, numbers);
            largest = numbers.AsSpan().ContainsAnyExcept(0f) ? MathF.Max(largest, WeightCodec.TensorScale(type, numbers)) : largest;
        }

        return largest > 0 ? largest : 1;
    }

    private static void Encode(WeightType type, ReadOnlySpan<float> row, Span<byte> target, float tensorScale)
    {
        if (type == WeightType.NVFP4)
        {
            NvFp4Encoder.Encode(row, target, tensorScale);
        }
        else
        {
            WeightCodec.Encode(type, row, target, tensorScale);
        }
    }
}

/// <summary>How each tensor of a model is stored.</summary>
internal sealed class TensorPlan
{
    private readonly WeightType _type;
    private readonly WeightType _tokenEmbedding;
    private readonly WeightType _output;

    /// <summary>Decides.</summary>
    public TensorPlan(QuantizationRequest request)
    {
        _type = request.Type;
        _tokenEmbedding = request.TokenEmbeddingType ?? DefaultEmbedding(request.Type);
        _output = request.OutputType ?? DefaultEmbedding(request.Type);
    }

    /// <summary>How a tensor was meant to be stored: vectors are a thousandth of a model and stay as they are.</summary>
    public WeightType Wanted(ParameterSpec parameter) => parameter.Columns is null ? WeightType.F32
        : parameter.Name == ParameterCatalog.TokenEmbedding ? _tokenEmbedding
        : parameter.Name == ParameterCatalog.OutputEmbedding ? _output
        : _type;

    /// <summary>How a tensor can be stored: a row that is not a multiple of the block length is bfloat16.</summary>
    public WeightType Of(ParameterSpec parameter)
    {
        WeightType wanted = Wanted(parameter);
        return (parameter.Columns ?? parameter.Rows) % wanted.BlockLength() == 0 ? wanted : WeightType.BF16;
    }

    /// <summary>The type of the embeddings where nothing else was requested.</summary>
    private static WeightType DefaultEmbedding(WeightType type) => type is WeightType.Q4_0 or WeightType.NVFP4 ? WeightType.Q8_0 : type;
}
