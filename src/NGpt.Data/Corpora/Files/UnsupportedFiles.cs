using NGpt.Core.Errors;

namespace NGpt.Data.Corpora.Files;

/// <summary>Files of a format that this program was built without.</summary>
/// <param name="format">Its name.</param>
internal sealed class UnsupportedFiles(string format) : ISourceReader
{
    /// <inheritdoc/>
    public IEnumerable<SourceEntry> Read(SourceFile file, long skip, CancellationToken cancellationToken) =>
        throw new NGptException($"{file.Name}: this small program reads no {format} files", "use the full ngpt, or give text or JSON lines");
}
