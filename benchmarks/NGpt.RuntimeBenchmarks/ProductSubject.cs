using System.Diagnostics;
using System.Runtime.InteropServices;
using NGpt.Core.Numerics.Threads;
using NGpt.Core.Quantization;
using NGpt.Runtime.Kernels;
using NGpt.Runtime.Weights;

namespace NGpt.RuntimeBenchmarks;

/// <summary>One product that is timed.</summary>
internal sealed unsafe class ProductSubject : IDisposable
{
    private const double MinSeconds = 0.03;

    private readonly WeightMatrix _weights;
    private readonly Activations _x;
    private readonly WeightProducts _products;
    private readonly byte* _data;
    private readonly float* _y;
    private readonly int _repeats;

    /// <summary>Makes the matrix, of random values, and its input.</summary>
    public ProductSubject(ThreadTeam team, WeightType type, int rows, int columns, int tokens)
    {
        (Tokens, Name) = (tokens, $"{type.Name(),-5} {rows,6} × {columns,-5} {tokens,4} tokens");
        int rowBytes = (int)type.RowBytes(columns);
        _data = (byte*)NativeMemory.AlignedAlloc((nuint)rowBytes * (nuint)rows, 64);
        Fill(type, rows, columns, rowBytes);
        _weights = WeightMatrix.Create(type, rows, columns, (nint)_data, null);
        _x = new Activations(tokens, columns);
        Random random = new(7);
        for (int i = 0; i < tokens * columns; i++)
        {
            _x.Row(0)[i] = (float)random.NextDouble() - 0.5f;
        }

        _products = new WeightProducts(team, tokens, columns);
        _y = (float*)NativeMemory.AlignedAlloc((nuint)rows * (nuint)tokens * sizeof(float), 64);
        Run();
        _repeats = Math.Max(1, (int)(MinSeconds / Seconds(1)));
    }

    /// <summary>What it is.</summary>
    public string Name { get; }

    /// <summary>Tokens of the product.</summary>
    public int Tokens { get; }

    /// <summary>Bytes of weights.</summary>
    public long Bytes => _weights.ByteLength;

    /// <summary>Multiplications and additions.</summary>
    public double Operations => 2.0 * _weights.Rows * _weights.Columns * Tokens;

    /// <summary>Seconds of one product.</summary>
    public double Measure() => Seconds(_repeats);

    public void Dispose()
    {
        _weights.Dispose();
        _x.Dispose();
        _products.Dispose();
        NativeMemory.AlignedFree(_data);
        NativeMemory.AlignedFree(_y);
    }

    private double Seconds(int repeats)
    {
        long start = Stopwatch.GetTimestamp();
        for (int i = 0; i < repeats; i++)
        {
            Run();
        }

        return Stopwatch.GetElapsedTime(start).TotalSeconds / repeats;
    }

    private void Run()
    {
        _x.Changed();
        _products.Multiply(_x, Tokens, [new ProductOutput(_weights, _y, _weights.Rows)]);
    }

    // A few rows, many times: encoding all of them would take longer than the measurement.
    private void Fill(WeightType type, int rows, int columns, int rowBytes)
    {
        const int Different = 16;
        Random random = new(5);
        float[] row = new float[columns];
        for (int i = 0; i < rows; i++)
        {
            Span<byte> target = new(_data + ((long)i * rowBytes), rowBytes);
            if (i >= Different)
            {
                new ReadOnlySpan<byte>(_data + ((long)(i % Different) * rowBytes), rowBytes).CopyTo(target);
                continue;
            }

            for (int k = 0; k < columns; k++)
            {
                row[k] = (float)random.NextDouble() - 0.5f;
            }

            WeightCodec.Encode(type, row, target, WeightCodec.TensorScale(type, row));
        }
    }
}
