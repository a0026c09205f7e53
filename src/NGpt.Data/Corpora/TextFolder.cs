using NGpt.Core.Files;

namespace NGpt.Data.Corpora;

/// <summary>
/// Lists the files below a folder: recursively, sorted by relative path (ordinal, <c>/</c> between names), without hidden
/// files and folders. Links are followed; a folder that was already visited is not entered again, so loops end.
/// </summary>
internal static class TextFolder
{
    /// <summary>Lists the files.</summary>
    public static List<(string Name, string Path)> List(string root, ICollection<RejectedDocument> unreadable)
    {
        var files = new List<(string Name, string Path)>();
        var visited = new HashSet<string>(StringComparer.Ordinal);
        var pending = new Stack<(string Name, DirectoryInfo Folder)>();
        pending.Push((string.Empty, new DirectoryInfo(root)));
        while (pending.TryPop(out (string Name, DirectoryInfo Folder) next))
        {
            try
            {
                DirectoryInfo folder = next.Folder.ResolveLinkTarget(returnFinalTarget: true) as DirectoryInfo ?? next.Folder;
                if (!visited.Add(Path.TrimEndingDirectorySeparator(folder.FullName)))
                {
                    continue;
                }

                // Sorted here too: which of two links to one folder is entered must not depend on the file system.
                foreach (FileSystemInfo entry in folder.GetFileSystemInfos().OrderByDescending(entry => entry.Name, StringComparer.Ordinal))
                {
                    string name = next.Name.Length == 0 ? entry.Name : $"{next.Name}/{entry.Name}";
                    bool isUndecodable = FileKind.HasUndecodableName(entry);
                    if (entry.Name.StartsWith('.') || (!isUndecodable && entry.Attributes.HasFlag(FileAttributes.Hidden)))
                    {
                        continue;
                    }

                    if (isUndecodable)
                    {
                        unreadable.Add(new RejectedDocument(name, FileKind.NotUtf8));
                    }
                    else if (entry is DirectoryInfo child)
                    {
                        pending.Push((name, child));
                    }
                    else
                    {
                        files.Add((name, entry.FullName));
                    }
                }
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException)
            {
                unreadable.Add(new RejectedDocument(next.Name.Length == 0 ? "." : next.Name, $"the folder cannot be read: {error.Message}"));
            }
        }

        files.Sort((left, right) => string.CompareOrdinal(left.Name, right.Name));
        return files;
    }
}
