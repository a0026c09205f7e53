using System.Diagnostics;

namespace NGpt.Measurements;

/// <summary>What this process holds at one moment.</summary>
/// <param name="Place">When it was: seconds, or steps.</param>
/// <param name="ManagedMegabytes">Live managed memory, after a full collection.</param>
/// <param name="ProcessMegabytes">Physical memory of the process, native memory included.</param>
/// <param name="Handles">Open handles: files, sockets, and whatever else the system counts.</param>
/// <param name="Threads">Threads of the process.</param>
internal sealed record ResourceSample(double Place, double ManagedMegabytes, double ProcessMegabytes, int Handles, int Threads)
{
    /// <summary>Measures this process.</summary>
    public static ResourceSample Take(double place)
    {
        double managed = GC.GetTotalMemory(forceFullCollection: true) / 1e6;
        using Process self = Process.GetCurrentProcess();
        return new ResourceSample(place, managed, self.WorkingSet64 / 1e6, self.HandleCount, self.Threads.Count);
    }
}
