using NGpt.Core.Errors;
using NGpt.Core.Files.Native;

namespace NGpt.Core.Files;

/// <summary>
/// Writes folders that are either whole or not there: filled under a temporary name beside the final one
/// (<c>.NAME.tmp-PID-N</c>), every file flushed to disk, renamed, and the parent flushed.
/// </summary>
public static class DurableFolder
{
    /// <summary>Creates a folder with its content.</summary>
    /// <param name="finalPath">The folder; it must not exist, its parent must.</param>
    /// <param name="fill">Writes the content into the folder given, and closes every file.</param>
    /// <exception cref="NGptException">
    /// The folder exists, the disk is full, permission is denied, or another storage failure; nothing is left behind.
    /// </exception>
    public static void Create(string finalPath, Action<string> fill)
    {
        ArgumentException.ThrowIfNullOrEmpty(finalPath);
        ArgumentNullException.ThrowIfNull(fill);
        string full = Path.TrimEndingDirectorySeparator(Path.GetFullPath(finalPath));
        string parent = Path.GetDirectoryName(full) ?? throw new ArgumentException("Names a root folder.", nameof(finalPath));
        RequireAbsent(full, finalPath);
        string aside = TemporaryName.Beside(full);
        try
        {
            // Creating a folder creates its parents too: a mistyped path must not do that.
            if (!Directory.Exists(parent))
            {
                throw new DirectoryNotFoundException(parent);
            }

            try
            {
                Directory.CreateDirectory(aside);
                fill(aside);
                FlushContent(aside);
                RequireAbsent(full, finalPath);
                Directory.Move(aside, full);
            }
            catch
            {
                TryDelete(aside);
                throw;
            }

            UnixFile.Flush(parent);
        }
        catch (Exception failure) when (StorageFailure.Explain(failure, "writing", finalPath) is { } explained)
        {
            throw explained;
        }
    }

    /// <summary>
    /// Removes what crashed writers left in a folder: the unfinished files and folders of <see cref="DurableFile"/> and
    /// of this class. To be called while no other process writes there, that is, while holding the <see cref="RunLock"/>.
    /// </summary>
    /// <param name="parent">The folder; when it does not exist there is nothing to do.</param>
    /// <returns>The names removed, sorted.</returns>
    /// <exception cref="NGptException">Something cannot be removed.</exception>
    public static IReadOnlyList<string> RemoveLeftovers(string parent)
    {
        ArgumentException.ThrowIfNullOrEmpty(parent);
        if (!Directory.Exists(parent))
        {
            return [];
        }

        List<string> removed = [];
        try
        {
            foreach (FileSystemInfo entry in new DirectoryInfo(parent).GetFileSystemInfos())
            {
                if (!TemporaryName.Matches(entry.Name))
                {
                    continue;
                }

                // Of a symbolic link this removes the link itself, not what it points to.
                if (entry is DirectoryInfo folder)
                {
                    folder.Delete(recursive: true);
                }
                else
                {
                    entry.Delete();
                }

                removed.Add(entry.Name);
            }
        }
        catch (Exception failure) when (StorageFailure.Explain(failure, "removing leftovers in", parent) is { } explained)
        {
            throw explained;
        }

        removed.Sort(StringComparer.Ordinal);
        return removed;
    }

    private static void RequireAbsent(string full, string shown)
    {
        if (Path.Exists(full))
        {
            throw new NGptException($"{shown} exists already", "remove it or choose another name");
        }
    }

    private static void FlushContent(string folder)
    {
        foreach (string file in Directory.EnumerateFiles(folder))
        {
            // Windows flushes only what may be written.
            FileAccess access = OperatingSystem.IsWindows() ? FileAccess.ReadWrite : FileAccess.Read;
            using FileStream stream = new(file, FileMode.Open, access, FileShare.ReadWrite, bufferSize: 1);
            RandomAccess.FlushToDisk(stream.SafeFileHandle);
        }

        foreach (string inner in Directory.EnumerateDirectories(folder))
        {
            FlushContent(inner);
        }

        UnixFile.Flush(folder);
    }

    // The first failure is the one to report; what cannot be removed now is a recognisable leftover.
    private static void TryDelete(string folder)
    {
        try
        {
            if (Directory.Exists(folder))
            {
                Directory.Delete(folder, recursive: true);
            }
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
        }
    }
}
