using System.Globalization;
using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace NGpt.Data.Corpora.Documentation;

/// <summary>Finds the documentation files of an SDK: <c>packs/NAME/VERSION/ref/FRAMEWORK/*.xml</c>.</summary>
internal static class DocumentationPacks
{
    /// <summary>The folders where an SDK may be, in order of preference.</summary>
    public static IEnumerable<string> CandidateRoots()
    {
        if (Environment.GetEnvironmentVariable("DOTNET_ROOT") is { Length: > 0 } root)
        {
            yield return root;
        }

        // ROOT/shared/Microsoft.NETCore.App/VERSION
        string? runtime = Path.TrimEndingDirectorySeparator(RuntimeEnvironment.GetRuntimeDirectory());
        if (Path.GetDirectoryName(Path.GetDirectoryName(Path.GetDirectoryName(runtime))) is { Length: > 0 } sharedRoot)
        {
            yield return sharedRoot;
        }

        string program = OperatingSystem.IsWindows() ? "dotnet.exe" : "dotnet";
        foreach (string folder in (Environment.GetEnvironmentVariable("PATH") ?? string.Empty).Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries))
        {
            string candidate = Path.Combine(folder, program);
            if (File.Exists(candidate) && Path.GetDirectoryName(Resolve(candidate)) is { Length: > 0 } programRoot)
            {
                yield return programRoot;
            }
        }
    }

    /// <summary>
    /// The documentation files below a root, named by their path from <c>packs</c> and sorted by it (ordinal); of several
    /// versions of a pack only the highest. Empty where there are none.
    /// </summary>
    public static List<(string Name, string Path)> Files(string root)
    {
        var files = new List<(string Name, string Path)>();
        var packs = new DirectoryInfo(Path.Combine(root, "packs"));
        if (!packs.Exists)
        {
            return files;
        }

        foreach (DirectoryInfo pack in packs.EnumerateDirectories())
        {
            DirectoryInfo? highest = pack.EnumerateDirectories()
                .Where(version => Directory.Exists(Path.Combine(version.FullName, "ref")))
                .Select(version => (Folder: version, Version: PackVersion.Parse(version.Name)))
                .Where(entry => entry.Version is not null)
                .OrderBy(entry => entry.Version)
                .ThenBy(entry => entry.Folder.Name, StringComparer.Ordinal)
                .LastOrDefault().Folder;
            if (highest is null)
            {
                continue;
            }

            foreach (DirectoryInfo framework in new DirectoryInfo(Path.Combine(highest.FullName, "ref")).EnumerateDirectories())
            {
                files.AddRange(framework.EnumerateFiles("*.xml").Select(file => ($"{pack.Name}/{highest.Name}/ref/{framework.Name}/{file.Name}", file.FullName)));
            }
        }

        files.Sort((left, right) => string.CompareOrdinal(left.Name, right.Name));
        return files;
    }

    /// <summary>
    /// Leaves out every file that equals an earlier one of the same file name: some packs repeat the files of another pack,
    /// and parsing them again is half of the work and gives no new text.
    /// </summary>
    public static List<(string Name, string Path)> WithoutCopies(IEnumerable<(string Name, string Path)> files)
    {
        var seen = new HashSet<(string FileName, long Length, string Hash)>();
        return
        [
            .. files.GroupBy(file => (FileName: Path.GetFileName(file.Path), new FileInfo(file.Path).Length))
                .SelectMany(group => group.Count() == 1 ? group : group.Where(file => seen.Add((group.Key.FileName, group.Key.Length, Hash(file.Path)))))
                .OrderBy(file => file.Name, StringComparer.Ordinal),
        ];
    }

    private static string Hash(string path)
    {
        using FileStream stream = File.OpenRead(path);
        return Convert.ToHexString(SHA256.HashData(stream));
    }

    private static string Resolve(string path)
    {
        try
        {
            return File.ResolveLinkTarget(path, returnFinalTarget: true)?.FullName ?? path;
        }
        catch (IOException)
        {
            return path;
        }
    }
}

/// <summary>The version in a pack's folder name, ordered as packages are: numbers first, a release after its previews.</summary>
internal sealed class PackVersion : IComparable<PackVersion>
{
    private readonly Version _numbers;
    private readonly string[] _preview;

    private PackVersion(Version numbers, string[] preview)
    {
        _numbers = numbers;
        _preview = preview;
    }

    /// <summary>Reads a folder name such as <c>10.0.0-rc.1.25451.107</c>; null where it is not a version.</summary>
    public static PackVersion? Parse(string text)
    {
        string[] parts = text.Split('+')[0].Split('-', 2);
        return Version.TryParse(parts[0], out Version? numbers) ? new PackVersion(numbers, parts.Length == 1 ? [] : parts[1].Split('.')) : null;
    }

    /// <inheritdoc/>
    public int CompareTo(PackVersion? other)
    {
        if (other is null)
        {
            return 1;
        }

        int order = _numbers.CompareTo(other._numbers);
        if (order != 0 || _preview.Length == 0 || other._preview.Length == 0)
        {
            return order != 0 ? order : other._preview.Length.CompareTo(_preview.Length);
        }

        for (int i = 0; i < Math.Min(_preview.Length, other._preview.Length); i++)
        {
            order = CompareIdentifiers(_preview[i], other._preview[i]);
            if (order != 0)
            {
                return order;
            }
        }

        return _preview.Length.CompareTo(other._preview.Length);
    }

    private static int CompareIdentifiers(string left, string right)
    {
        bool leftIsNumber = ulong.TryParse(left, NumberStyles.None, CultureInfo.InvariantCulture, out ulong leftNumber);
        bool rightIsNumber = ulong.TryParse(right, NumberStyles.None, CultureInfo.InvariantCulture, out ulong rightNumber);
        return leftIsNumber && rightIsNumber ? leftNumber.CompareTo(rightNumber)
            : leftIsNumber != rightIsNumber ? (leftIsNumber ? -1 : 1)
            : string.CompareOrdinal(left, right);
    }
}
