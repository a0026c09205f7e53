using System.Buffers.Binary;
using NGpt.Core.Errors;

namespace NGpt.Data.Preparation;

/// <summary>The hashes of all documents so far, in memory and in a file beside the tokens, so that a resumed preparation has them.</summary>
internal sealed class DocumentHashes : IDisposable
{
    public const string FileName = "documents.tmp";

    private const int HashSize = 16;

    private readonly HashSet<UInt128> _known = [];
    private readonly FileStream _file;

    /// <summary>Starts or resumes.</summary>
    public DocumentHashes(string folder, long count)
    {
        string path = Path.Combine(folder, FileName);
        _file = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, 1 << 16);
        try
        {
            if (_file.Length < count * HashSize)
            {
                throw new FileFormatException(path, $"the file has {_file.Length:N0} bytes, {count * HashSize:N0} were written to it", "prepare the data again");
            }

            _file.SetLength(count * HashSize);
            Span<byte> hash = stackalloc byte[HashSize];
            for (long i = 0; i < count; i++)
            {
                _file.ReadExactly(hash);
                _known.Add(BinaryPrimitives.ReadUInt128LittleEndian(hash));
            }
        }
        catch
        {
            _file.Dispose();
            throw;
        }
    }

    /// <summary>The number of different documents.</summary>
    public long Count => _known.Count;

    /// <summary>Notes a document.</summary>
    public bool Add(UInt128 hash)
    {
        if (!_known.Add(hash))
        {
            return false;
        }

        Span<byte> bytes = stackalloc byte[HashSize];
        BinaryPrimitives.WriteUInt128LittleEndian(bytes, hash);
        _file.Write(bytes);
        return true;
    }

    /// <summary>Brings everything to the disk.</summary>
    public void Flush() => _file.Flush(flushToDisk: true);

    /// <inheritdoc/>
    public void Dispose() => _file.Dispose();
}
