using System.Runtime.InteropServices;
using System.Text.RegularExpressions;
using NGpt.Core.Errors;

namespace NGpt.Torch.Native;

/// <summary>Finds the libtorch to load, and TorchSharp's library that goes with it.</summary>
/// <param name="Folder">The folder of libtorch.</param>
/// <param name="Bridge">The path of TorchSharp's library.</param>
/// <param name="Source">Who named the folder.</param>
/// <param name="DeclaredVersion">The version that a text file of the installation declares, or null.</param>
internal sealed partial record LibTorchLocation(string Folder, string Bridge, LibTorchSource Source, string? DeclaredVersion)
{
    /// <summary>The environment variable that names another libtorch.</summary>
    internal const string Variable = "NGPT_LIBTORCH";

    private const string ChooseRemedy =
        $"set {Variable} to the lib folder of PyTorch {LibTorchNames.ExpectedVersion} (…/site-packages/torch/lib), or unset it; `ngpt doctor` shows more";

    /// <summary>The folders in which the program's own native libraries may lie, in the order they are searched.</summary>
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
    /// <param name="chosen">The value of <c>NGPT_LIBTORCH</c>, or null.</param>
    /// <exception cref="NGptException">It is not where it should be; the message says where that is.</exception>
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
            throw new NGptException($"{Variable} is {root}, and there is no such folder", ChooseRemedy);
        }
        string folder = ((string[])[root, Path.Combine(root, "lib"), Path.Combine(root, "torch", "lib")])
            .FirstOrDefault(f => File.Exists(Path.Combine(f, LibTorchNames.Main)))
            ?? throw new NGptException($"{Variable} is {root}, which has no {LibTorchNames.Main}, neither directly nor in lib", ChooseRemedy);
        RefuseSecondCopy(folder);
        return new LibTorchLocation(folder, bridge, LibTorchSource.EnvironmentVariable, ReadDeclaredVersion(folder));
    }

    /// <summary>Whether TorchSharp's library belongs to this program alone, so that its file may be replaced.</summary>
    internal bool IsBridgeOwn()
    {
        string home = Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory) + Path.DirectorySeparatorChar;
        return Path.GetFullPath(Bridge).StartsWith(home, StringComparison.Ordinal);
    }

    // TorchSharp opens a torch_cpu in the runtime's folders or its own by path even where another is loaded, and two of them
    // in one process abort it. The build of this project puts the package's files elsewhere, but a program that
    // uses this library by way of packages may have them there.
    private static void RefuseSecondCopy(string folder)
    {
        string wanted = Path.Combine(folder, LibTorchNames.Main);
        string? other = Search([.. RuntimeFolders(), AppContext.BaseDirectory], LibTorchNames.Main);
        if (other is not null && Path.GetFullPath(other) != Path.GetFullPath(wanted))
        {
            throw new NGptException(
                $"{Variable} names {wanted}, but {other} lies where the runtime loads it as well, and two copies cannot be in one process",
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
