using System.Buffers;
using System.Buffers.Binary;
using System.Text.Json;
using NGpt.Core.Errors;

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
