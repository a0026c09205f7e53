using NGpt.Core.Numerics.Threads;

namespace NGpt.Benchmarks;

/// <summary>What the machine can do at best in copying memory.</summary>
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
}
