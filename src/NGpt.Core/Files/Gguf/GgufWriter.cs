using System.Buffers;
using NGpt.Core.Errors;

namespace NGpt.Core.Files.Gguf;

/// <summary>
/// Writes GGUF files, version 3, aligned to 32 bytes: durably (see <see cref="DurableFile"/>), in the order given, and with the
/// same bytes for the same content. Tensors go to the disk one after the other, so nothing is held in memory twice.
/// </summary>
public static class GgufWriter
{
    /// <summary>Writes a file, replacing the one of that name at the end.</summary>
    /// <param name="path">The file; its folder must exist.</param>
    /// <param name="metadata">Keys and values, in file order; <c>general.architecture</c> comes first by custom.</param>
    /// <param name="entries">The tensors, in file order.</param>
    /// <exception cref="ArgumentException">
    /// A key or name is there twice, a key is empty, longer than 65,535 bytes or <c>general.alignment</c>, or there are more than
    /// 65,536 of either.
    /// </exception>
    /// <exception cref="NGptException">The storage fails (the old file is unchanged), or the header is longer than is read.</exception>
    /// <exception cref="InvalidOperationException">An entry wrote more or fewer bytes than its shape says; the old file is unchanged.</exception>
    public static void Write(string path, IEnumerable<KeyValuePair<string, GgufValue>> metadata, IReadOnlyList<GgufEntry> entries)
    {
        ArgumentNullException.ThrowIfNull(metadata);
        ArgumentNullException.ThrowIfNull(entries);
        if (!BitConverter.IsLittleEndian)
        {
            throw new PlatformNotSupportedException("Files in GGUF are little-endian, this processor is not.");
        }

        ReadOnlyMemory<byte> header = Header([.. metadata], entries);
        DurableFile.Write(path, stream =>
        {
            stream.Write(header.Span);
            Pad(stream, header.Length);
            foreach (GgufEntry entry in entries)
            {
                using ExactLengthStream bounded = new(stream, entry.ByteLength, entry.Name);
                entry.Write(bounded);
                bounded.RequireComplete();
                Pad(stream, entry.ByteLength);
            }
        });
    }

    private static ReadOnlyMemory<byte> Header(KeyValuePair<string, GgufValue>[] metadata, IReadOnlyList<GgufEntry> entries)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(metadata.Length, GgufHeader.MaxEntries, nameof(metadata));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(entries.Count, GgufHeader.MaxEntries, nameof(entries));
        ArrayBufferWriter<byte> bytes = new();
        GgufValueWriter writer = new(bytes);
        writer.U32(GgufHeader.Magic);
        writer.U32(GgufHeader.Version);
        writer.U64(entries.Count);
        writer.U64(metadata.Length);
        WriteMetadata(writer, metadata);
        WriteTensors(writer, entries);
        return bytes.WrittenCount <= GgufHeader.MaxHeaderLength
            ? bytes.WrittenMemory
            : throw new NGptException(
                $"metadata and tensor table of the GGUF file would have {bytes.WrittenCount} bytes; at most {GgufHeader.MaxHeaderLength} are read",
                "write less metadata into one file");
    }

    private static void WriteMetadata(GgufValueWriter writer, KeyValuePair<string, GgufValue>[] metadata)
    {
        HashSet<string> keys = new(StringComparer.Ordinal);
        foreach ((string key, GgufValue value) in metadata)
        {
            if (key.Length == 0 || GgufText.Strict.GetByteCount(key) > GgufHeader.MaxKeyLength || key == GgufHeader.AlignmentKey)
            {
                throw new ArgumentException($"The key {Quoted.Name(key)} is empty, too long, or written by nobody but the writer.", nameof(metadata));
            }

            if (!keys.Add(key))
            {
                throw new ArgumentException($"Two values have the key '{key}'.", nameof(metadata));
            }

            writer.Text(key);
            writer.Value(value);
        }
    }

    private static void WriteTensors(GgufValueWriter writer, IReadOnlyList<GgufEntry> entries)
    {
        HashSet<string> names = new(StringComparer.Ordinal);
        long offset = 0;
        foreach (GgufEntry entry in entries)
        {
            if (!names.Add(entry.Name))
            {
                throw new ArgumentException($"Two tensors are named '{entry.Name}'.", nameof(entries));
            }

            writer.Text(entry.Name);
            writer.U32((uint)entry.Shape.Length);
            foreach (long size in entry.Shape.Reverse())
            {
                writer.U64(size);
            }

            writer.U32((uint)entry.Type);
            writer.U64(offset);
            offset = GgufHeader.Aligned(checked(offset + entry.ByteLength), GgufHeader.DefaultAlignment);
        }
    }

    private static void Pad(Stream stream, long length)
    {
        Span<byte> zeros = stackalloc byte[GgufHeader.DefaultAlignment];
        zeros.Clear();
        stream.Write(zeros[..(int)(GgufHeader.Aligned(length, GgufHeader.DefaultAlignment) - length)]);
    }
}
