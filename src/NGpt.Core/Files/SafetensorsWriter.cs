using System.Buffers;
using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Runtime.InteropServices;
using System.Text.Json;
using NGpt.Core.Errors;
using NGpt.Core.Files.Native;

namespace NGpt.Core.Files;

/// <summary>
/// Writes safetensors files: durably (see <see cref="DurableFile"/>), in the order given, and with the same bytes for
/// the same content. Tensors go to the disk one after the other, so nothing is held in memory twice.
/// </summary>
public static class SafetensorsWriter
{
    // The data section begins at a multiple of this, so that mapped tensors are aligned.
    private const int Alignment = 8;

    /// <summary>Writes a file, replacing the one of that name at the end.</summary>
    /// <param name="path">The file; its folder must exist.</param>
    /// <param name="entries">The tensors, in file order.</param>
    /// <param name="metadata">Written sorted by key; null or empty writes none.</param>
    /// <exception cref="ArgumentException">Two entries have one name.</exception>
    /// <exception cref="NGptException">The storage fails (the old file is unchanged), or the header is beyond the format's limit.</exception>
    /// <exception cref="InvalidOperationException">An entry wrote more or fewer bytes than its shape says; the old file is unchanged.</exception>
    public static void Write(string path, IReadOnlyList<SafetensorsEntry> entries, IReadOnlyDictionary<string, string>? metadata = null)
    {
        ArgumentNullException.ThrowIfNull(entries);
        if (!BitConverter.IsLittleEndian)
        {
            throw new PlatformNotSupportedException("Safetensors files are little-endian, this processor is not.");
        }

        byte[] header = Header(entries, metadata);
        DurableFile.Write(path, stream =>
        {
            stream.Write(header);
            foreach (SafetensorsEntry entry in entries)
            {
                using ExactLengthStream bounded = new(stream, entry.ByteLength, entry.Name);
                entry.Write(bounded);
                bounded.RequireComplete();
            }
        });
    }

    // The length field and the header, padded with spaces.
    private static byte[] Header(IReadOnlyList<SafetensorsEntry> entries, IReadOnlyDictionary<string, string>? metadata)
    {
        ArrayBufferWriter<byte> json = new();
        using (Utf8JsonWriter writer = new(json))
        {
            writer.WriteStartObject();
            if (metadata is { Count: > 0 })
            {
                writer.WriteStartObject(SafetensorsHeader.MetadataKey);
                foreach ((string key, string value) in metadata.OrderBy(pair => pair.Key, StringComparer.Ordinal))
                {
                    writer.WriteString(key, value);
                }

                writer.WriteEndObject();
            }

            WriteTensors(writer, entries);
            writer.WriteEndObject();
        }

        int length = (json.WrittenCount + Alignment - 1) / Alignment * Alignment;
        if (length > SafetensorsHeader.MaxHeaderLength)
        {
            throw new NGptException(
                $"the safetensors header would have {length} bytes; the format allows {SafetensorsHeader.MaxHeaderLength}",
                "write fewer tensors or less metadata into one file");
        }

        byte[] header = new byte[sizeof(ulong) + length];
        header.AsSpan().Fill((byte)' ');
        BinaryPrimitives.WriteUInt64LittleEndian(header, (ulong)length);
        json.WrittenSpan.CopyTo(header.AsSpan(sizeof(ulong)));
        return header;
    }

    private static void WriteTensors(Utf8JsonWriter writer, IReadOnlyList<SafetensorsEntry> entries)
    {
        HashSet<string> names = new(StringComparer.Ordinal);
        long offset = 0;
        foreach (SafetensorsEntry entry in entries)
        {
            if (!names.Add(entry.Name))
            {
                throw new ArgumentException($"Two tensors are named '{entry.Name}'.", nameof(entries));
            }

            writer.WriteStartObject(entry.Name);
            writer.WriteString("dtype", entry.Type.SafetensorsName());
            writer.WriteStartArray("shape");
            foreach (long size in entry.Shape)
            {
                writer.WriteNumberValue(size);
            }

            writer.WriteEndArray();
            writer.WriteStartArray("data_offsets");
            writer.WriteNumberValue(offset);
            offset = checked(offset + entry.ByteLength);
            writer.WriteNumberValue(offset);
            writer.WriteEndArray();
            writer.WriteEndObject();
        }
    }
}

/// <summary>One tensor to be written: what it is, and how its bytes are produced when their turn comes.</summary>
public sealed class SafetensorsEntry
{
    /// <summary>Describes a tensor.</summary>
    /// <param name="name">The name, unique in its file and not <c>__metadata__</c>.</param>
    /// <param name="type">The element type.</param>
    /// <param name="shape">The sizes, outermost first; empty for a scalar.</param>
    /// <param name="write">
    /// Writes exactly <see cref="ByteLength"/> bytes, the little-endian elements in row-major order, in as many pieces
    /// as it likes. Called once for each file written.
    /// </param>
    /// <exception cref="ArgumentException">The name is empty or reserved, or a size is negative, or the product overflows.</exception>
    public SafetensorsEntry(string name, TensorType type, ReadOnlySpan<long> shape, Action<Stream> write)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        ArgumentNullException.ThrowIfNull(write);
        if (name == SafetensorsHeader.MetadataKey)
        {
            throw new ArgumentException("This name is reserved for the metadata.", nameof(name));
        }

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
            ByteLength = SafetensorsHeader.ByteLength(type, shape);
        }
        catch (OverflowException failure)
        {
            throw new ArgumentException("The tensor's size does not fit 64 bits.", nameof(shape), failure);
        }
    }

    /// <summary>The name.</summary>
    public string Name { get; }

    /// <summary>The element type.</summary>
    public TensorType Type { get; }

    /// <summary>The sizes, outermost first; empty for a scalar.</summary>
    public ImmutableArray<long> Shape { get; }

    /// <summary>The number of bytes.</summary>
    public long ByteLength { get; }

    /// <summary>Writes the bytes.</summary>
    internal Action<Stream> Write { get; }

    /// <summary>A tensor whose elements are in managed memory, which must stay unchanged until it is written.</summary>
    /// <typeparam name="T">The element type: see <see cref="TensorTypes.IsStoredAs{T}"/>.</typeparam>
    /// <param name="name">The name.</param>
    /// <param name="type">The stored element type, which <typeparamref name="T"/> must fit.</param>
    /// <param name="shape">The sizes, outermost first.</param>
    /// <param name="elements">The elements in row-major order: as many as the shape says.</param>
    /// <exception cref="ArgumentException">The element type or number does not fit, or as for the constructor.</exception>
    public static SafetensorsEntry FromMemory<T>(string name, TensorType type, ReadOnlySpan<long> shape, ReadOnlyMemory<T> elements)
        where T : unmanaged
    {
        if (!type.IsStoredAs<T>())
        {
            throw new ArgumentException($"{typeof(T).Name} is not the form of {type.SafetensorsName()}.", nameof(elements));
        }

        SafetensorsEntry entry = new(name, type, shape, stream => ElementBytes.Write(elements.Span, stream));
        return entry.ByteLength == (long)elements.Length * type.ByteSize()
            ? entry
            : throw new ArgumentException($"{elements.Length} elements were given; the shape has {entry.ByteLength / type.ByteSize()}.", nameof(elements));
    }

    /// <summary>A tensor whose bytes are in memory that a native library owns.</summary>
    /// <param name="name">The name.</param>
    /// <param name="type">The element type.</param>
    /// <param name="shape">The sizes, outermost first.</param>
    /// <param name="source">
    /// The address of the contiguous elements; the caller guarantees that it stays readable until the file is written.
    /// </param>
    /// <exception cref="ArgumentException">As for the constructor.</exception>
    public static SafetensorsEntry FromUnmanaged(string name, TensorType type, ReadOnlySpan<long> shape, nint source)
    {
        long length = new SafetensorsEntry(name, type, shape, static _ => { }).ByteLength;
        return new SafetensorsEntry(name, type, shape, stream => UnmanagedBytes.Write(source, length, stream));
    }
}

/// <summary>Writes elements as they lie in memory.</summary>
internal static class ElementBytes
{
    // The bytes of a piece must be countable in an int.
    private const int PieceLength = 1 << 24;

    /// <summary>Writes all elements, in pieces.</summary>
    public static void Write<T>(ReadOnlySpan<T> elements, Stream stream)
        where T : unmanaged
    {
        while (elements.Length > 0)
        {
            int piece = Math.Min(elements.Length, PieceLength);
            stream.Write(MemoryMarshal.AsBytes(elements[..piece]));
            elements = elements[piece..];
        }
    }
}
