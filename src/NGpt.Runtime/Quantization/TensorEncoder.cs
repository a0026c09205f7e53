using System.Buffers;
using NGpt.Core.Configuration;
using NGpt.Core.Files;
using NGpt.Core.Quantization;

namespace NGpt.Runtime.Quantization;

/// <summary>
/// Encodes tensors of a checkpoint where they lie in its file, some rows at a time: neither the tensor nor its encoded form is
/// ever whole in memory.
/// </summary>
/// <param name="file">The checkpoint's weights, float32.</param>
/// <param name="stop">Ends the work with <see cref="OperationCanceledException"/>.</param>
internal sealed class TensorEncoder(SafetensorsFile file, CancellationToken stop)
{
    // About this many numbers at a time: enough for all cores, and small.
    private const int PieceLength = 1 << 20;

    /// <summary>Writes a tensor.</summary>
    /// <param name="parameter">The tensor.</param>
    /// <param name="type">How it is stored.</param>
    /// <param name="destination">Receives the rows.</param>
    /// <param name="written">Is told the learned numbers of every piece.</param>
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
                Parallel.For(0, count, new ParallelOptions { CancellationToken = stop }, row =>
                    Encode(type, Row(parameter, start + row, columns), encoded.AsSpan(row * rowBytes, rowBytes), scale));
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
    /// <param name="parameter">The tensor.</param>
    /// <param name="type">How it is stored.</param>
    public float TensorScale(ParameterSpec parameter, WeightType type)
    {
        if (type != WeightType.NVFP4)
        {
            return 1;
        }

        // Of a tensor's rows the one with the largest number has the tensor's scale; a row of zeros has none, and says 1.
        float largest = 0;
        for (int row = 0; row < parameter.Rows; row++)
        {
            ReadOnlySpan<float> numbers = Row(parameter, row, parameter.Columns!.Value);
            largest = numbers.ContainsAnyExcept(0f) ? MathF.Max(largest, WeightCodec.TensorScale(type, numbers)) : largest;
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

    private unsafe ReadOnlySpan<float> Row(ParameterSpec parameter, int row, int columns) =>
        new((float*)file.Address(parameter.Name) + ((long)row * columns), columns);
}
