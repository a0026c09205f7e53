using NGpt.Core.Errors;

namespace NGpt.Data.Corpora.Files;

/// <summary>Turns the paths that were given into the list of files to read.</summary>
/// <param name="options">How the files are read.</param>
internal sealed class SourceList(FileCorpusOptions options)
{
    /// <summary>The path that stands for standard input.</summary>
    public const string StandardInput = "-";

    private readonly List<SourceFile> _files = [];
    private readonly HashSet<string> _seen = new(StringComparer.Ordinal);

    /// <summary>Lists the files: in the order of the paths, sorted inside a folder or pattern, each once.</summary>
    /// <param name="paths">Files, folders, patterns and <c>-</c>.</param>
    /// <param name="options">How the files are read.</param>
    /// <param name="standardInput">Gives the file that stands for standard input.</param>
    /// <exception cref="UsageException">A path does not exist, or nothing is there.</exception>
    public static List<SourceFile> Expand(IEnumerable<string> paths, FileCorpusOptions options, Func<SourceFile> standardInput)
    {
        var list = new SourceList(options);
        foreach (string path in paths)
        {
            list.Add(path, standardInput);
        }

        return list._files;
    }

    private void Add(string path, Func<SourceFile> standardInput)
    {
        if (path == StandardInput)
        {
            if (_seen.Add(path))
            {
                _files.Add(standardInput());
            }

            return;
        }

        string full = Path.GetFullPath(path);
        var unreadable = new List<RejectedDocument>();
        if (File.Exists(full))
        {
            AddFile(Path.GetFileName(full), full, isNamed: true);
        }
        else if (Directory.Exists(full))
        {
            AddAll(full, TextFolder.List(full, unreadable), unreadable, "the folder holds no usable text file", "give a folder with UTF-8 text files");
        }
        else if (Glob.IsPattern(path))
        {
            AddAll(full, Glob.List(path, unreadable), unreadable, "no file matches this pattern", "* and ? stand for characters of a name, ** for any number of folders; quote the pattern");
        }
        else
        {
            throw new UsageException($"{full}: there is no such file or folder", "give --data the path of a UTF-8 text file or a folder of them");
        }
    }

    private void AddAll(string path, List<(string Name, string Path)> files, List<RejectedDocument> unreadable, string problem, string remedy)
    {
        if (files.Count == 0 && unreadable.Count == 0)
        {
            throw new UsageException($"{path}: {problem}", remedy);
        }

        foreach ((string name, string file) in files)
        {
            AddFile(name, file, isNamed: false);
        }

        _files.AddRange(unreadable.Select(folder => new SourceFile(folder.Name, path) { Format = CorpusFormat.Text, Problem = folder.Reason }));
    }

    private void AddFile(string name, string path, bool isNamed)
    {
        if (!_seen.Add(path))
        {
            return;
        }

        (CorpusFormat format, FileCompression compression) = SourceName.Describe(name, options.Format);
        FileInfo target = Target(path);
        _files.Add(new SourceFile(name, path)
        {
            Format = format,
            Compression = compression,
            IsNamed = isNamed,
            Length = target.Exists ? target.Length : 0,
            Problem = target.Exists ? null : "the file cannot be read: what the link leads to does not exist",
        });
    }

    /// <summary>The file behind links, whose size and time say whether the content changed; the link itself where it dangles.</summary>
    /// <param name="path">The file.</param>
    public static FileInfo Target(string path)
    {
        try
        {
            return File.ResolveLinkTarget(path, returnFinalTarget: true) as FileInfo ?? new FileInfo(path);
        }
        catch (IOException)
        {
            return new FileInfo(path);
        }
    }
}
