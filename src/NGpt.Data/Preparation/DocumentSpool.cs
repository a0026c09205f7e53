using NGpt.Data.Corpora;
namespace NGpt.Data.Preparation;

/// <summary>
/// The text of a corpus in one temporary file. The source is read once, so that vocabulary, hold-out and tokens are of the
/// same text even if the source changes meanwhile, and memory stays bounded.
/// </summary>
internal sealed class DocumentSpool : IDisposable
{
    private readonly FileStream _stream;
    private readonly List<SpooledDocument> _documents = [];

    /// <summary>Creates an empty spool.</summary>
    /// <param name="path">The temporary file; deleted with the spool.</param>
    public DocumentSpool(string path) =>
        _stream = new FileStream(path, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None, 1 << 16, FileOptions.DeleteOnClose);

    /// <summary>The documents in order.</summary>
    public IReadOnlyList<SpooledDocument> Documents => _documents;

    /// <summary>The bytes of all documents.</summary>
    public long Length { get; private set; }

    /// <summary>Appends a document or a further piece of the last one. Empty documents are left out.</summary>
    /// <param name="document">The document.</param>
    public void Add(Document document)
    {
        long length = document.Utf8.Length;
        _stream.Position = Length;
        _stream.Write(document.Utf8.Span);
        if (document.IsContinuation && _documents.Count > 0)
        {
            _documents[^1] = _documents[^1] with { Length = _documents[^1].Length + length };
        }
        else if (length > 0)
        {
            _documents.Add(new SpooledDocument(HoldOut.NameHash(document.Name), Length, length));
        }

        Length += length;
    }

    /// <summary>Reads bytes of the spool.</summary>
    /// <param name="start">The first.</param>
    /// <param name="length">How many.</param>
    public byte[] Read(long start, int length)
    {
        var bytes = new byte[length];
        Read(start, bytes);
        return bytes;
    }

    /// <summary>Reads bytes of the spool.</summary>
    /// <param name="start">The first.</param>
    /// <param name="destination">Receives them.</param>
    public void Read(long start, Span<byte> destination)
    {
        _stream.Position = start;
        _stream.ReadExactly(destination);
    }

    /// <inheritdoc/>
    public void Dispose() => _stream.Dispose();
}
