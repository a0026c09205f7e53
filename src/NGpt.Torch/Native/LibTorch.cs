using NGpt.Core.Errors;
using TorchSharp;

namespace NGpt.Torch.Native;

/// <summary>Loads libtorch and TorchSharp's native library: the first step of everything that uses tensors.</summary>
/// <remarks>
/// The libraries are taken from the folder <c>libtorch</c> beside the program, from where the packages put them, or from
/// the installation that the environment variable <c>NGPT_LIBTORCH</c> names (a PyTorch with CUDA, for example).
/// Where TorchSharp's library asks for a newer libstdc++ than the system has, it is adapted first; see <see cref="ElfVersionPatch"/>.
/// </remarks>
public static class LibTorch
{
    private static readonly Lock TraceLock = new();
    private static readonly List<string> TraceLines = [];
    // Two steps: TorchSharp's start, in the second, comes back for the libraries of the first, also on another thread.
    private static readonly Lazy<LibTorchInfo> Libraries = new(LoadOnce, LazyThreadSafetyMode.ExecutionAndPublication);
    private static readonly Lazy<LibTorchInfo> Ready = new(Start, LazyThreadSafetyMode.ExecutionAndPublication);

    /// <summary>What the loader did so far, one line a step: for the report of a failure.</summary>
    public static IReadOnlyList<string> Trace
    {
        get
        {
            lock (TraceLock)
            {
                return [.. TraceLines];
            }
        }
    }

    /// <summary>Whether library folders may be written; tests set it false before the first load.</summary>
    internal static bool CanReplaceFiles { get; set; } = true;

    /// <summary>
    /// Loads the native libraries, once in a process, and applies <see cref="NativeEnvironment"/>'s settings. Later
    /// calls return the same; after a failure, they fail the same way. Safe from several threads.
    /// </summary>
    /// <exception cref="NGptException">They cannot be found or loaded: names the file, the cause and the remedy.</exception>
    public static LibTorchInfo Load() => Ready.Value;

    /// <summary>Whether <see cref="Load"/> has succeeded.</summary>
    internal static bool IsReady => Ready.IsValueCreated;

    /// <summary>Loads the libraries without touching TorchSharp.</summary>
    internal static LibTorchInfo LoadLibraries() => Libraries.Value;

    private static LibTorchInfo LoadOnce()
    {
        NativeEnvironment.Prepare();
        return new LibTorchLoader(Note, TorchSharpLoading.Add, CanReplaceFiles).Load(Environment.GetEnvironmentVariable(LibTorchLocation.Variable));
    }

    private static LibTorchInfo Start()
    {
        LibTorchInfo info = LoadLibraries();
        try
        {
            torch.set_num_threads(NativeEnvironment.Threads);
        }
        catch (TypeInitializationException e)
        {
            throw new NGptException(
                $"libtorch {info.Version} of {info.Folder} is loaded, but TorchSharp does not start with it: {e.InnerException?.Message ?? e.Message}",
                "run `ngpt doctor` to see what is missing and what to do", e);
        }
        return info;
    }

    private static void Note(string line)
    {
        lock (TraceLock)
        {
            TraceLines.Add(line);
        }
    }
}
