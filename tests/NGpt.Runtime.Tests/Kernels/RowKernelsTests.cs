using NGpt.Core.Numerics.Threads;
using NGpt.Core.Numerics.Vectors;
using NGpt.Runtime.Inference;
using NGpt.Runtime.Kernels;

namespace NGpt.Runtime.Tests.Kernels;

/// <summary>Every row kernel against float64, for all vector widths, at sizes that leave remainders in all of them.</summary>
public sealed unsafe class RowKernelsTests : IDisposable
{
    private const int Threads = 3;
    private const int HeadCount = 3;
    private const int HeadWidth = 22;
    private const int PaddedWidth = 32;
    private const int Positions = 192;
    private const int Slots = 2;
    private const double Theta = 1000;
    private const double Tolerance = 1e-5;

    private readonly WorkerTeam _team = new(Threads);
    private readonly Random _random = new(7);

    // The second number of rows is enough work for all threads.
    public static TheoryData<int, int> WidthsAndRows => new() { { 128, 5 }, { 256, 5 }, { 512, 5 }, { 128, 1103 }, { 256, 1103 }, { 512, 1103 } };

    public static TheoryData<int, CacheType, bool> WidthsAndCaches => new()
    {
        { 128, CacheType.F32, true }, { 256, CacheType.F32, true }, { 512, CacheType.F32, true },
        { 128, CacheType.F32, false }, { 256, CacheType.F32, false }, { 512, CacheType.F32, false },
        { 128, CacheType.F16, true }, { 256, CacheType.F16, true }, { 512, CacheType.F16, true },
    };

    public void Dispose() => _team.Dispose();

    [Theory]
    [MemberData(nameof(WidthsAndRows))]
    public void HypersphereUpdate_equals_float64(int bits, int rows)
    {
        const int Width = 37;
        using NativeBuffer<float> hidden = Uniform(rows * Width, 0.5);
        using NativeBuffer<float> branch = Uniform(rows * Width, 3);
        using NativeBuffer<float> alpha = Uniform(Width, 1);
        double[] expected = new double[rows * Width];
        for (int row = 0; row < rows; row++)
        {
            Span<float> h = new(hidden.Start + (row * Width), Width);
            double[] start = Normalized([.. h.ToArray().Select(value => (double)value)]);
            double[] target = Normalized([.. Enumerable.Range(0, Width).Select(c => (double)branch.Start[(row * Width) + c])]);
            for (int c = 0; c < Width; c++)
            {
                h[c] = (float)start[c];
            }

            Normalized([.. Enumerable.Range(0, Width).Select(c => start[c] + (alpha.Start[c] * (target[c] - start[c])))]).CopyTo(expected, row * Width);
        }

        Kernels(bits).HypersphereUpdate(hidden.Start, branch.Start, alpha.Start, rows, Width);

        AssertNear(expected, hidden.Start);
    }

    [Theory]
    [MemberData(nameof(WidthsAndRows))]
    public void SwiGlu_equals_float64(int bits, int rows)
    {
        const int Width = 53;
        using NativeBuffer<float> up = Uniform(rows * Width, 2);
        using NativeBuffer<float> gate = Uniform(rows * Width, 20);
        using NativeBuffer<float> output = new(rows * Width, "test");

        Kernels(bits).SwiGlu(up.Start, gate.Start, output.Start, rows, Width);

        AssertNear([.. Enumerable.Range(0, rows * Width).Select(i => up.Start[i] * (double)gate.Start[i] / (1 + Math.Exp(-gate.Start[i])))], output.Start);
    }

    [Theory]
    [MemberData(nameof(WidthsAndRows))]
    public void AddToResidual_adds(int bits, int rows)
    {
        const int Width = 41;
        using NativeBuffer<float> hidden = Uniform(rows * Width, 2);
        using NativeBuffer<float> branch = Uniform(rows * Width, 3);
        float[] expected = [.. Enumerable.Range(0, rows * Width).Select(i => hidden.Start[i] + branch.Start[i])];

        Kernels(bits).AddToResidual(hidden.Start, branch.Start, rows, Width);

        Assert.Equal(expected, new ReadOnlySpan<float>(hidden.Start, rows * Width));
    }

    [Theory]
    [MemberData(nameof(WidthsAndRows))]
    public void RmsNorm_of_all_rows_and_of_chosen_ones_equals_float64(int bits, int rows)
    {
        const int Width = 43;
        const float Epsilon = 0.03f;
        using NativeBuffer<float> input = Uniform(rows * Width, 1);
        using NativeBuffer<float> gain = Uniform(Width, 2);
        using NativeBuffer<float> output = new(rows * Width, "test");
        using NativeBuffer<int> chosen = new(rows, "test");
        for (int row = 0; row < rows; row++)
        {
            chosen.Start[row] = rows - 1 - (row / 2);
        }

        Kernels(bits).RmsNorm(input.Start, null, gain.Start, Epsilon, output.Start, rows, Width);
        AssertNear(Expected(row => row), output.Start);
        Kernels(bits).RmsNorm(input.Start, chosen.Start, gain.Start, Epsilon, output.Start, rows, Width);
        AssertNear(Expected(row => chosen.Start[row]), output.Start);

        double[] Expected(Func<int, int> source) => [.. Enumerable.Range(0, rows).SelectMany(row =>
        {
            double[] x = [.. Enumerable.Range(0, Width).Select(c => (double)input.Start[(source(row) * Width) + c])];
            double factor = 1 / Math.Sqrt((x.Sum(value => value * value) / Width) + Epsilon);
            return x.Select((value, c) => value * factor * gain.Start[c]);
        })];
    }

    [Theory]
    [MemberData(nameof(WidthsAndCaches))]
    public void PrepareHeads_rotates_scales_and_caches_as_float64_does(int bits, CacheType type, bool unitLength)
    {
        const int Width = HeadCount * HeadWidth;
        using Cache cache = new(type);
        using BatchRows rows = new(13);
        rows.Append(1, 31, 5, LogitRows.Last, []);
        rows.Append(0, 3, 2, LogitRows.Last, []);
        using GrowingRotaryTable rotary = new(Positions, HeadWidth, Theta);
        rotary.EnsureFilled(rows.PositionsReached);
        using NativeBuffer<float> queries = Uniform(rows.Count * Width, 2);
        using NativeBuffer<float> keys = Uniform(rows.Count * Width, 2);
        using NativeBuffer<float> values = Uniform(rows.Count * Width, 2);
        using NativeBuffer<float> scale = Uniform(Width, 5);
        double[] expectedQueries = Rotated(queries.Start, rows, unitLength);
        double[] expectedKeys = Rotated(keys.Start, rows, unitLength);

        Kernels(bits).PrepareHeads(rows, new HeadRows(queries.Start, keys.Start, values.Start), scale.Start, unitLength, rotary, cache.Layer);

        AssertNear([.. expectedQueries.Select((value, i) => value * scale.Start[i % Width])], queries.Start);
        for (int row = 0; row < rows.Count; row++)
        {
            for (int i = 0; i < Width; i++)
            {
                (int head, int column) = (i / HeadWidth, i % HeadWidth);
                AssertStored(expectedKeys[(row * Width) + i], cache.Key(rows.Slots[row], head, rows.Positions[row], column), type);
                AssertStored(values.Start[(row * Width) + i], cache.Value(rows.Slots[row], head, rows.Positions[row], column), type);
            }
        }

        // Nothing but these rows was written, padding and other positions included.
        Assert.Equal(2 * rows.Count * Width, cache.CountNonZero());
    }

    [Theory]
    [MemberData(nameof(WidthsAndCaches))]
    public void Attend_equals_softmax_attention_in_float64(int bits, CacheType type, bool seesAll)
    {
        const int Width = HeadCount * HeadWidth;
        using Cache cache = new(type);
        cache.Fill(_random);
        using BatchRows rows = new(64);
        // One step over two blocks of rows and two chunks of keys, and one whose keys fill no block.
        int[] firstVisible = [.. Enumerable.Range(0, 37).Select(i => i < 20 ? 45 : 133 + i)];
        rows.Append(1, 133, 37, LogitRows.Last, seesAll ? [] : firstVisible);
        rows.Append(0, 3, 2, LogitRows.Last, []);
        using NativeBuffer<float> queries = Uniform(rows.Count * Width, 2);
        using NativeBuffer<float> output = new(rows.Count * Width, "test");
        RowKernels kernels = Kernels(bits);
        using NativeBuffer<float> scratch = new(Threads * kernels.AttentionScratch(PaddedWidth), "test");

        kernels.Attend(rows, queries.Start, cache.Layer, output.Start, scratch.Start);

        double[] expected = new double[rows.Count * Width];
        for (int row = 0; row < rows.Count; row++)
        {
            for (int head = 0; head < HeadCount; head++)
            {
                int offset = (row * Width) + (head * HeadWidth);
                int[] seen = [.. Enumerable.Range(rows.FirstVisible[row], rows.Positions[row] + 1 - rows.FirstVisible[row])];
                double[] weights = [.. seen.Select(position => Math.Exp(Enumerable.Range(0, HeadWidth).Sum(
                    column => queries.Start[offset + column] * cache.Key(rows.Slots[row], head, position, column))))];
                for (int column = 0; column < HeadWidth; column++)
                {
                    expected[offset + column] = seen.Select((position, i) => weights[i] * cache.Value(rows.Slots[row], head, position, column)).Sum() / weights.Sum();
                }
            }
        }

        AssertNear(expected, output.Start);
    }

    private static double[] Rotated(float* x, BatchRows rows, bool unitLength)
    {
        double[] rotated = new double[rows.Count * HeadCount * HeadWidth];
        for (int start = 0; start < rotated.Length; start += HeadWidth)
        {
            int position = rows.Positions[start / (HeadCount * HeadWidth)];
            double length = unitLength ? Math.Sqrt(Enumerable.Range(start, HeadWidth).Sum(i => (double)x[i] * x[i])) : 1;
            for (int i = 0; i < HeadWidth; i += 2)
            {
                (double sine, double cosine) = Math.SinCos(position * Math.Pow(Theta, -(double)i / HeadWidth));
                (double first, double second) = (x[start + i] / length, x[start + i + 1] / length);
                rotated[start + i] = (first * cosine) - (second * sine);
                rotated[start + i + 1] = (second * cosine) + (first * sine);
            }
        }

        return rotated;
    }

    private static double[] Normalized(double[] x)
    {
        double length = Math.Sqrt(x.Sum(value => value * value));
        return [.. x.Select(value => value / length)];
    }

    private static void AssertStored(double expected, double actual, CacheType type) =>
        Assert.InRange(Math.Abs(expected - actual), 0, type == CacheType.F32 ? Tolerance : (Math.Abs(expected) / 2000) + 1e-7);

    private static void AssertNear(double[] expected, float* actual)
    {
        for (int i = 0; i < expected.Length; i++)
        {
            double error = Math.Abs(expected[i] - actual[i]) / Math.Max(1, Math.Abs(expected[i]));
            Assert.True(error < Tolerance, $"element {i}: {actual[i]} instead of {expected[i]}");
        }
    }

    private RowKernels Kernels(int bits) => bits switch
    {
        128 => new RowKernels<Lanes128>(_team),
        256 => new RowKernels<Lanes256>(_team),
        _ => new RowKernels<Lanes512>(_team),
    };

    // Of both signs where max is above 1, never zero, so that what was written can be counted.
    private NativeBuffer<float> Uniform(int length, double max)
    {
        NativeBuffer<float> buffer = new(length, "test");
        for (int i = 0; i < length; i++)
        {
            buffer.Start[i] = (float)((0.05 + (0.95 * _random.NextDouble())) * max * (max > 1 && _random.Next(2) == 0 ? -1 : 1));
        }

        return buffer;
    }

    /// <summary>A layer of a cache, read and written element by element.</summary>
    private sealed class Cache : IDisposable
    {
        private readonly NativeBuffer<byte> _keys = new(Slots * HeadCount * Positions * HeadWidth * sizeof(float), "test");
        private readonly NativeBuffer<byte> _values = new(Slots * HeadCount * Positions * PaddedWidth * sizeof(float), "test");

        public Cache(CacheType type) =>
            Layer = new CacheLayer(type, (nint)_keys.Start, (nint)_values.Start, HeadCount, QueriesPerHead: 1, HeadWidth, PaddedWidth, Positions);

        public CacheLayer Layer { get; }

        public double Key(int slot, int head, int position, int column) => Layer.Type == CacheType.F32
            ? Layer.Key<float>(slot, head, position)[column * CacheLayer.BlockPositions]
            : (double)Layer.Key<Half>(slot, head, position)[column * CacheLayer.BlockPositions];

        public double Value(int slot, int head, int position, int column) => Layer.Type == CacheType.F32
            ? Layer.Value<float>(slot, head, position)[column]
            : (double)Layer.Value<Half>(slot, head, position)[column];

        public void Fill(Random random)
        {
            for (int i = 0; i < Slots * HeadCount * Positions; i++)
            {
                (int slot, int head, int position) = (i / (HeadCount * Positions), i / Positions % HeadCount, i % Positions);
                for (int column = 0; column < HeadWidth; column++)
                {
                    (float key, float value) = (random.NextSingle() - 0.5f, random.NextSingle() - 0.5f);
                    if (Layer.Type == CacheType.F32)
                    {
                        Layer.Key<float>(slot, head, position)[column * CacheLayer.BlockPositions] = key;
                        Layer.Value<float>(slot, head, position)[column] = value;
                    }
                    else
                    {
                        Layer.Key<Half>(slot, head, position)[column * CacheLayer.BlockPositions] = (Half)key;
                        Layer.Value<Half>(slot, head, position)[column] = (Half)value;
                    }
                }
            }
        }

        public int CountNonZero() => Layer.Type == CacheType.F32 ? Count<float>() : Count<short>();

        public void Dispose()
        {
            _keys.Dispose();
            _values.Dispose();
        }

        private int Count<T>()
            where T : unmanaged, IEquatable<T>
        {
            int keys = Slots * HeadCount * Positions * HeadWidth;
            int values = Slots * HeadCount * Positions * PaddedWidth;
            return keys + values - new ReadOnlySpan<T>(_keys.Start, keys).Count(default(T)) - new ReadOnlySpan<T>(_values.Start, values).Count(default(T));
        }
    }
}
