using NGpt.Core.Files.Native;

namespace NGpt.Core.Files;

/// <summary>What a path leads to, where .NET does not tell.</summary>
public static class FileKind
{
    /// <summary>Whether a file can be read once only, such as a named pipe. Does not wait for the other end of the pipe.</summary>
    /// <param name="path">An existing file.</param>
    /// <returns>False for files that can be read again, and on Windows.</returns>
    public static bool IsPipe(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        return UnixFile.IsPipe(path);
    }

    /// <summary>Whether at least a byte can be read, whatever the length that the file system gives.</summary>
    /// <param name="path">An existing file that is no pipe.</param>
    /// <returns>False where nothing can be read, also where it is not permitted.</returns>
    public static bool HasContent(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        try
        {
            using FileStream stream = new(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 1);
            return stream.ReadByte() >= 0;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            return false;
        }
    }

    /// <summary>Why nothing can be opened at a path: one clause, for a message.</summary>
    /// <param name="path">A path at which neither a file nor a folder exists.</param>
    /// <param name="expected">What was looked for: <c>file</c>, <c>folder</c>.</param>
    /// <returns>That it is missing, a link that leads nowhere, not permitted, or a name that .NET cannot hold.</returns>
    public static string DescribeMissing(string path, string expected)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        if (path.Contains('\0', StringComparison.Ordinal))
        {
            return "a name cannot have a NUL character";
        }

        try
        {
            // Of the link itself.
            _ = File.GetAttributes(path);
            if (new FileInfo(path).LinkTarget is string target)
            {
                return $"it is a link to {target}, which does not exist";
            }
        }
        catch (UnauthorizedAccessException)
        {
            return "permission is denied for a folder above it";
        }
        catch (IOException)
        {
            // Nothing has this name.
        }

        return path.Contains(UndecodedByte, StringComparison.Ordinal)
            ? $"there is no such {expected}; {NotUtf8}"
            : $"there is no such {expected}";
    }

    /// <summary>Whether a name that was found in a folder leads to nothing, since it has bytes that are not UTF-8: .NET decodes it with losses.</summary>
    /// <param name="entry">What was found.</param>
    /// <returns>True where the file or folder cannot be opened by its name.</returns>
    public static bool HasUndecodableName(FileSystemInfo entry)
    {
        ArgumentNullException.ThrowIfNull(entry);
        return entry.Name.Contains(UndecodedByte, StringComparison.Ordinal) && entry.Attributes == NoAttributes;
    }

    /// <summary>The reason that <see cref="HasUndecodableName"/> is one, with the remedy.</summary>
    public const string NotUtf8 = "a name with bytes that are not UTF-8 (shown as \uFFFD) cannot be opened: rename it; in a shell, ? stands for such a byte: mv NAM?.txt NAME.txt";

    private const char UndecodedByte = '\uFFFD';

    // What .NET gives for a file that it does not find.
    private const FileAttributes NoAttributes = (FileAttributes)(-1);
}
