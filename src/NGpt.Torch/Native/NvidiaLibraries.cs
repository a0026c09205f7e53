using System.Runtime.InteropServices;

namespace NGpt.Torch.Native;

/// <summary>The CUDA libraries that Python packages of NVIDIA put beside the torch folder.</summary>
internal static class NvidiaLibraries
{
    /// <summary>Loads all of them that can be loaded.</summary>
    /// <param name="torchFolder">The folder <c>site-packages/torch/lib</c>.</param>
    /// <param name="trace">Receives one line a library.</param>
    /// <returns>Whether any was loaded.</returns>
    internal static bool Load(string torchFolder, Action<string> trace)
    {
        string folder = Path.GetFullPath(Path.Combine(torchFolder, "..", "..", "nvidia"));
        if (!OperatingSystem.IsLinux() || !Directory.Exists(folder))
        {
            return false;
        }
        List<string> waiting =
        [
            .. Directory.EnumerateFiles(folder, "lib*.so*", SearchOption.AllDirectories).Order(StringComparer.Ordinal),
        ];
        bool any = false;
        // They depend on one another; a pass that loads none ends it.
        for (int before = -1; before != waiting.Count;)
        {
            before = waiting.Count;
            waiting.RemoveAll(path => NativeLibrary.TryLoad(path, out _) && Note(path));
        }
        return any;

        bool Note(string path)
        {
            trace($"loaded {path}");
            return any = true;
        }
    }
}
