using System.Diagnostics.CodeAnalysis;
using NGpt.Core.Errors;
using NGpt.Core.Files;

namespace NGpt.Data.Corpora.Files;

/// <summary>Turns the paths that were given into the list of files to read.</summary>
internal sealed class SourceList(FileCorpusOptions options)
{
    /// <summary>The path that stands for standard input.</summary>
    public const string StandardInput = "-";

    private readonly List<SourceFile> _files = [];
    private readonly HashSet<string> _seen = new(StringComparer.Ordinal);

    /// <summary>Lists the files: in the order of the paths, sorted inside a folder or pattern, each once.</summary>
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
            // A named pipe, or what a shell makes of <(command).
            if (FileKind.IsPipe(full))
            {
                throw new UsageException($"{path} is a pipe, and the text is read more than once", "lead it to standard input and give -: ngpt … - < PIPE");
            }

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
            throw new UsageException($"{full}: {FileKind.DescribeMissing(full, "file or folder")}", "give the path of a UTF-8 text file or of a folder of them, or lead the file to standard input and give -: ngpt … - < FILE");
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
        var file = new SourceFile(name, path)
        {
            Format = format,
            Compression = compression,
            IsNamed = isNamed,
            Length = target.Exists ? target.Length : 0,
            Problem = !target.Exists ? FileKind.DescribeMissing(path, "file")
                : target.Length > 0 ? null
                : FileKind.IsPipe(path) ? "it is a pipe"
                : FileKind.HasContent(path) ? "it is a device, or another file without a length: save its text as a file"
                : null,
        };
        bool isProbed = options.Format == CorpusFormat.Auto && format == CorpusFormat.Text && file is { Problem: null, Length: > 0 };
        _files.Add(isProbed ? ContentProbe.Describe(file, options.TextFields) : file);
    }

    /// <summary>The file behind links, whose size and time say whether the content changed; the link itself where it dangles.</summary>
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

/// <summary>What a program can read: a small executable may be built without a part of it.</summary>
internal static class SupportedFormats
{
    /// <summary>
    /// Whether Parquet files can be read. A program that is compiled ahead of time sets the switch to false when it is
    /// built, and neither the reader nor its library becomes a part of it.
    /// </summary>
    [FeatureSwitchDefinition("NGpt.Data.Parquet")]
    public static bool Parquet { get; } = !AppContext.TryGetSwitch("NGpt.Data.Parquet", out bool isSupported) || isSupported;
}

/// <summary>Files of a format that this program was built without.</summary>
internal sealed class UnsupportedFiles(string format) : ISourceReader
{
    /// <inheritdoc/>
    public IEnumerable<SourceEntry> Read(SourceFile file, long skip, CancellationToken cancellationToken) =>
        throw new NGptException($"{file.Name}: this small program reads no {format} files", "use the full ngpt, or give text or JSON lines");
}
