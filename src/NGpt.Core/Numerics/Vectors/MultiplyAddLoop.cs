using System.Runtime.CompilerServices;
using NGpt.Core.Numerics.Threads;

namespace NGpt.Core.Numerics.Vectors;

/// <summary>Multiply-adds between registers, twelve independent sums in each thread: the most that a processor can calculate.</summary>
internal readonly unsafe struct MultiplyAddLoop<TLanes> : IParallelWork
    where TLanes : unmanaged, ILanes<TLanes>
{
    /// <summary>Independent sums.</summary>
    public const int Sums = 12;

    /// <summary>Multiply-adds of every sum.</summary>
    public required int Iterations { get; init; }

    /// <summary>A number for each thread, so that nothing is left out.</summary>
    public required float* Result { get; init; }

    [MethodImpl(KernelCode.Loop)]
    public void Run(int thread, int threads)
    {
        TLanes x = TLanes.Of(0.999f);
        TLanes y = TLanes.Of(1e-3f);
        TLanes a = x, b = x, c = x, d = x, e = x, f = x, g = x, h = x, i = x, j = x, k = x, l = x;
        for (int iteration = 0; iteration < Iterations; iteration++)
        {
            a = TLanes.MultiplyAdd(a, x, y);
            b = TLanes.MultiplyAdd(b, x, y);
            c = TLanes.MultiplyAdd(c, x, y);
            d = TLanes.MultiplyAdd(d, x, y);
            e = TLanes.MultiplyAdd(e, x, y);
            f = TLanes.MultiplyAdd(f, x, y);
            g = TLanes.MultiplyAdd(g, x, y);
            h = TLanes.MultiplyAdd(h, x, y);
            i = TLanes.MultiplyAdd(i, x, y);
            j = TLanes.MultiplyAdd(j, x, y);
            k = TLanes.MultiplyAdd(k, x, y);
            l = TLanes.MultiplyAdd(l, x, y);
        }

        Result[thread] = TLanes.Sum(a + b + c + d + e + f + g + h + i + j + k + l);
    }
}
