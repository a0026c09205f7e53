using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using NGpt.Core.Numerics.Vectors;

namespace NGpt.Core.Sampling;

/// <summary>
/// The weights e^((x − max) / T) of a list of numbers, and a draw among them. The result does not depend on the vector width
/// of the processor: every exponential is computed alone, and they are added in one fixed order.
/// </summary>
internal sealed unsafe class SoftmaxDraw(int capacity)
{
    // Weights are summed in blocks, so that a draw skips all blocks but one.
    private const int Block = 256;

    // The exponential clamps its argument at −87. Subtracting slightly more than e^−87 makes those weights 0 and changes no
    // other significantly.
    private const float Vanished = 1.7e-38f;

    // Temperatures beyond these give the same weights, and the quotients of finite numbers stay finite.
    private const double Coldest = 1e-30;
    private const double Hottest = 1e30;

    private readonly float[] _weights = new float[capacity];
    private readonly double[] _sums = new double[(capacity + Block - 1) / Block];
    private int _count;

    // The last block with a weight above 0.
    private int _lastBlock;

    /// <summary>The sum of the weights; at least 1.</summary>
    public double Total { get; private set; }

    /// <summary>The weights of the last call of <see cref="Fill"/>.</summary>
    public ReadOnlySpan<float> Weights => _weights.AsSpan(0, _count);

    /// <summary>A buffer for the arguments of <see cref="Fill"/>; its content is overwritten.</summary>
    public Span<float> Buffer(int count) => _weights.AsSpan(0, count);

    /// <summary>Computes the weights of at least one finite value (which may be in <see cref="Buffer"/>) at a temperature above 0.</summary>
    public void Fill(ReadOnlySpan<float> values, float max, double temperature)
    {
        if (Lanes512.IsFast)
        {
            Fill<Lanes512>(values, max, temperature);
        }
        else if (Lanes256.IsFast)
        {
            Fill<Lanes256>(values, max, temperature);
        }
        else
        {
            Fill<Lanes128>(values, max, temperature);
        }
    }

    /// <summary><see cref="Fill"/> with vectors of one width.</summary>
    internal void Fill<TLanes>(ReadOnlySpan<float> values, float max, double temperature)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        float factor = (float)(1 / Math.Clamp(temperature, Coldest, Hottest));
        (_count, _lastBlock, Total) = (values.Length, 0, 0);
        fixed (float* from = values, to = _weights)
        {
            for (int start = 0; start < _count; start += Block)
            {
                int length = Math.Min(Block, _count - start);
                int vectorized = Rows.VectorizedLength<TLanes>(length);
                Weigh<TLanes>(from + start, to + start, max, factor, 0, vectorized);
                Weigh<ScalarLane>(from + start, to + start, max, factor, vectorized, length);
                double sum = Sum(to + start, length);
                _sums[start / Block] = sum;
                Total += sum;
                _lastBlock = sum > 0 ? start / Block : _lastBlock;
            }
        }
    }

    /// <summary>Draws the index of a value with the probability of its weight, by a random number from 0 (inclusive) to 1 (exclusive).</summary>
    public int Draw(double uniform)
    {
        double left = uniform * Total;
        int block = 0;
        while (block < _lastBlock && left >= _sums[block])
        {
            left -= _sums[block++];
        }

        int first = block * Block;
        int end = Math.Min(first + Block, _count);
        int chosen = first;
        for (int i = first; i < end; i++)
        {
            // A weight of 0 cannot be drawn, even if rounding leaves a remainder at the end.
            if (_weights[i] > 0)
            {
                chosen = i;
                left -= _weights[i];
                if (left < 0)
                {
                    break;
                }
            }
        }

        return chosen;
    }

    [MethodImpl(KernelCode.Loop)]
    private static void Weigh<T>(float* from, float* to, float max, float factor, int start, int end)
        where T : unmanaged, ILanes<T>
    {
        (T largest, T factors, T vanished) = (T.Of(max), T.Of(factor), T.Of(Vanished));
        for (int i = start; i < end; i += T.Count)
        {
            T weight = Exponential.Of((T.Load(from + i) - largest) * factors);
            T.Store(T.Max(T.Zero, weight - vanished), to + i);
        }
    }

    // Always eight sums: as many as the vectors are wide would round differently on each processor.
    [MethodImpl(KernelCode.Loop)]
    private static double Sum(float* weights, int count)
    {
        int vectorized = count - (count % Vector256<float>.Count);
        Vector256<double> lower = default;
        Vector256<double> upper = default;
        for (int i = 0; i < vectorized; i += Vector256<float>.Count)
        {
            (Vector256<double> first, Vector256<double> second) = Vector256.Widen(Vector256.Load(weights + i));
            lower += first;
            upper += second;
        }

        Vector256<double> sums = lower + upper;
        double sum = sums[0] + sums[1] + sums[2] + sums[3];
        for (int i = vectorized; i < count; i++)
        {
            sum += weights[i];
        }

        return sum;
    }
}
