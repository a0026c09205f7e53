namespace NGpt.Data.Corpora.Files;

/// <summary>Reads the files of one format.</summary>
internal interface ISourceReader
{
    /// <summary>Reads a file.</summary>
    /// <param name="file">The file.</param>
    /// <param name="skip">Entries that were read before: a <see cref="SourceEntry.Next"/>, or 0.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    IEnumerable<SourceEntry> Read(SourceFile file, long skip, CancellationToken cancellationToken);
}
