using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using NGpt.Core.Numerics.Threads;
using NGpt.Torch.Native;

namespace NGpt.Torch.Operators.Threads;

/// <summary>Runs kernels on the OpenMP threads that libtorch has already, through the libgomp that it loaded.</summary>
internal sealed unsafe class OpenMPTeam : ThreadTeam
{
    private readonly delegate* unmanaged<delegate* unmanaged[Cdecl]<void*, void>, void*, uint, uint, void> _parallel;
    private readonly delegate* unmanaged<int> _threadNumber;
    private readonly delegate* unmanaged<int> _threadCount;

    private OpenMPTeam(int threads, nint library)
    {
        Threads = threads;
        _parallel = (delegate* unmanaged<delegate* unmanaged[Cdecl]<void*, void>, void*, uint, uint, void>)NativeLibrary.GetExport(library, "GOMP_parallel");
        _threadNumber = (delegate* unmanaged<int>)NativeLibrary.GetExport(library, "omp_get_thread_num");
        _threadCount = (delegate* unmanaged<int>)NativeLibrary.GetExport(library, "omp_get_num_threads");
    }

    public override int Threads { get; }

    public override string Description => $"{Threads} OpenMP threads, shared with libtorch";

    /// <summary>The team, or null where libtorch brought no libgomp (Windows, macOS).</summary>
    public static OpenMPTeam? TryCreate(int threads)
    {
        // Opening the file that is loaded already gives the same library; a second copy would have its own threads.
        string? file = LoadedLibraries.Find("libgomp");
        return file is not null && NativeLibrary.TryLoad(file, out nint library) ? new OpenMPTeam(threads, library) : null;
    }

    private protected override void Start(ref Job job)
    {
        fixed (Job* pinned = &job)
        {
            Region region = new(pinned, _threadNumber, _threadCount);
            _parallel(&Enter, &region, (uint)Threads, 0);
        }
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void Enter(void* data)
    {
        Region* region = (Region*)data;
        // The runtime may give fewer threads than asked for; the shares follow what it gave.
        RunShare(region->Job, region->ThreadNumber(), region->ThreadCount());
    }

    private readonly struct Region(Job* job, delegate* unmanaged<int> threadNumber, delegate* unmanaged<int> threadCount)
    {
        public readonly Job* Job = job;
        public readonly delegate* unmanaged<int> ThreadNumber = threadNumber;
        public readonly delegate* unmanaged<int> ThreadCount = threadCount;
    }
}
