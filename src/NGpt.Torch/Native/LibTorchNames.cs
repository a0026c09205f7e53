namespace NGpt.Torch.Native;

/// <summary>What the libraries are called on this platform.</summary>
internal static class LibTorchNames
{
    /// <summary>The version this program is built for: major and minor number.</summary>
    internal const string ExpectedVersion = "2.10";

    /// <summary>The library without which there is no libtorch.</summary>
    internal static string Main { get; } = FileName("torch_cpu");

    /// <summary>TorchSharp's own library, which binds to libtorch.</summary>
    internal static string Bridge { get; } = FileName("LibTorchSharp");

    /// <summary>The part that makes a build a CUDA build.</summary>
    internal static string Cuda { get; } = FileName("torch_cuda");

    /// <summary>What must be loaded before <see cref="Main"/>, in order. Files that a build does not have are passed over.</summary>
    internal static IReadOnlyList<string> BeforeMain { get; } = OperatingSystem.IsWindows()
        ? ["libiomp5md.dll", "uv.dll", "c10.dll"]
        : [FileName("c10")];

    /// <summary>What is loaded after <see cref="Main"/>, in order. Files that a build does not have are passed over.</summary>
    internal static IReadOnlyList<string> AfterMain { get; } = [FileName("c10_cuda"), Cuda, FileName("torch")];

    /// <summary>The file name of a library on this platform.</summary>
    /// <param name="name">The bare name, such as torch_cpu.</param>
    internal static string FileName(string name) =>
        OperatingSystem.IsWindows() ? $"{name}.dll" : OperatingSystem.IsMacOS() ? $"lib{name}.dylib" : $"lib{name}.so";
}
