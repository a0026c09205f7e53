namespace NGpt.Data.Corpora.Files;

/// <summary>How a file is compressed.</summary>
internal enum FileCompression
{
    None,
    Gzip,
    Zstandard,
}
