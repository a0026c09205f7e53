using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using NGpt.Core.Errors;

namespace NGpt.PeerBenchmarks.Native;

/// <summary>
/// The functions of llama.cpp that are called, from prebuilt libraries in a folder. They are called as C programs call them:
/// nothing of Node or JavaScript is between. One for a process.
/// </summary>
internal sealed unsafe class LlamaLibrary
{
    /// <summary>The version whose header the structures were taken from.</summary>
    public const string KnownVersion = "0.5.0-dev";

    private const int ErrorLevel = 4;
    private static string? _lastError;

    private readonly nint _llama;
    private readonly nint _ggml;
    private readonly nint _base;
    private nint _kernels;

    private LlamaLibrary(string folder)
    {
        _llama = Open(folder, "libllama");
        _ggml = Open(folder, "libggml");
        _base = Open(folder, "libggml-base");
    }

    /// <summary>Reads the libraries, chooses the kernels of this processor and checks the version and the layout of structures.</summary>
    /// <exception cref="NGptException">The libraries are missing, of another version, or unlike their header.</exception>
    public static LlamaLibrary Load(string folder)
    {
        string[] found = Directory.Exists(folder) ? Directory.GetFiles(folder, "libllama.*") : [];
        if (found.Length == 0)
        {
            throw new NGptException($"{folder} holds no llama.cpp library", "run benchmarks/peers/run, which installs it, or give --libraries FOLDER");
        }

        LlamaLibrary library = new(Path.GetFullPath(folder));
        library.Quieten();
        library.LoadKernels(folder);
        library.Check();
        return library;
    }

    /// <summary>The library's version.</summary>
    public string Version => Marshal.PtrToStringUTF8(((delegate* unmanaged[Cdecl]<nint>)Llama("llama_version"))()) ?? "";

    /// <summary>What the library says about the processor's instructions that it uses.</summary>
    public string SystemInfo => Marshal.PtrToStringUTF8(((delegate* unmanaged[Cdecl]<nint>)Llama("llama_print_system_info"))()) ?? "";

    /// <summary>The last error that the library wrote to its log.</summary>
    public static string LastError => _lastError?.Trim() ?? "no reason given";

    public LlamaModelParameters DefaultModelParameters() => ((delegate* unmanaged[Cdecl]<LlamaModelParameters>)Llama("llama_model_default_params"))();

    public LlamaContextParameters DefaultContextParameters() => ((delegate* unmanaged[Cdecl]<LlamaContextParameters>)Llama("llama_context_default_params"))();

    public GgmlThreadPoolParameters DefaultThreadPoolParameters(int threads) => ((delegate* unmanaged[Cdecl]<int, GgmlThreadPoolParameters>)NativeLibrary.GetExport(_base, "ggml_threadpool_params_default"))(threads);

    /// <summary>A function of the library.</summary>
    /// <exception cref="EntryPointNotFoundException">There is none of this name.</exception>
    public nint Llama(string name) => NativeLibrary.GetExport(_llama, name);

    /// <summary>A function of the kernels that were chosen for this processor; they lie in a library of their own, one of several.</summary>
    /// <exception cref="NGptException">No such library was loaded.</exception>
    /// <exception cref="EntryPointNotFoundException">There is no function of this name.</exception>
    public nint Kernel(string name)
    {
        if (_kernels == 0)
        {
            using Process process = Process.GetCurrentProcess();
            string loaded = process.Modules.Cast<ProcessModule>().Select(module => module.FileName)
                .FirstOrDefault(file => Path.GetFileName(file).StartsWith("libggml-cpu-", StringComparison.Ordinal))
                ?? throw new NGptException("llama.cpp loaded no kernels for this processor");
            _kernels = NativeLibrary.Load(loaded);
        }

        return NativeLibrary.GetExport(_kernels, name);
    }

    private static nint Open(string folder, string name)
    {
        string path = Directory.GetFiles(folder, $"{name}.*").FirstOrDefault() ?? throw new NGptException($"{folder} has no {name}", "install the package again: benchmarks/peers/run --install");
        return NativeLibrary.Load(path);
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void Log(int level, byte* text, void* state)
    {
        if (level == ErrorLevel)
        {
            _lastError = Marshal.PtrToStringUTF8((nint)text);
        }
    }

    private void Quieten()
    {
        delegate* unmanaged[Cdecl]<int, byte*, void*, void> log = &Log;
        ((delegate* unmanaged[Cdecl]<void*, void*, void>)Llama("llama_log_set"))(log, null);
    }

    private void LoadKernels(string folder)
    {
        nint utf8 = Marshal.StringToCoTaskMemUTF8(Path.GetFullPath(folder));
        ((delegate* unmanaged[Cdecl]<nint, void>)NativeLibrary.GetExport(_ggml, "ggml_backend_load_all_from_path"))(utf8);
        Marshal.FreeCoTaskMem(utf8);
        ((delegate* unmanaged[Cdecl]<void>)Llama("llama_backend_init"))();
    }

    // A field in the wrong place would be read as another number: known defaults show it before anything is computed.
    private void Check()
    {
        if (Version != KnownVersion)
        {
            throw new NGptException($"the library is llama.cpp {Version}, and its structures are known here for {KnownVersion}", "install the version of benchmarks/peers/package.json");
        }

        LlamaModelParameters model = DefaultModelParameters();
        LlamaContextParameters context = DefaultContextParameters();
        GgmlThreadPoolParameters pool = DefaultThreadPoolParameters(7);
        bool asKnown = (model.GpuLayers, model.LoadMode, model.UseExtraBufferTypes) == (-1, -1, 1)
            && (context.ContextLength, context.BatchTokens, context.ComputedTokens, context.OutputsOfSequence) == (512u, 2048u, 512u, 1u)
            && (context.Threads, context.BatchThreads, context.FlashAttention) == (4, 4, -1)
            && (context.KeyType, context.ValueType, context.OffloadsAttention, context.NoTimes) == (1, 1, 1, 1)
            && (pool.Threads, pool.Polling) == (7, 50u);
        if (!asKnown)
        {
            throw new NGptException("llama.cpp's structures are not laid out as in its header", "install the version of benchmarks/peers/package.json");
        }
    }
}
