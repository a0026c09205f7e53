using System.Diagnostics;
using NGpt.Core.Configuration;
using NGpt.Torch.Training;
using static TorchSharp.torch;

namespace NGpt.Lab.TrainingBenchmarks;

/// <summary>Large square matrix products into preallocated memory: the peak rate of libtorch on this machine.</summary>
internal sealed class ProductWorkload : IWorkload
{
    // Too small for the peak rate; used only where the large sizes take too long, as bf16 does without bf16 instructions.
    private const int ProbeSize = 512;
    private const double MaxProductLength = 1;

    private const int MinTrials = 3;
    private const double TrialSeconds = 0.3;

    private static readonly int[] Sizes = [2048, 4096];

    private readonly Tensor _left;
    private readonly Tensor _right;
    private readonly Tensor _product;

    private ProductWorkload(Precision precision, int size)
    {
        ScalarType type = precision == Precision.Bf16 ? ScalarType.BFloat16 : ScalarType.Float32;
        using IDisposable scope = NewDisposeScope();
        using Generator generator = new(1, CPU);
        _left = randn(size, size, generator: generator).to_type(type).DetachFromDisposeScope();
        _right = randn(size, size, generator: generator).to_type(type).DetachFromDisposeScope();
        _product = zeros(size, size, dtype: type).DetachFromDisposeScope();
        Size = size;
        Description = $"{precision.Name()} matrix products, {size}×{size}";
    }

    /// <summary>n of the n×n matrices.</summary>
    public int Size { get; }

    /// <inheritdoc/>
    public string Description { get; }

    /// <inheritdoc/>
    public double OperationsPerStep => 2.0 * Size * Size * Size;

    /// <inheritdoc/>
    public IReadOnlyList<StageTime> StageTimes => [];

    /// <summary>Tries large sizes and keeps the one with the highest rate.</summary>
    public static ProductWorkload FindBest(Precision precision)
    {
        ProductWorkload best = new(precision, ProbeSize);
        double probed = best.BestRate();
        double bestRate = 0;
        foreach (int size in Sizes)
        {
            if (2.0 * size * size * size / probed > MaxProductLength)
            {
                break;
            }

            ProductWorkload candidate = new(precision, size);
            double rate = candidate.BestRate();
            if (rate > bestRate)
            {
                best.Dispose();
                (best, bestRate) = (candidate, rate);
            }
            else
            {
                candidate.Dispose();
            }
        }

        return best;
    }

    /// <inheritdoc/>
    public double Step()
    {
        using IDisposable noGradient = no_grad();
        using IDisposable scope = NewDisposeScope();
        _product.addmm_(_left, _right, beta: 0, alpha: 1);
        return 0;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _left.Dispose();
        _right.Dispose();
        _product.Dispose();
    }

    // The best of several trials: other processes can only slow it down.
    private double BestRate()
    {
        double shortest = double.PositiveInfinity;
        long began = Stopwatch.GetTimestamp();
        for (int trial = 0; trial < MinTrials || Stopwatch.GetElapsedTime(began).TotalSeconds < TrialSeconds; trial++)
        {
            long start = Stopwatch.GetTimestamp();
            Step();
            shortest = Math.Min(shortest, Stopwatch.GetElapsedTime(start).TotalSeconds);
        }

        return OperationsPerStep / shortest;
    }
}
