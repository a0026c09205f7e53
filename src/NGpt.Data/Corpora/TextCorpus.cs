using NGpt.Core.Errors;

namespace NGpt.Data.Corpora;

/// <summary>
/// UTF-8 text: one file, or every file below a folder (sorted by relative path, hidden ones skipped, links followed once).
/// A byte-order mark is dropped and CR LF becomes LF. A file of more than 4 MiB comes in several pieces, so memory stays
/// bounded. A single file that cannot be used is an error; in a folder it is left out and listed in its entries.
/// </summary>
public sealed class TextCorpus : ICorpus
{
    private const string ReaderVersion = "text 1";

    private readonly string _path;

    /// <summary>Names the source; nothing is read yet.</summary>
    /// <param name="path">A file or a folder.</param>
    public TextCorpus(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        _path = System.IO.Path.GetFullPath(path);
    }

    /// <summary>The full path of the file or folder.</summary>
    public string Path => _path;

    /// <inheritdoc/>
    public string Description => Directory.Exists(_path) ? $"text files in {_path}" : $"text file {_path}";

    /// <inheritdoc/>
    public long? SourceBytes => null;

    /// <inheritdoc/>
    /// <exception cref="UsageException">The path does not exist, or the folder holds no usable text.</exception>
    /// <exception cref="FileFormatException">The single file is empty, binary or not UTF-8.</exception>
    public IEnumerable<CorpusEntry> Read(CorpusPosition from, CancellationToken cancellationToken)
    {
        RequireExists();
        var rejected = new List<RejectedDocument>();
        long entry = 0;
        foreach (Document document in Directory.Exists(_path) ? ReadFolder(rejected, cancellationToken) : ReadFile(cancellationToken))
        {
            if (++entry > from.Entry)
            {
                yield return new CorpusEntry { Document = document, Next = new CorpusPosition(0, entry), SourceBytesRead = 0 };
            }
        }

        foreach (RejectedDocument left in rejected)
        {
            if (++entry > from.Entry)
            {
                yield return new CorpusEntry { Rejected = left, Next = new CorpusPosition(0, entry), SourceBytesRead = 0 };
            }
        }
    }

    /// <inheritdoc/>
    /// <exception cref="UsageException">The path does not exist.</exception>
    public string SourceFingerprint()
    {
        RequireExists();
        using var hash = new SourceHash();
        hash.Add(ReaderVersion);
        hash.Add(_path);
        if (Directory.Exists(_path))
        {
            foreach ((string name, string path) in TextFolder.List(_path, []))
            {
                hash.Add(name, Target(path));
            }
        }
        else
        {
            hash.Add(System.IO.Path.GetFileName(_path), Target(_path));
        }

        return hash.Finish();
    }

    private IEnumerable<Document> ReadFile(CancellationToken cancellationToken)
    {
        string name = System.IO.Path.GetFileName(_path);
        bool continuation = false;
        foreach (byte[] piece in TextFileReader.ReadPieces(_path, cancellationToken))
        {
            yield return new Document(name, piece) { IsContinuation = continuation };
            continuation = true;
        }
    }

    private IEnumerable<Document> ReadFolder(List<RejectedDocument> rejected, CancellationToken cancellationToken)
    {
        bool any = false;
        foreach ((string name, string path) in TextFolder.List(_path, rejected))
        {
            // A file is used as a whole or not at all. One that is a single piece is known after reading that piece;
            // a longer one is checked to its end before its first piece is handed out.
            if (!TryCheck(name, path, rejected, out byte[]? single, cancellationToken))
            {
                continue;
            }

            any = true;
            bool continuation = false;
            foreach (byte[] piece in single is null ? TextFileReader.ReadPieces(path, cancellationToken) : [single])
            {
                yield return new Document(name, piece) { IsContinuation = continuation };
                continuation = true;
            }
        }

        if (!any)
        {
            string example = rejected.Count == 0 ? string.Empty : $" (of {rejected.Count:N0} left out, the first: {rejected[0].Name}: {rejected[0].Reason})";
            throw new UsageException($"{_path}: the folder holds no usable text file{example}", "give a folder with UTF-8 text files");
        }
    }

    private static bool TryCheck(string name, string path, List<RejectedDocument> rejected, out byte[]? single, CancellationToken cancellationToken)
    {
        single = null;
        try
        {
            int pieces = 0;
            foreach (byte[] piece in TextFileReader.ReadPieces(path, cancellationToken))
            {
                single = pieces++ == 0 ? piece : null;
            }

            return true;
        }
        catch (FileFormatException error)
        {
            rejected.Add(new RejectedDocument(name, error.Message.StartsWith(path, StringComparison.Ordinal) ? error.Message[(path.Length + 2)..] : error.Message));
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            rejected.Add(new RejectedDocument(name, $"the file cannot be read: {error.Message}"));
        }

        return false;
    }

    /// <summary>The file behind links, whose size and time say whether the text changed; the link itself where it dangles.</summary>
    private static FileInfo Target(string path)
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

    private void RequireExists()
    {
        if (!File.Exists(_path) && !Directory.Exists(_path))
        {
            throw new UsageException($"{_path}: there is no such file or folder", "give --data the path of a UTF-8 text file or a folder of them");
        }
    }
}
