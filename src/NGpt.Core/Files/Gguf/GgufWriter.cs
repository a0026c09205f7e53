using System.Buffers;
using System.Collections.Immutable;
using NGpt.Core.Errors;
using NGpt.Core.Files.Native;

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
                throw new ArgumentException($"The key {Quoted.Name(key)} is empty, too long, or reserved for the writer.", nameof(metadata));
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

/// <summary>One tensor to be written to a GGUF file: what it is, and how its bytes are produced when their turn comes.</summary>
public sealed class GgufEntry
{
    // One less than the format allows: llama.cpp keeps names in 64 bytes with a closing zero.
    private const int MaxNameLength = GgufHeader.MaxNameLength - 1;

    /// <summary>Describes a tensor.</summary>
    /// <param name="name">The name, unique in its file, of 1 to 63 bytes in UTF-8.</param>
    /// <param name="type">The type.</param>
    /// <param name="shape">At most four sizes, outermost first, so [rows, columns]; empty for a scalar.</param>
    /// <param name="write">
    /// Writes exactly <see cref="ByteLength"/> bytes, the rows one after the other, in as many pieces as it likes. Called once for
    /// each file written.
    /// </param>
    /// <exception cref="ArgumentException">
    /// The name is empty or too long, or a size is negative, or there are too many, or their product overflows, or a row is no
    /// multiple of the type's blocks.
    /// </exception>
    public GgufEntry(string name, GgufTensorType type, ReadOnlySpan<long> shape, Action<Stream> write)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        ArgumentNullException.ThrowIfNull(write);
        if (GgufText.Strict.GetByteCount(name) > MaxNameLength)
        {
            throw new ArgumentException($"The name {Quoted.Name(name)} has more than {MaxNameLength} bytes.", nameof(name));
        }

        ArgumentOutOfRangeException.ThrowIfGreaterThan(shape.Length, GgufHeader.MaxRank, nameof(shape));
        foreach (long size in shape)
        {
            ArgumentOutOfRangeException.ThrowIfNegative(size, nameof(shape));
        }

        Name = name;
        Type = type;
        Shape = [.. shape];
        Write = write;
        try
        {
            ByteLength = type.ByteLength(shape);
        }
        catch (OverflowException failure)
        {
            throw new ArgumentException("The tensor's size does not fit 64 bits.", nameof(shape), failure);
        }
    }

    /// <summary>The name.</summary>
    public string Name { get; }

    /// <summary>The type.</summary>
    public GgufTensorType Type { get; }

    /// <summary>The sizes, outermost first; empty for a scalar.</summary>
    public ImmutableArray<long> Shape { get; }

    /// <summary>The number of bytes.</summary>
    public long ByteLength { get; }

    /// <summary>Writes the bytes.</summary>
    internal Action<Stream> Write { get; }

    /// <summary>A tensor in managed memory, which must stay unchanged until it is written.</summary>
    /// <typeparam name="T">See <see cref="GgufTensorTypes.IsStoredAs{T}"/>.</typeparam>
    /// <param name="name">The name.</param>
    /// <param name="type">The type, which <typeparamref name="T"/> must fit.</param>
    /// <param name="shape">The sizes, outermost first.</param>
    /// <param name="content">The values in row-major order, or, of a type in blocks, the bytes of the rows.</param>
    /// <exception cref="ArgumentException">The .NET type or the length does not fit, or as for the constructor.</exception>
    public static GgufEntry FromMemory<T>(string name, GgufTensorType type, ReadOnlySpan<long> shape, ReadOnlyMemory<T> content)
        where T : unmanaged
    {
        if (!type.IsStoredAs<T>())
        {
            throw new ArgumentException($"{typeof(T).Name} is not the form of {type}.", nameof(content));
        }

        GgufEntry entry = new(name, type, shape, stream => ElementBytes.Write(content.Span, stream));
        long given = (long)content.Length * (type.BlockLength() == 1 ? type.BlockBytes() : 1);
        return given == entry.ByteLength
            ? entry
            : throw new ArgumentException($"{given} bytes were given; the shape has {entry.ByteLength}.", nameof(content));
    }

    /// <summary>A tensor whose bytes are in unmanaged memory.</summary>
    /// <param name="name">The name.</param>
    /// <param name="type">The type.</param>
    /// <param name="shape">The sizes, outermost first.</param>
    /// <param name="source">
    /// The address of the rows, one behind the other; the caller guarantees that it stays readable until the file is written.
    /// </param>
    /// <exception cref="ArgumentException">As for the constructor.</exception>
    public static GgufEntry FromUnmanaged(string name, GgufTensorType type, ReadOnlySpan<long> shape, nint source)
    {
        long length = new GgufEntry(name, type, shape, static _ => { }).ByteLength;
        return new GgufEntry(name, type, shape, stream => UnmanagedBytes.Write(source, length, stream));
    }
}
