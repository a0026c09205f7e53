using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using NGpt.Core.Numerics.Threads;
using NGpt.Core.Numerics.Vectors;

namespace NGpt.Runtime.Benchmarks;

/// <summary>Reads memory from one end to the other, every thread its part: the least that a product with weights must do.</summary>
internal readonly unsafe struct ReadLoop : IParallelWork
{
    private const int Step = 4;

    /// <summary>Memory that is read.</summary>
    public required long* Memory { get; init; }

    /// <summary>Kibibytes of it.</summary>
    public required int Kilobytes { get; init; }

    /// <summary>A number for each thread, so that nothing is left out.</summary>
    public required long* Result { get; init; }

    [MethodImpl(KernelCode.Loop)]
    public void Run(int thread, int threads)
    {
        (int first, int end) = ThreadTeam.Share(Kilobytes, thread, threads);
        long* place = Memory + ((long)first << 10 >> 3);
        long* last = Memory + ((long)end << 10 >> 3);
        Vector256<long> a = default;
        Vector256<long> b = default;
        Vector256<long> c = default;
        Vector256<long> d = default;
        for (; place < last; place += Step * Vector256<long>.Count)
        {
            a += Vector256.Load(place);
            b += Vector256.Load(place + Vector256<long>.Count);
            c += Vector256.Load(place + (2 * Vector256<long>.Count));
            d += Vector256.Load(place + (3 * Vector256<long>.Count));
        }

        Result[thread] = Vector256.Sum(a + b + c + d);
    }
}
