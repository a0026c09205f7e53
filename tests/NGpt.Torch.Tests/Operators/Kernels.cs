using NGpt.Core.Numerics.Threads;
using NGpt.Core.Numerics.Vectors;
using static TorchSharp.torch;
using BFloat16 = NGpt.Core.Numerics.Vectors.BFloat16;

namespace NGpt.Torch.Tests.Operators;

/// <summary>What the tests of all kernels share: every vector width and element type, inputs, comparison.</summary>
internal static class Kernels
{
    public const int Threads = 2;

    /// <summary>Runs a check with every vector width and both element types.</summary>
    public static void ForAll(IKernelCheck check)
    {
        check.Run<Lanes512, Float32>();
        check.Run<Lanes256, Float32>();
        check.Run<Lanes128, Float32>();
        check.Run<Lanes512, BFloat16>();
        check.Run<Lanes256, BFloat16>();
        check.Run<Lanes128, BFloat16>();
    }

    public static void RunTeam<TWork>(TWork work)
        where TWork : unmanaged, IParallelWork
    {
        // One after the other is as good as together: shares do not depend on each other.
        for (int thread = 0; thread < Threads; thread++)
        {
            work.Run(thread, Threads);
        }
    }

    public static double[] Random(int count, int seed, double min = -1, double max = 1)
    {
        Random random = new(seed);
        return [.. Enumerable.Range(0, count).Select(_ => min + ((max - min) * random.NextDouble()))];
    }

    /// <summary>
    /// Values in a float64 tensor that wants a gradient: a copy in native memory, since a tensor over an array of .NET
    /// need not be aligned as libtorch's complex numbers want it.
    /// </summary>
    public static Tensor Variable(double[] values, params long[] shape) => tensor(values, shape, dtype: ScalarType.Float64).clone().requires_grad_(true);

    public static Tensor Constant(double[] values, params long[] shape) => tensor(values, shape, dtype: ScalarType.Float64);

    /// <summary>Compares results that passed through the element type: float32 to 1e-5, bfloat16 to its rounding.</summary>
    public static void Close<TElement>(Tensor expected, double[] actual, string what)
        where TElement : unmanaged, IElement<TElement> => Close(expected, actual, what, typeof(TElement) == typeof(Float32) ? 1e-5 : 4e-3);

    /// <summary>Compares by the norm of the difference over the norm.</summary>
    public static void Close(Tensor expected, double[] actual, string what, double tolerance)
    {
        double[] reference = [.. expected.detach().flatten().data<double>()];
        Assert.Equal(reference.Length, actual.Length);
        double norm = Math.Sqrt(reference.Sum(value => value * value));
        double error = Math.Sqrt(reference.Zip(actual, (a, b) => (a - b) * (a - b)).Sum());
        Assert.True(error <= tolerance * norm, $"{what}: {error / norm:e2} is above {tolerance:e0}");
    }

    /// <summary>Sums over threads.</summary>
    public static double[] SumThreads(double[] byThread)
    {
        int length = byThread.Length / Threads;
        return [.. Enumerable.Range(0, length).Select(i => Enumerable.Range(0, Threads).Sum(thread => byThread[(thread * length) + i]))];
    }
}
