namespace NGpt.Data.Corpora.Files;

/// <summary>What a file's name says about its content.</summary>
internal static class SourceName
{
    /// <summary>The format and compression by the name's extensions.</summary>
    /// <param name="name">The name.</param>
    /// <param name="format">The format asked for; wins over the name.</param>
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
    /// <param name="start">At least four bytes, where there are so many.</param>
    /// <param name="format">The format asked for; wins over what is found.</param>
    public static (CorpusFormat Format, FileCompression Compression) Describe(ReadOnlySpan<byte> start, CorpusFormat format)
    {
        FileCompression compression =
            start.StartsWith<byte>([0x1F, 0x8B]) ? FileCompression.Gzip
            : start.StartsWith<byte>([0x28, 0xB5, 0x2F, 0xFD]) ? FileCompression.Zstandard
            : FileCompression.None;
        CorpusFormat found = start.StartsWith("PAR1"u8) ? CorpusFormat.Parquet : CorpusFormat.Text;
        return (format != CorpusFormat.Auto ? format : found, compression);
    }
}
