using System.Runtime.InteropServices;
using System.Text.RegularExpressions;
using NGpt.Core.Errors;

namespace NGpt.Torch.Native;

/// <summary>The folder of the libtorch to load, the version that the installation declares, and the path of TorchSharp's native library.</summary>
internal sealed partial record LibTorchLocation(string Folder, string Bridge, LibTorchSource Source, string? DeclaredVersion)
{
    /// <summary>The environment variable that names another libtorch.</summary>
    internal const string Variable = "NGPT_LIBTORCH";

    private const string ChooseRemedy =
        $"set {Variable} to the lib folder of PyTorch {LibTorchNames.ExpectedVersion} (…/site-packages/torch/lib), or unset it; `ngpt doctor` shows more";

    /// <summary>The folders of the program's own native libraries, in search order.</summary>
    internal static IReadOnlyList<string> PackageFolders()
    {
        string home = AppContext.BaseDirectory;
        List<string> folders =
        [
            Path.Combine(home, "libtorch"),
            Path.Combine(home, "runtimes", RuntimeInformation.RuntimeIdentifier, "native"),
            .. RuntimeFolders(),
            home,
        ];
        return [.. folders.Select(Path.TrimEndingDirectorySeparator).Distinct(StringComparer.Ordinal)];
    }

    /// <summary>Finds libtorch.</summary>
    internal static LibTorchLocation Find(string? chosen)
    {
        IReadOnlyList<string> folders = PackageFolders();
        string bridge = Search(folders, LibTorchNames.Bridge)
            ?? throw new NGptException($"{LibTorchNames.Bridge} was not found in {string.Join(", ", folders)}", "restore and build or install the program again; `ngpt doctor` shows more");
        if (string.IsNullOrWhiteSpace(chosen))
        {
            string main = Search(folders, LibTorchNames.Main)
                ?? throw new NGptException(
                    $"{LibTorchNames.Main} was not found in {string.Join(", ", folders)}",
                    $"restore and build or install the program again, or set {Variable} to the lib folder of PyTorch {LibTorchNames.ExpectedVersion}; `ngpt doctor` shows more");
            return new LibTorchLocation(Path.GetDirectoryName(main)!, bridge, LibTorchSource.Package, null);
        }
        string root = Path.GetFullPath(chosen.Trim());
        if (!Directory.Exists(root))
        {
            throw new NGptException($"{Variable} is {root}, which does not exist", ChooseRemedy);
        }
        string folder = ((string[])[root, Path.Combine(root, "lib"), Path.Combine(root, "torch", "lib")])
            .FirstOrDefault(f => File.Exists(Path.Combine(f, LibTorchNames.Main)))
            ?? throw new NGptException($"{Variable} is {root}, which has no {LibTorchNames.Main}, directly or in lib", ChooseRemedy);
        RejectSecondCopy(folder);
        return new LibTorchLocation(folder, bridge, LibTorchSource.EnvironmentVariable, ReadDeclaredVersion(folder));
    }

    /// <summary>Whether TorchSharp's library lies in this program's folder, so that its file may be replaced.</summary>
    internal bool IsBridgeOwn()
    {
        string home = Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory) + Path.DirectorySeparatorChar;
        return Path.GetFullPath(Bridge).StartsWith(home, StringComparison.Ordinal);
    }

    // TorchSharp loads a torch_cpu from the runtime's folders or its own by path even where another is loaded, and two
    // copies in one process abort it. The build of this project puts the package's files elsewhere, but a program that
    // references the packages may have them there.
    private static void RejectSecondCopy(string folder)
    {
        string wanted = Path.Combine(folder, LibTorchNames.Main);
        string? other = Search([.. RuntimeFolders(), AppContext.BaseDirectory], LibTorchNames.Main);
        if (other is not null && Path.GetFullPath(other) != Path.GetFullPath(wanted))
        {
            throw new NGptException(
                $"{Variable} names {wanted}, but the runtime also loads {other}, and a process can have only one copy",
                $"remove the libtorch-cpu package from the program, or unset {Variable}; `ngpt doctor` shows more");
        }
    }

    private static string[] RuntimeFolders() =>
        (AppContext.GetData("NATIVE_DLL_SEARCH_DIRECTORIES") as string ?? "")
        .Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    private static string? Search(IEnumerable<string> folders, string file) =>
        folders.Select(f => Path.Combine(f, file)).FirstOrDefault(File.Exists);

    /// <summary>Reads <c>version.py</c> of a PyTorch installation or <c>build-version</c> of a libtorch archive.</summary>
    internal static string? ReadDeclaredVersion(string folder)
    {
        string parent = Path.GetDirectoryName(Path.TrimEndingDirectorySeparator(folder)) ?? folder;
        foreach (string file in (string[])[Path.Combine(parent, "version.py"), Path.Combine(parent, "build-version"), Path.Combine(folder, "build-version")])
        {
            if (new FileInfo(file) is { Exists: true, Length: < 65536 } && VersionPattern().Match(File.ReadAllText(file)) is { Success: true } match)
            {
                return match.Value;
            }
        }
        return null;
    }

    [GeneratedRegex(@"\d+\.\d+\.\d+[0-9A-Za-z.+_-]*")]
    private static partial Regex VersionPattern();
}

/// <summary>Names of the native libraries on this platform.</summary>
internal static class LibTorchNames
{
    /// <summary>The version this program is built for: major and minor number.</summary>
    internal const string ExpectedVersion = "2.10";

    /// <summary>The main library of libtorch.</summary>
    internal static string Main { get; } = FileName("torch_cpu");

    /// <summary>TorchSharp's native library.</summary>
    internal static string Bridge { get; } = FileName("LibTorchSharp");

    /// <summary>The CUDA library, which only CUDA builds have.</summary>
    internal static string Cuda { get; } = FileName("torch_cuda");

    /// <summary>Libraries to load before <see cref="Main"/>, in order; missing ones are skipped.</summary>
    internal static IReadOnlyList<string> BeforeMain { get; } = OperatingSystem.IsWindows()
        ? ["libiomp5md.dll", "uv.dll", "c10.dll"]
        : [FileName("c10")];

    /// <summary>Libraries to load after <see cref="Main"/>, in order; missing ones are skipped.</summary>
    internal static IReadOnlyList<string> AfterMain { get; } = [FileName("c10_cuda"), Cuda, FileName("torch")];

    /// <summary>The file name of a library on this platform.</summary>
    internal static string FileName(string name) =>
        OperatingSystem.IsWindows() ? $"{name}.dll" : OperatingSystem.IsMacOS() ? $"lib{name}.dylib" : $"lib{name}.so";
}
