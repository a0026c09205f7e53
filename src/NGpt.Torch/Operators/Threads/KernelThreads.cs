using NGpt.Core.Numerics.Threads;

namespace NGpt.Torch.Operators.Threads;

/// <summary>The threads that this process's kernels run on.</summary>
internal static class KernelThreads
{
    /// <summary>
    /// libtorch's own OpenMP threads where they can be had, since a second set of threads would fight theirs for the
    /// cores; else threads of our own.
    /// </summary>
    public static ThreadTeam Create(int threads) => (ThreadTeam?)OpenMPTeam.TryCreate(threads) ?? new WorkerTeam(threads);
}
