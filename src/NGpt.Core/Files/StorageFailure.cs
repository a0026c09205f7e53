using NGpt.Core.Errors;

namespace NGpt.Core.Files;

/// <summary>Turns what the operating system says about a file into a message that the user can act on.</summary>
public static class StorageFailure
{
    private const int NoSpaceUnix = 28;
    private const int QuotaLinux = 122;
    private const int QuotaMac = 69;
    private const int DiskFullWindows = unchecked((int)0x80070070);
    private const int HandleDiskFullWindows = unchecked((int)0x80070027);

    /// <summary>Explains a failure.</summary>
    /// <param name="failure">What was thrown.</param>
    /// <param name="doing">The verb for the message: <c>reading</c> or <c>writing</c>.</param>
    /// <param name="path">The file or folder.</param>
    /// <returns>The explanation, or null when the failure is not one of storage and must stay as it is.</returns>
    public static NGptException? Explain(Exception failure, string doing, string path) => failure switch
    {
        IOException full when IsDiskFull(full) => new NGptException(
            $"no space left on {Volume(path)} while {doing} {path}",
            "free some space or choose another folder; what was there before is unchanged",
            failure),
        FileNotFoundException => new NGptException($"{path}: {FileKind.DescribeMissing(path, "file")}", "check the path", failure),
        DirectoryNotFoundException => new NGptException(
            $"the folder of {path} does not exist", "check the path, or create the folder first", failure),
        UnauthorizedAccessException => new NGptException(
            Directory.Exists(path) ? $"{path} is a folder, expected a file" : $"permission denied while {doing} {path}",
            "check the path, and the owner and permissions of the file and its folder",
            failure),
        IOException => new NGptException($"{failure.Message.TrimEnd('.')} while {doing} {path}", null, failure),
        _ => null,
    };

    private static bool IsDiskFull(IOException failure) => OperatingSystem.IsWindows()
        ? failure.HResult is DiskFullWindows or HandleDiskFullWindows
        : failure.HResult == NoSpaceUnix || failure.HResult == (OperatingSystem.IsMacOS() ? QuotaMac : QuotaLinux);

    // The mount that holds the path: the longest mount point above it.
    private static string Volume(string path)
    {
        string full = Path.GetFullPath(path);
        try
        {
            return DriveInfo.GetDrives()
                .Select(drive => drive.Name)
                .Where(name => IsAbove(name, full))
                .MaxBy(name => name.Length) ?? "the disk";
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return "the disk";
        }
    }

    private static bool IsAbove(string mount, string path) =>
        path.StartsWith(mount, StringComparison.Ordinal)
        && (Path.EndsInDirectorySeparator(mount) || path.Length == mount.Length || path[mount.Length] == Path.DirectorySeparatorChar);
}
