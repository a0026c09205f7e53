using System.Globalization;
using NGpt.Core.Numerics.Threads;
using TorchSharp;

namespace NGpt.Torch.Native;

/// <summary>Settings of the process that native libraries read when they are loaded: memory allocator and threads.</summary>
public static class NativeEnvironment
{
    private const int TrimThreshold = -1;
    private const int MaxMappedCount = -4;
    private const int NeverTrim = -1;

    private static readonly string[] AllocatorVariables =
        ["MALLOC_MMAP_MAX_", "MALLOC_MMAP_THRESHOLD_", "MALLOC_TRIM_THRESHOLD_", "MALLOC_TOP_PAD_"];

    private static readonly Lock Sync = new();
    private static bool _prepared;
    private static int _threads;

    /// <summary>Number of threads of libtorch.</summary>
    public static int Threads
    {
        get
        {
            lock (Sync)
            {
                return _threads > 0 ? _threads : DefaultThreads();
            }
        }
    }

    /// <summary>
    /// Prepares the process, before libtorch is loaded (<see cref="LibTorch.Load"/> does it with the defaults). Environment
    /// variables that are already set are kept.
    /// </summary>
    /// <param name="threads">
    /// The number of threads, or null: <c>OMP_NUM_THREADS</c> where set, else the physical cores that this process may use.
    /// It can also be given later, for the operations that follow.
    /// </param>
    /// <exception cref="ArgumentOutOfRangeException">The number is below 1 or above <see cref="ProcessorCores.MaxThreads"/>.</exception>
    public static void Prepare(int? threads = null)
    {
        if (threads is int given)
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(given, 1, nameof(threads));
            ArgumentOutOfRangeException.ThrowIfGreaterThan(given, ProcessorCores.MaxThreads, nameof(threads));
        }
        lock (Sync)
        {
            bool first = !_prepared;
            _prepared = true;
            _threads = threads ?? (_threads > 0 ? _threads : DefaultThreads());
            if (first)
            {
                // A thread that spins while it waits keeps the core from other threads: with libgomp's default spin
                // count of 300,000, a step beside one busy process took 1.6 times as long as with 1,000, beside two 12
                // times. On an idle machine a count of 2,000 costs 8 to 27%, 0 costs 37 to 52% (small preset, two cores).
                SetEnvironment("OMP_WAIT_POLICY", "passive");
                SetEnvironment("GOMP_SPINCOUNT", "2000");
                SetEnvironment("OMP_NUM_THREADS", _threads.ToString(CultureInfo.InvariantCulture));
                KeepMemory();
            }
        }
        if (threads is int changed && LibTorch.IsReady)
        {
            torch.set_num_threads(changed);
        }
    }

    /// <summary>
    /// Sets an environment variable for native libraries: on Linux and macOS they read the C library's environment, which <see cref="Environment.SetEnvironmentVariable(string, string?)"/> does not change.
    /// </summary>
    private static void SetEnvironment(string name, string value)
    {
        if (IsSet(name))
        {
            return;
        }
        Environment.SetEnvironmentVariable(name, value);
        if (OperatingSystem.IsLinux() || OperatingSystem.IsMacOS())
        {
            _ = CLibrary.SetEnvironment(name, value, overwrite: 0);
        }
    }

    /// <summary>For example <c>1 thread</c> or <c>2 threads</c>.</summary>
    internal static string CountThreads(int count) => FormattableString.Invariant($"{count} thread{(count == 1 ? "" : "s")}");

    // glibc returns large freed blocks to the system, so every training step would fault in zeroed pages for its tensors
    // again. Memory that stays in the heap is reused instead.
    private static void KeepMemory()
    {
        if (CLibrary.GlibcVersion is null || AllocatorVariables.Any(IsSet)
            || (Environment.GetEnvironmentVariable("GLIBC_TUNABLES") ?? "").Contains("glibc.malloc", StringComparison.Ordinal))
        {
            return;
        }
        _ = CLibrary.SetMallocOption(MaxMappedCount, 0);
        _ = CLibrary.SetMallocOption(TrimThreshold, NeverTrim);
    }

    private static bool IsSet(string name) => !string.IsNullOrEmpty(Environment.GetEnvironmentVariable(name));

    private static int DefaultThreads() =>
        int.TryParse(Environment.GetEnvironmentVariable("OMP_NUM_THREADS"), CultureInfo.InvariantCulture, out int chosen) && chosen > 0
            ? Math.Min(chosen, ProcessorCores.MaxThreads)
            : ProcessorCores.Current.Physical;
}
