using System.Runtime.InteropServices;
using NGpt.Core.Errors;
using NGpt.Core.Files;

namespace NGpt.Torch.Native;

/// <summary>Loads libtorch and TorchSharp's library, and traces every step.</summary>
internal sealed unsafe class LibTorchLoader(Action<string> trace, Action<string, nint> handles, bool canReplaceFiles)
{
    private readonly List<LibTorchFile> _files = [];
    private readonly List<string> _warnings = [];

    /// <summary>Finds and loads libtorch and TorchSharp's library.</summary>
    internal LibTorchInfo Load(string? chosen)
    {
        LibTorchLocation location = LibTorchLocation.Find(chosen);
        trace($"using libtorch in {location.Folder} ({(location.Source == LibTorchSource.Package ? "package" : LibTorchLocation.Variable)})");
        foreach (string file in LibTorchNames.BeforeMain)
        {
            LoadIfPresent(location.Folder, file);
        }
        string main = Path.Combine(location.Folder, LibTorchNames.Main);
        if (!TryLoad(main, out nint mainHandle, out string reason))
        {
            throw CannotLoad(main, reason);
        }
        string version = ReadVersion(mainHandle) ?? location.DeclaredVersion ?? "unknown";
        CheckVersion(version, location);
        bool cuda = LoadAfterMain(location.Folder);
        IReadOnlyList<string> patch = LoadBridge(location);
        return new LibTorchInfo(version, location.Folder, location.Source, cuda, _files, patch, _warnings);
    }

    private bool LoadAfterMain(string folder)
    {
        bool cuda = false;
        foreach (string file in LibTorchNames.AfterMain)
        {
            string path = Path.Combine(folder, file);
            if (!File.Exists(path))
            {
                continue;
            }
            if (!TryLoad(path, out _, out string reason))
            {
                // The NVIDIA wheels lie beside torch; load them here where the library's own search path does not find them.
                if (!NvidiaLibraries.Load(folder, trace) || !TryLoad(path, out _, out reason))
                {
                    throw CannotLoad(path, reason);
                }
            }
            cuda |= file == LibTorchNames.Cuda;
        }
        return cuda;
    }

    private IReadOnlyList<string> LoadBridge(LibTorchLocation location)
    {
        if (TryLoad(location.Bridge, out _, out string reason))
        {
            return [];
        }
        if (!OperatingSystem.IsLinux() || !reason.Contains("GLIBCXX_", StringComparison.Ordinal))
        {
            throw CannotLoad(location.Bridge, reason);
        }
        string standardLibrary = LoadedLibraries.Find("libstdc++.so")
            ?? throw CannotLoad(location.Bridge, reason);
        IReadOnlySet<string> provided = ElfVersionPatch.ReadProvidedVersions(standardLibrary);
        PatchedLibrary.Placement placed = PatchedLibrary.Place(location.Bridge, provided, canReplaceFiles && location.IsBridgeOwn(), CacheFolder.Path);
        foreach (string change in placed.Changes)
        {
            trace($"{placed.Path}: {change}");
        }
        if (!TryLoad(placed.Path, out _, out reason))
        {
            throw CannotLoad(placed.Path, reason);
        }
        return placed.Changes;
    }

    private void LoadIfPresent(string folder, string file)
    {
        string path = Path.Combine(folder, file);
        if (File.Exists(path) && !TryLoad(path, out _, out string reason))
        {
            throw CannotLoad(path, reason);
        }
    }

    private bool TryLoad(string path, out nint handle, out string reason)
    {
        try
        {
            handle = NativeLibrary.Load(path);
            reason = "";
            trace($"loaded {path}");
            handles(Path.GetFileName(path), handle);
            _files.Add(new LibTorchFile(path, new FileInfo(path).Length));
            return true;
        }
        catch (Exception e) when (e is DllNotFoundException or BadImageFormatException or FileNotFoundException)
        {
            handle = 0;
            reason = Reason(e.Message);
            trace($"failed {path}: {reason}");
            return false;
        }
    }

    // The first line of the runtime's message is general advice; the system loader's message follows.
    private static string Reason(string message)
    {
        string[] lines = message.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        return lines.Length > 1 ? string.Join("; ", lines.Skip(1)) : message.Trim();
    }

    private static NGptException CannotLoad(string path, string reason) =>
        new($"{path} cannot be loaded: {reason}", "run `ngpt doctor` to see what is missing and what to do");

    private void CheckVersion(string version, LibTorchLocation location)
    {
        if (version == "unknown")
        {
            _warnings.Add($"the libtorch in {location.Folder} does not report its version; {LibTorchNames.ExpectedVersion} is expected");
        }
        else if (!version.StartsWith(LibTorchNames.ExpectedVersion + ".", StringComparison.Ordinal))
        {
            _warnings.Add($"the libtorch in {location.Folder} is version {version}; this program is built for {LibTorchNames.ExpectedVersion}, and other versions may fail or give wrong results");
        }
        foreach (string warning in _warnings)
        {
            trace(warning);
        }
    }

    // Part of the stable C ABI of recent versions: major, minor and patch in the three highest bytes.
    private static string? ReadVersion(nint handle)
    {
        if (!NativeLibrary.TryGetExport(handle, "aoti_torch_abi_version", out nint function))
        {
            return null;
        }
        ulong version = ((delegate* unmanaged<ulong>)function)();
        return $"{version >> 56}.{(version >> 48) & 0xff}.{(version >> 40) & 0xff}";
    }
}

/// <summary>The CUDA libraries that NVIDIA's Python packages install beside the torch folder.</summary>
internal static class NvidiaLibraries
{
    /// <summary>Loads all that can be loaded, and returns whether any was.</summary>
    internal static bool Load(string torchFolder, Action<string> trace)
    {
        string folder = Path.GetFullPath(Path.Combine(torchFolder, "..", "..", "nvidia"));
        if (!OperatingSystem.IsLinux() || !Directory.Exists(folder))
        {
            return false;
        }
        List<string> pending =
        [
            .. Directory.EnumerateFiles(folder, "lib*.so*", SearchOption.AllDirectories).Order(StringComparer.Ordinal),
        ];
        bool any = false;
        // They depend on one another: repeat until a pass loads none.
        for (int before = -1; before != pending.Count;)
        {
            before = pending.Count;
            pending.RemoveAll(path => NativeLibrary.TryLoad(path, out _) && Note(path));
        }
        return any;

        bool Note(string path)
        {
            trace($"loaded {path}");
            return any = true;
        }
    }
}
