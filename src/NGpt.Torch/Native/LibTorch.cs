using NGpt.Core.Errors;
using TorchSharp;

namespace NGpt.Torch.Native;

/// <summary>Loads libtorch and TorchSharp's native library: the first step of everything that uses tensors.</summary>
/// <remarks>
/// The libraries are taken from the folder <c>libtorch</c> beside the program, from where the packages put them, or from
/// the installation that the environment variable <c>NGPT_LIBTORCH</c> names (a PyTorch with CUDA, for example).
/// Where TorchSharp's library requires a newer libstdc++ than the system has, it is patched first; see <see cref="ElfVersionPatch"/>.
/// </remarks>
public static class LibTorch
{
    private static readonly Lock TraceLock = new();
    private static readonly List<string> TraceLines = [];
    // Two steps: the initialization of TorchSharp, in the second, calls back for the libraries of the first, also on another thread.
    private static readonly Lazy<LibTorchInfo> Libraries = new(LoadOnce, LazyThreadSafetyMode.ExecutionAndPublication);
    private static readonly Lazy<LibTorchInfo> Ready = new(Start, LazyThreadSafetyMode.ExecutionAndPublication);

    /// <summary>The steps of the loader so far, one line each, for error reports.</summary>
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
    /// calls return the same result or throw the same failure. Thread-safe.
    /// </summary>
    /// <exception cref="NGptException">They cannot be found or loaded; the message names the file and the cause.</exception>
    public static LibTorchInfo Load() => Ready.Value;

    /// <summary>Whether <see cref="Load"/> has succeeded.</summary>
    internal static bool IsReady => Ready.IsValueCreated;

    /// <summary>Loads the libraries without touching TorchSharp.</summary>
    internal static LibTorchInfo LoadLibraries() => Libraries.Value;

    private static LibTorchInfo LoadOnce()
    {
        NativeEnvironment.Prepare();
        return new LibTorchLoader(AddTrace, TorchSharpLoading.Add, CanReplaceFiles).Load(Environment.GetEnvironmentVariable(LibTorchLocation.Variable));
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
                $"libtorch {info.Version} of {info.Folder} is loaded, but TorchSharp cannot be initialized with it: {e.InnerException?.Message ?? e.Message}",
                "run `ngpt doctor` to see what is missing and what to do", e);
        }
        return info;
    }

    private static void AddTrace(string line)
    {
        lock (TraceLock)
        {
            TraceLines.Add(line);
        }
    }
}

/// <summary>The libtorch that this process has loaded.</summary>
/// <param name="Version">Its version, such as 2.10.0, or "unknown".</param>
/// <param name="Folder">The folder of libtorch.</param>
/// <param name="Source">The package, or <c>NGPT_LIBTORCH</c>.</param>
/// <param name="IsCudaBuild">Whether it is a CUDA build and its CUDA library is loaded. There may still be no device.</param>
/// <param name="Files">The loaded libraries, in order; TorchSharp's own is the last.</param>
/// <param name="Patch">The changes of TorchSharp's library that let it load on this system, one sentence each; empty if none.</param>
/// <param name="Warnings">For example a version other than the one this program is built for.</param>
public sealed record LibTorchInfo(
    string Version,
    string Folder,
    LibTorchSource Source,
    bool IsCudaBuild,
    IReadOnlyList<LibTorchFile> Files,
    IReadOnlyList<string> Patch,
    IReadOnlyList<string> Warnings)
{
    /// <summary>Whether TorchSharp's library was patched for this system.</summary>
    public bool IsPatched => Patch.Count > 0;
}

/// <summary>A native library file.</summary>
/// <param name="Path">The full path.</param>
/// <param name="Bytes">Its size in bytes.</param>
public sealed record LibTorchFile(string Path, long Bytes);

/// <summary>Where the libtorch in use comes from.</summary>
public enum LibTorchSource
{
    /// <summary>The package that came with the program.</summary>
    Package,

    /// <summary>The installation that the environment variable <c>NGPT_LIBTORCH</c> names.</summary>
    EnvironmentVariable,
}
