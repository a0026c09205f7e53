using System.Runtime.CompilerServices;
using NGpt.Core.Numerics.Threads;
using NGpt.Core.Numerics.Vectors;

namespace NGpt.Benchmarks;

/// <summary>What the machine can do at best: copying memory, and multiply-adds between registers.</summary>
internal static unsafe class Peaks
{
    /// <summary>Copies memory with all threads.</summary>
    public readonly struct Copy : IParallelWork
    {
        public required byte* Source { get; init; }

        public required byte* Target { get; init; }

        public required int Kilobytes { get; init; }

        public void Run(int thread, int threads)
        {
            (int first, int end) = ThreadTeam.Share(Kilobytes, thread, threads);
            Buffer.MemoryCopy(Source + ((long)first << 10), Target + ((long)first << 10), (long)(end - first) << 10, (long)(end - first) << 10);
        }
    }

    /// <summary>Multiply-adds between registers, twelve independent sums in each thread.</summary>
    public readonly struct MultiplyAdds<TLanes> : IParallelWork
        where TLanes : unmanaged, ILanes<TLanes>
    {
        public const int Sums = 12;

        public required int Turns { get; init; }

        public required float* Result { get; init; }

        [MethodImpl(KernelCode.Loop)]
        public void Run(int thread, int threads)
        {
            TLanes x = TLanes.Of(0.999f);
            TLanes y = TLanes.Of(1e-3f);
            TLanes a = x, b = x, c = x, d = x, e = x, f = x, g = x, h = x, i = x, j = x, k = x, l = x;
            for (int turn = 0; turn < Turns; turn++)
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
}
