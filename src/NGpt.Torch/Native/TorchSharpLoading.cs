using System.Collections.Concurrent;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Loader;
using NGpt.Core.Errors;
using TorchSharp;

namespace NGpt.Torch.Native;

/// <summary>
/// Resolves TorchSharp's native libraries to those that <see cref="LibTorch"/> has loaded, or loads them at that moment, so
/// that code that uses TorchSharp first works too.
/// </summary>
/// <remarks>
/// TorchSharp's static constructor opens <c>torch_cpu</c> and <c>LibTorchSharp</c> by name. Where that fails it copies
/// the whole package, 500 MB, into a folder beside itself, fails again, and reports a missing package reference. A failed
/// load is therefore not reported to that search but to the first native call after it, with its actual cause.
/// </remarks>
internal static class TorchSharpLoading
{
    private static readonly ConcurrentDictionary<string, nint> Handles = new(StringComparer.Ordinal);

    [ModuleInitializer]
    internal static void Register()
    {
        AssemblyLoadContext.Default.ResolvingUnmanagedDll += ResolveByName;
        NativeLibrary.SetDllImportResolver(typeof(torch).Assembly, ResolveImport);
    }

    /// <summary>Registers a loaded library.</summary>
    internal static void Add(string fileName, nint handle) => Handles[fileName] = handle;

    // Called when the runtime's own search by name found nothing.
    private static nint ResolveByName(Assembly assembly, string name)
    {
        if (assembly != typeof(torch).Assembly || name is not ("torch_cpu" or "torch_cuda" or "LibTorchSharp"))
        {
            return 0;
        }
        try
        {
            nint handle = Bridge();
            return Handles.TryGetValue(LibTorchNames.FileName(name), out nint named) ? named : name == "torch_cuda" ? 0 : handle;
        }
        catch (NGptException)
        {
            return NativeLibrary.GetMainProgramHandle();
        }
    }

    private static nint ResolveImport(string name, Assembly assembly, DllImportSearchPath? path) =>
        name == "LibTorchSharp" ? Bridge() : 0;

    private static nint Bridge()
    {
        if (Handles.TryGetValue(LibTorchNames.Bridge, out nint handle))
        {
            return handle;
        }
        LibTorch.LoadLibraries();
        return Handles[LibTorchNames.Bridge];
    }
}
