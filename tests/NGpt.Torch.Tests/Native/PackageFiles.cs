using System.Reflection;

namespace NGpt.Torch.Tests.Native;

/// <summary>The native files as the packages bring them, never adapted.</summary>
internal static class PackageFiles
{
    /// <summary>TorchSharp's library for Linux; the package has it on every system.</summary>
    internal static string Bridge { get; } = Path.GetFullPath(Path.Combine(Metadata("TorchSharpPackage"), "linux-x64", "native", "libLibTorchSharp.so"));

    /// <summary>The folder of libtorch for this platform.</summary>
    internal static string LibTorchFolder { get; } = Path.GetFullPath(Metadata("LibTorchPackage"));

    private static string Metadata(string key) => typeof(PackageFiles).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>()
        .Single(a => a.Key == key).Value!;
}
