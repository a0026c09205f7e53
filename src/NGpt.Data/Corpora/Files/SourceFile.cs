using NGpt.Core.Errors;

namespace NGpt.Data.Corpora.Files;

/// <summary>One source of a corpus: a file, or something that was found in its place and cannot be read.</summary>
internal sealed record SourceFile(string Name, string Path)
{
    /// <summary>The file in messages to people.</summary>
    public string Label { get; init; } = Path;

    /// <summary>How documents lie in it; never <see cref="CorpusFormat.Auto"/>.</summary>
    public CorpusFormat Format { get; init; }

    /// <summary>How it is compressed.</summary>
    public FileCompression Compression { get; init; }

    /// <summary>True where it was asked for by name: then it is an error if it cannot be used, and not just left out.</summary>
    public bool IsNamed { get; init; }

    /// <summary>Its bytes on the disk.</summary>
    public long Length { get; init; }

    /// <summary>Why it cannot be read, where that is known without opening it.</summary>
    public string? Problem { get; init; }

    /// <summary>Leaves the file out: an entry that says so, or an error where it was asked for by name.</summary>
    public SourceEntry Reject(string problem, string remedy) => IsNamed
        ? throw new FileFormatException(Label, problem, remedy)
        : new SourceEntry { Rejected = new RejectedDocument(Name, problem), EndsSource = true, SourceBytesRead = Length };
}

/// <summary>An entry of one source.</summary>
internal sealed record SourceEntry
{
    /// <summary>The document or piece; null where it was left out.</summary>
    public Document? Document { get; init; }

    /// <summary>What was left out; null for a document.</summary>
    public RejectedDocument? Rejected { get; init; }

    /// <summary>Whether something in it was replaced by U+FFFD.</summary>
    public bool WasRepaired { get; init; }

    /// <summary>Entries of the source up to and with this one, as <see cref="CorpusPosition.Entry"/> counts them.</summary>
    public long Next { get; init; }

    /// <summary>True where nothing of the source follows.</summary>
    public bool EndsSource { get; init; }

    /// <summary>Bytes of the file, as it lies on the disk, that were read up to here.</summary>
    public long SourceBytesRead { get; init; }
}

/// <summary>What a file's name says about its content.</summary>
internal static class SourceName
{
    /// <summary>The format and compression by the name's extensions.</summary>
    public static (CorpusFormat Format, FileCompression Compression) Describe(string name, CorpusFormat format)
    {
        FileCompression compression = Path.GetExtension(name).ToLowerInvariant() switch
        {
            ".gz" => FileCompression.Gzip,
            ".zst" => FileCompression.Zstandard,
            _ => FileCompression.None,
        };
        string inner = compression == FileCompression.None ? name : Path.GetFileNameWithoutExtension(name);
        return (format != CorpusFormat.Auto ? format : Path.GetExtension(inner).ToLowerInvariant() switch
        {
            ".jsonl" or ".ndjson" => CorpusFormat.JsonLines,
            ".parquet" => CorpusFormat.Parquet,
            _ => CorpusFormat.Text,
        }, compression);
    }

    /// <summary>The format and compression by the first bytes, for a source without a name.</summary>
    public static (CorpusFormat Format, FileCompression Compression) Describe(ReadOnlySpan<byte> start, CorpusFormat format)
    {
        FileCompression compression = CompressionOf(start);
        CorpusFormat found = start.StartsWith("PAR1"u8) ? CorpusFormat.Parquet : CorpusFormat.Text;
        return (format != CorpusFormat.Auto ? format : found, compression);
    }

    /// <summary>The compression by its signature.</summary>
    public static FileCompression CompressionOf(ReadOnlySpan<byte> start) =>
        start.StartsWith<byte>([0x1F, 0x8B]) ? FileCompression.Gzip
        : start.StartsWith<byte>([0x28, 0xB5, 0x2F, 0xFD]) ? FileCompression.Zstandard
        : FileCompression.None;
}

/// <summary>How a file is compressed.</summary>
internal enum FileCompression
{
    None,
    Gzip,
    Zstandard,
}

/// <summary>Reads the files of one format.</summary>
internal interface ISourceReader
{
    /// <summary>Reads a file.</summary>
    IEnumerable<SourceEntry> Read(SourceFile file, long skip, CancellationToken cancellationToken);
}
