using System.Buffers.Binary;
using System.Numerics;
using Google.Protobuf;
using NGpt.Core.Errors;
using NGpt.Core.Files;
using Tensorboard;

namespace NGpt.Torch.Training;

/// <summary>
/// One event file of TensorBoard with scalars and texts: records of the TFRecord format (length, CRC-32C, data, CRC-32C) whose data is
/// an <c>Event</c> message of TensorFlow's protocol buffers. A resumed run has one file too: what its steps will write again is
/// removed first, and so are the files that earlier versions wrote for each part of a run.
/// </summary>
internal sealed class EventFile : IDisposable
{
    private const string NamePrefix = "events.out.tfevents.";
    private const string FileVersion = "brain.Event:2";
    private const int MaxRecordLength = 1 << 20;
    private const int LengthBytes = sizeof(ulong);
    private const int ChecksumBytes = sizeof(uint);

    private readonly FileStream _stream;
    private readonly string _path;

    private EventFile(string path)
    {
        _path = path;
        // Unbuffered: what could not be written must not be written again when the stream is closed.
        _stream = new FileStream(path, FileMode.Append, FileAccess.Write, FileShare.Read, bufferSize: 0);
    }

    /// <summary>Opens the file of a folder for appending, or creates it.</summary>
    /// <param name="folder">The folder; created if missing.</param>
    /// <param name="isKept">Whether a point of an earlier part of the run stays, by its tag and step.</param>
    public static EventFile Open(string folder, Func<string, long, bool> isKept)
    {
        Directory.CreateDirectory(folder);
        string[] files = [.. Directory.EnumerateFiles(folder, NamePrefix + "*").Order(StringComparer.Ordinal)];
        string path = files.Length > 0
            ? files[0]
            : Path.Combine(folder, FormattableString.Invariant($"{NamePrefix}{DateTimeOffset.UtcNow.ToUnixTimeSeconds():D10}.{Environment.MachineName}"));
        List<Event> kept = Kept(files, isKept);
        DurableFile.Write(path, stream =>
        {
            WriteRecord(stream, new Event { WallTime = kept.Count > 0 ? kept[0].WallTime : Now(), FileVersion = FileVersion });
            foreach (Event message in kept)
            {
                WriteRecord(stream, message);
            }
        });
        foreach (string other in files.Skip(1))
        {
            File.Delete(other);
        }

        return new EventFile(path);
    }

    /// <summary>The scalars of a file, up to where it is damaged or torn.</summary>
    public static IEnumerable<ScalarEvent> Read(string path) =>
        from message in ReadEvents(path)
        where message.Summary is not null
        from value in message.Summary.Value
        where value.ValueCase == Summary.Types.Value.ValueOneofCase.SimpleValue
        select new ScalarEvent(value.Tag, message.Step, value.SimpleValue, message.WallTime);

    private static IEnumerable<Event> ReadEvents(string path)
    {
        using FileStream stream = File.OpenRead(path);
        byte[] header = new byte[LengthBytes + ChecksumBytes];
        while (stream.ReadAtLeast(header, header.Length, throwOnEndOfStream: false) == header.Length)
        {
            ulong length = BinaryPrimitives.ReadUInt64LittleEndian(header);
            if (length > MaxRecordLength || BinaryPrimitives.ReadUInt32LittleEndian(header.AsSpan(LengthBytes)) != Checksum(header.AsSpan(0, LengthBytes)))
            {
                yield break;
            }

            byte[] data = new byte[(int)length + ChecksumBytes];
            if (stream.ReadAtLeast(data, data.Length, throwOnEndOfStream: false) < data.Length
                || BinaryPrimitives.ReadUInt32LittleEndian(data.AsSpan((int)length)) != Checksum(data.AsSpan(0, (int)length)))
            {
                yield break;
            }

            if (TryParse(data[..(int)length]) is Event message)
            {
                yield return message;
            }
        }
    }

    /// <summary>Appends a scalar.</summary>
    /// <exception cref="NGptException">The disk is full or fails.</exception>
    public void Add(string tag, double value, long step) => Append(step, new Summary.Types.Value { Tag = tag, SimpleValue = (float)value });

    /// <summary>Appends a text.</summary>
    /// <exception cref="NGptException">The disk is full or fails.</exception>
    public void AddText(string tag, string text, long step) => Append(step, new Summary.Types.Value
    {
        Tag = tag,
        Metadata = new SummaryMetadata { PluginData = new SummaryMetadata.Types.PluginData { PluginName = "text" } },
        // As Markdown: four spaces keep the lines as they are.
        Tensor = new TensorProto
        {
            Dtype = DataType.DtString,
            TensorShape = new TensorShapeProto(),
            StringVal = { ByteString.CopyFromUtf8("    " + text.ReplaceLineEndings("\n    ")) },
        },
    });

    /// <inheritdoc/>
    public void Dispose() => _stream.Dispose();

    // In the order of the files; of points that occur twice, as after a kill, the later one.
    private static List<Event> Kept(string[] files, Func<string, long, bool> isKept)
    {
        List<Event> kept = [];
        HashSet<(string, long)> seen = [];
        foreach (Event message in files.SelectMany(ReadEvents).Reverse())
        {
            if (message.Summary?.Value is [{ } value] && isKept(value.Tag, message.Step) && seen.Add((value.Tag, message.Step)))
            {
                kept.Add(message);
            }
        }

        kept.Reverse();
        return kept;
    }

    private void Append(long step, Summary.Types.Value value)
    {
        try
        {
            WriteRecord(_stream, new Event { WallTime = Now(), Step = step, Summary = new Summary { Value = { value } } });
        }
        catch (IOException failure)
        {
            throw new NGptException(
                $"cannot write {_path}: {failure.Message.TrimEnd('.')}", "Free some space, then resume the run with --resume; its last checkpoint is valid", failure);
        }
    }

    // Seconds since 1970.
    private static double Now() => (DateTime.UtcNow - DateTime.UnixEpoch).TotalSeconds;

    // Null for a record of something else.
    private static Event? TryParse(byte[] data)
    {
        try
        {
            return Event.Parser.ParseFrom(data);
        }
        catch (InvalidProtocolBufferException)
        {
            return null;
        }
    }

    private static void WriteRecord(Stream stream, Event message)
    {
        byte[] data = message.ToByteArray();
        // One write for each record, so that a kill tears at most the last.
        byte[] record = new byte[LengthBytes + ChecksumBytes + data.Length + ChecksumBytes];
        BinaryPrimitives.WriteUInt64LittleEndian(record, (ulong)data.Length);
        BinaryPrimitives.WriteUInt32LittleEndian(record.AsSpan(LengthBytes), Checksum(record.AsSpan(0, LengthBytes)));
        data.CopyTo(record, LengthBytes + ChecksumBytes);
        BinaryPrimitives.WriteUInt32LittleEndian(record.AsSpan(record.Length - ChecksumBytes), Checksum(data));
        stream.Write(record);
    }

    // The masked CRC-32C of the TFRecord format.
    public static uint Checksum(ReadOnlySpan<byte> data)
    {
        uint crc = uint.MaxValue;
        foreach (byte value in data)
        {
            crc = BitOperations.Crc32C(crc, value);
        }

        return BitOperations.RotateRight(~crc, 15) + 0xa282ead8;
    }
}

/// <summary>A point of a curve in TensorBoard.</summary>
/// <param name="Tag">The curve.</param>
/// <param name="Step">Completed steps.</param>
/// <param name="Value">The value.</param>
/// <param name="WallTime">When it was written, in seconds since 1970.</param>
internal readonly record struct ScalarEvent(string Tag, long Step, float Value, double WallTime);
