using System.Globalization;
using NGpt.Core.Errors;
using NGpt.Core.Generation;
using NGpt.Data.Corpora.Files;
using NGpt.Data.Corpora.Parquet;

namespace NGpt.Data.Corpora;

/// <summary>
/// Documents from files: UTF-8 text (a file is a document; one of more than 4 MiB comes in several pieces), JSON lines and
/// Parquet, each also compressed with gzip or Zstandard; given as files, folders, patterns (<c>data/**/*.txt</c>) or <c>-</c>
/// for standard input, in any mixture. Files come in the order of the paths, sorted by relative path inside a folder or
/// pattern, each once. Memory stays bounded whatever the sizes. A text that cannot be used is an error where it was named
/// itself, and an entry where a folder or pattern led to it; damaged compression and damaged Parquet files are errors.
/// </summary>
public sealed class FileCorpus : ICorpus, IDisposable
{
    private const string ReaderVersion = "files 2";

    private readonly string[] _paths;
    private readonly FileCorpusOptions _options;
    private readonly StandardInputSpool _standardInput;
    private readonly Dictionary<CorpusFormat, ISourceReader> _readers;

    /// <summary>Names the sources; nothing is read yet.</summary>
    /// <param name="paths">Files, folders, patterns with <c>*</c>, <c>?</c> and <c>**</c>, and <c>-</c> for standard input; at least one.</param>
    /// <param name="options">How they are read, or null for the defaults.</param>
    public FileCorpus(IReadOnlyList<string> paths, FileCorpusOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(paths);
        ArgumentOutOfRangeException.ThrowIfZero(paths.Count);
        foreach (string path in paths)
        {
            ArgumentException.ThrowIfNullOrEmpty(path, nameof(paths));
        }

        _paths = [.. paths];
        _options = options ?? new FileCorpusOptions();
        _standardInput = new StandardInputSpool(_options);
        _readers = new Dictionary<CorpusFormat, ISourceReader>
        {
            [CorpusFormat.Text] = _options.DocumentSeparator is { } separator ? new SeparatedTextFiles(separator, _options.InvalidUtf8) : new TextFiles(_options.InvalidUtf8),
            [CorpusFormat.JsonLines] = new JsonLineFiles(_options),
            [CorpusFormat.Parquet] = SupportedFormats.Parquet ? new ParquetFiles(_options) : new UnsupportedFiles("Parquet"),
        };
    }

    /// <summary>Whether what is written to a folder would be read with a corpus.</summary>
    /// <param name="output">The folder.</param>
    /// <param name="path">A path that a corpus is given: only a folder holds others.</param>
    /// <returns>True where the folder is the other one or lies below it.</returns>
    public static bool IsInside(string output, string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(output);
        ArgumentException.ThrowIfNullOrEmpty(path);
        string folder = Path.TrimEndingDirectorySeparator(Path.GetFullPath(path)) + Path.DirectorySeparatorChar;
        return Directory.Exists(path) && (Path.TrimEndingDirectorySeparator(Path.GetFullPath(output)) + Path.DirectorySeparatorChar).StartsWith(folder, StringComparison.Ordinal);
    }

    /// <inheritdoc/>
    public string Description
    {
        get
        {
            string first = _paths[0] == SourceList.StandardInput ? "standard input"
                : Directory.Exists(_paths[0]) ? $"files in {Path.GetFullPath(_paths[0])}"
                : Glob.IsPattern(_paths[0]) ? $"files {_paths[0]}"
                : $"file {Path.GetFullPath(_paths[0])}";
            return _paths.Length == 1 ? first : $"{first} and {_paths.Length - 1:N0} more";
        }
    }

    /// <inheritdoc/>
    public bool HasAnswers => _options.Conversations is not null;

    /// <inheritdoc/>
    public long? SourceBytes
    {
        get
        {
            try
            {
                return Sources().Sum(file => file.Length);
            }
            catch (NGptException)
            {
                // Reading it reports what is wrong.
                return null;
            }
        }
    }

    /// <inheritdoc/>
    /// <exception cref="UsageException">A path does not exist, a pattern matches nothing, or there is no usable document at all.</exception>
    /// <exception cref="FileFormatException">
    /// A named file is empty, binary or not UTF-8; compressed data is cut off; a Parquet file is damaged or has no such column.
    /// </exception>
    public IEnumerable<CorpusEntry> Read(CorpusPosition from, CancellationToken cancellationToken)
    {
        List<SourceFile> sources = Sources();
        long before = sources.Take(from.Source).Sum(file => file.Length);
        bool any = from != default;
        RejectedDocument? firstRejected = null;
        long rejected = 0;
        for (int index = from.Source; index < sources.Count; index++)
        {
            SourceFile file = sources[index];
            foreach (SourceEntry entry in Entries(file, index == from.Source ? from.Entry : 0, cancellationToken))
            {
                any |= entry.Document is not null;
                firstRejected ??= entry.Rejected;
                rejected += entry.Rejected is null ? 0 : 1;
                yield return new CorpusEntry
                {
                    Document = entry.Document,
                    Rejected = entry.Rejected,
                    WasRepaired = entry.WasRepaired,
                    Next = entry.EndsSource ? new CorpusPosition(index + 1, 0) : new CorpusPosition(index, entry.Next),
                    SourceBytesRead = before + Math.Min(entry.SourceBytesRead, file.Length),
                };
            }

            before += file.Length;
        }

        if (!any)
        {
            string example = firstRejected is null ? string.Empty : $": {rejected:N0} left out, the first: {firstRejected.Name}: {firstRejected.Reason}";
            throw new UsageException($"{_paths[0]}: the corpus is empty{example}", "give files with UTF-8 text, or name the field with the texts: --text-field NAME");
        }
    }

    /// <inheritdoc/>
    /// <exception cref="UsageException">A path does not exist, or a pattern matches nothing.</exception>
    public string SourceFingerprint()
    {
        using var hash = new SourceHash();
        hash.Add(ReaderVersion);
        hash.Add(_options.TextFields.Count.ToString(CultureInfo.InvariantCulture));
        foreach (string field in _options.TextFields)
        {
            hash.Add(field);
        }

        hash.Add(_options.InvalidUtf8.ToString());
        if (_options.Conversations is { } template)
        {
            hash.Add($"conversations: {template.Name}");
        }

        if (_options.DocumentSeparator is { } separator)
        {
            hash.Add($"document separator: {separator}");
        }

        foreach (SourceFile file in Sources())
        {
            hash.Add(file.Format.ToString());
            if (file.Path == _standardInput.FilePath)
            {
                hash.Add(file.Length.ToString(CultureInfo.InvariantCulture));
                hash.Add(_standardInput.Hash);
            }
            else
            {
                hash.Add(file.Path);
                hash.Add(file.Name, SourceList.Target(file.Path));
            }
        }

        return hash.Finish();
    }

    /// <summary>Removes the copy of standard input, where there is one.</summary>
    public void Dispose() => _standardInput.Dispose();

    private List<SourceFile> Sources() => SourceList.Expand(_paths, _options, _standardInput.File);

    /// <summary>The entries of one file; what cannot be opened is one that is left out.</summary>
    private IEnumerable<SourceEntry> Entries(SourceFile file, long skip, CancellationToken cancellationToken)
    {
        // A length of 0 also covers pipes and devices, which must not be opened: that could wait for ever.
        string? problem = file.Problem ?? (file.Length == 0 ? "the file is empty" : CannotOpen(file));
        return problem is null ? UpToDamage(file, skip, cancellationToken) : [file.Reject(problem, "give a file with text that can be read")];
    }

    // Of a damaged file in a folder the whole records before the damage are used, and the rest is left out with the reason.
    private IEnumerable<SourceEntry> UpToDamage(SourceFile file, long skip, CancellationToken cancellationToken)
    {
        using IEnumerator<SourceEntry> entries = _readers[file.Format].Read(file, skip, cancellationToken).GetEnumerator();
        while (true)
        {
            SourceEntry? entry;
            try
            {
                entry = entries.MoveNext() ? entries.Current : null;
            }
            catch (FileFormatException damage) when (!file.IsNamed && !_options.IsStrict && damage.InnerException is not UnusableTextException)
            {
                entry = file.Reject(WithoutPath(damage.Message, file.Label), damage.Remedy ?? "");
            }

            if (entry is null)
            {
                yield break;
            }

            yield return entry;
            if (entry.EndsSource)
            {
                yield break;
            }
        }
    }

    // The entry names the file already.
    private static string WithoutPath(string message, string label) =>
        message.StartsWith(label + ": ", StringComparison.Ordinal) ? message[(label.Length + 2)..] : message;

    private static string? CannotOpen(SourceFile file)
    {
        try
        {
            using FileStream stream = new(file.Path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
            return null;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return $"the file cannot be read: {error.Message}";
        }
    }
}

/// <summary>How a <see cref="FileCorpus"/> reads its files.</summary>
public sealed record FileCorpusOptions
{
    /// <summary>
    /// The fields of JSON lines and the columns of Parquet files that hold the text, at least one: those of a record are joined
    /// by a blank line, empty ones left out. A record without one of them is left out. In JSON lines a dot leads into an object,
    /// unless the record has a field with the dot in its name.
    /// </summary>
    public IReadOnlyList<string> TextFields { get; init; } = ["text"];

    /// <summary>What stands between the documents of a text file; null where a file is one document. Not empty.</summary>
    public string? DocumentSeparator { get; init; }

    /// <summary>The template that writes the <c>messages</c> of JSON lines as text; null to read texts.</summary>
    public ChatTemplate? Conversations { get; init; }

    /// <summary>What is done with text that is not UTF-8.</summary>
    public InvalidUtf8 InvalidUtf8 { get; init; }

    /// <summary>Whether a damaged file in a folder is an error; else it is left out and counted.</summary>
    public bool IsStrict { get; init; }

    /// <summary>The format of every file; for files whose names do not tell it, and for standard input.</summary>
    public CorpusFormat Format { get; init; }

    /// <summary>What the path <c>-</c> reads, or null for the standard input of the process. It is read to its end and stays open.</summary>
    public Stream? StandardInput { get; init; }
}

/// <summary>How documents lie in a file.</summary>
public enum CorpusFormat
{
    /// <summary>By the file's name: <c>.jsonl</c> and <c>.ndjson</c>, <c>.parquet</c>, everything else is text; each also with <c>.gz</c> or <c>.zst</c> behind it.</summary>
    Auto,

    /// <summary>A file is a document.</summary>
    Text,

    /// <summary>A line is a JSON object with the document in one of its fields.</summary>
    JsonLines,

    /// <summary>A row of a Parquet file is a document, in a column of strings.</summary>
    Parquet,
}
