using NGpt.Core.Files;

namespace NGpt.Data.Corpora.Files;

/// <summary>
/// Lists the files that a pattern matches: <c>*</c> and <c>?</c> stand for characters of a name, <c>**</c> for any number of
/// folders. Hidden files and folders are matched only by a name that begins with a dot.
/// </summary>
internal sealed class Glob
{
    private readonly string[] _segments;
    private readonly ICollection<RejectedDocument> _unreadable;
    private readonly SortedDictionary<string, string> _files = new(StringComparer.Ordinal);

    // The places where ** stood already: links can lead back to them.
    private readonly HashSet<(int, string)> _visited = [];

    private Glob(string[] segments, ICollection<RejectedDocument> unreadable)
    {
        _segments = segments;
        _unreadable = unreadable;
    }

    /// <summary>Whether a path is a pattern.</summary>
    public static bool IsPattern(string path) => path.AsSpan().ContainsAny('*', '?');

    /// <summary>Lists the files, sorted by their path relative to the folder before the first wildcard.</summary>
    public static List<(string Name, string Path)> List(string pattern, ICollection<RejectedDocument> unreadable)
    {
        string full = Path.GetFullPath(pattern);
        string root = Path.GetPathRoot(full)!;
        string[] segments = full[root.Length..].Split([Path.DirectorySeparatorChar, Path.AltDirectorySeparatorChar], StringSplitOptions.RemoveEmptyEntries);
        int literal = segments.TakeWhile(segment => !IsPattern(segment)).Count();
        var glob = new Glob(segments[literal..], unreadable);
        var start = new DirectoryInfo(Path.Combine([root, .. segments[..literal]]));
        if (start.Exists)
        {
            glob.Enter(start, string.Empty, 0);
        }

        return [.. glob._files.Select(file => (file.Key, file.Value))];
    }

    private void Enter(DirectoryInfo place, string name, int index)
    {
        try
        {
            Walk(place, name, index);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            _unreadable.Add(new RejectedDocument(name.Length == 0 ? "." : name, $"the folder cannot be read: {error.Message}"));
        }
    }

    private void Walk(DirectoryInfo place, string name, int index)
    {
        string segment = _segments[index];
        bool isDeep = segment == "**";
        bool isLast = index == _segments.Length - 1;
        DirectoryInfo folder = place.ResolveLinkTarget(returnFinalTarget: true) as DirectoryInfo ?? place;
        if (isDeep)
        {
            if (!_visited.Add((index, Path.TrimEndingDirectorySeparator(folder.FullName))))
            {
                return;
            }

            if (!isLast)
            {
                Enter(folder, name, index + 1);
            }
        }

        // Sorted: which of two links to one folder is entered must not depend on the file system.
        foreach (FileSystemInfo entry in folder.EnumerateFileSystemInfos().OrderBy(entry => entry.Name, StringComparer.Ordinal))
        {
            bool isUndecodable = FileKind.HasUndecodableName(entry);
            bool isHidden = entry.Name.StartsWith('.') || (!isUndecodable && entry.Attributes.HasFlag(FileAttributes.Hidden));
            if (isDeep ? isHidden : !Matches(segment, entry.Name, isHidden))
            {
                continue;
            }

            string entryName = name.Length == 0 ? entry.Name : $"{name}/{entry.Name}";
            if (isUndecodable)
            {
                if (isLast || isDeep || entry is DirectoryInfo)
                {
                    _unreadable.Add(new RejectedDocument(entryName, FileKind.NotUtf8));
                }
            }
            else if (entry is not DirectoryInfo child)
            {
                if (isLast)
                {
                    _files[entryName] = entry.FullName;
                }
            }
            else if (isDeep || !isLast)
            {
                Enter(child, entryName, isDeep ? index : index + 1);
            }
        }
    }

    private static bool Matches(string segment, string name, bool isHidden) =>
        (!isHidden || segment.StartsWith('.')) && System.IO.Enumeration.FileSystemName.MatchesSimpleExpression(segment, name, ignoreCase: false);
}
