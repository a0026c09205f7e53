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
}
