using System.Runtime.InteropServices;
using NGpt.Core.Quantization;
using NGpt.Runtime.Weights;

namespace NGpt.Runtime.Tests.Kernels;

/// <summary>A matrix of random bytes of a type, at an odd address, with the values that it stands for.</summary>
internal sealed unsafe class TestWeights : IDisposable
{
    private readonly byte* _memory;

    public TestWeights(WeightType type, int rows, int columns, bool scaled, Random random)
    {
        (Rows, Columns) = (rows, columns);
        int rowBytes = (int)type.RowBytes(columns);
        _memory = (byte*)NativeMemory.Alloc((nuint)((rows * rowBytes) + 1));
        byte* data = _memory + 1;
        TensorScale = type == WeightType.NVFP4 ? 0.37f : 1;
        float[]? rowScale = scaled ? [.. Enumerable.Range(0, rows).Select(_ => (float)(random.NextDouble() - 0.4))] : null;
        Numbers = new float[rows][];
        for (int row = 0; row < rows; row++)
        {
            Span<byte> bytes = new(data + (row * rowBytes), rowBytes);
            Fill(type, bytes, random);
            Numbers[row] = new float[columns];
            WeightCodec.Decode(type, bytes, Numbers[row], TensorScale);
        }

        RowScale = rowScale;
        Matrix = WeightMatrix.Create(type, rows, columns, (nint)data, null, TensorScale, rowScale);
    }

    public int Rows { get; }

    public int Columns { get; }

    public float TensorScale { get; }

    public float[]? RowScale { get; }

    /// <summary>The values, without row scales.</summary>
    public float[][] Numbers { get; }

    public WeightMatrix Matrix { get; }

    public void Dispose()
    {
        Matrix.Dispose();
        NativeMemory.Free(_memory);
    }

    // Every byte of a block of integers can occur, −128 too; scales are of ordinary size and both signs.
    private static void Fill(WeightType type, Span<byte> bytes, Random random)
    {
        if (type <= WeightType.BF16)
        {
            float[] numbers = [.. Enumerable.Range(0, bytes.Length / type.BlockBytes()).Select(_ => (float)(random.NextDouble() - 0.5))];
            WeightCodec.Encode(type, numbers, bytes);
            return;
        }

        random.NextBytes(bytes);
        for (int block = 0; block < bytes.Length; block += type.BlockBytes())
        {
            if (type == WeightType.NVFP4)
            {
                for (int i = 0; i < 4; i++)
                {
                    bytes[block + i] = (byte)random.Next(0x08, 0x48);
                }
            }
            else
            {
                BitConverter.TryWriteBytes(bytes[block..], (Half)((random.NextDouble() - 0.5) / 16));
            }
        }
    }
}
