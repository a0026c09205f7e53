using System.Buffers.Binary;
using System.Numerics;
using NGpt.Core.Errors;

namespace NGpt.Core.Files.Gguf;

/// <summary>
/// Reads and checks what comes before a GGUF file's tensors. Nothing in it is believed: what is returned describes tensors that
/// lie inside the file and do not overlap, and what is allocated is bounded by what the file really holds.
/// </summary>
internal sealed class GgufHeader
{
    /// <summary>The first bytes of every file, <c>GGUF</c>.</summary>
    public const uint Magic = 0x46554747;

    /// <summary>The version that is written.</summary>
    public const uint Version = 3;

    /// <summary>The version before it, which is read too: little-endian files of both are laid out alike.</summary>
    public const uint EarlierVersion = 2;

    /// <summary>Magic, version and the two counts.</summary>
    public const int FixedLength = 24;

    /// <summary>The most bytes of metadata and tensor table that are read or written.</summary>
    public const int MaxHeaderLength = 100_000_000;

    /// <summary>The most metadata entries, arrays in them, and tensors.</summary>
    public const int MaxEntries = 65_536;

    /// <summary>The most bytes of a metadata key.</summary>
    public const int MaxKeyLength = 65_535;

    /// <summary>The most bytes of a tensor's name.</summary>
    public const int MaxNameLength = 64;

    /// <summary>The most sizes of a tensor's shape.</summary>
    public const int MaxRank = 4;

    /// <summary>How deep arrays of arrays may be: 1 is an array of plain values.</summary>
    public const int MaxArrayDepth = 4;

    /// <summary>The alignment of files that do not name another.</summary>
    public const int DefaultAlignment = 32;

    /// <summary>The key that names the alignment.</summary>
    public const string AlignmentKey = "general.alignment";

    /// <summary>What to do about a file that cannot be used.</summary>
    public const string Remedy = "the file is damaged or not GGUF as it is read here: copy or export it again";

    private const int MinAlignment = 8;
    private const int MaxAlignment = 65_536;

    private GgufHeader(IReadOnlyDictionary<string, GgufValue> metadata, IReadOnlyList<GgufTensor> tensors, long dataStart) =>
        (Metadata, Tensors, DataStart) = (metadata, tensors, dataStart);

    /// <summary>The metadata in file order.</summary>
    public IReadOnlyDictionary<string, GgufValue> Metadata { get; }

    /// <summary>The tensors in the order of the table.</summary>
    public IReadOnlyList<GgufTensor> Tensors { get; }

    /// <summary>Where the data section begins.</summary>
    public long DataStart { get; }

    /// <summary>Parses and checks a header.</summary>
    public static GgufHeader Parse(string path, ReadOnlySpan<byte> bytes, long fileLength)
    {
        GgufCursor cursor = new(path, bytes, bytes.Length == fileLength);
        CheckVersion(ref cursor);
        int tensorCount = ReadEntryCount(ref cursor, "tensors");
        int metadataCount = ReadEntryCount(ref cursor, "metadata entries");
        OrderedDictionary<string, GgufValue> metadata = ReadMetadata(ref cursor, metadataCount);
        int alignment = Alignment(path, metadata);
        List<GgufTensor> tensors = GgufTensorTable.Read(ref cursor, tensorCount);
        long dataStart = Aligned(cursor.Position, alignment);
        GgufTensorTable.CheckLayout(path, tensors, alignment, fileLength - dataStart);
        return new GgufHeader(metadata, tensors, dataStart);
    }

    /// <summary>A place moved up to the next multiple of the alignment, a power of two.</summary>
    public static long Aligned(long place, int alignment) => checked(place + alignment - 1) & -(long)alignment;

    private static void CheckVersion(ref GgufCursor cursor)
    {
        if (cursor.ReadU32() != Magic)
        {
            throw cursor.Wrong("does not begin with GGUF");
        }

        uint version = cursor.ReadU32();
        if (version is not (Version or EarlierVersion))
        {
            throw cursor.Wrong(BinaryPrimitives.ReverseEndianness(version) is Version or EarlierVersion
                ? "is big-endian; little-endian files are read"
                : $"has the version {version}; versions {EarlierVersion} and {Version} are read");
        }
    }

    private static int ReadEntryCount(ref GgufCursor cursor, string what)
    {
        ulong count = cursor.ReadU64();
        return count <= MaxEntries ? (int)count : throw cursor.Wrong($"names {count} {what}; at most {MaxEntries} are read");
    }

    private static OrderedDictionary<string, GgufValue> ReadMetadata(ref GgufCursor cursor, int count)
    {
        OrderedDictionary<string, GgufValue> metadata = new(StringComparer.Ordinal);
        int arrays = 0;
        for (int i = 0; i < count; i++)
        {
            cursor.Enter("metadata entry", i);
            string key = cursor.ReadText(MaxKeyLength);
            cursor.EnterName(key);
            if (!metadata.TryAdd(key, GgufValueReader.Read(ref cursor, ref arrays)))
            {
                throw cursor.Wrong("is there twice");
            }
        }

        return metadata;
    }

    private static int Alignment(string path, OrderedDictionary<string, GgufValue> metadata)
    {
        if (!metadata.TryGetValue(AlignmentKey, out GgufValue? value))
        {
            return DefaultAlignment;
        }

        return value.Type == GgufValueType.U32 && value.TryInteger(out long alignment) && BitOperations.IsPow2(alignment) && alignment is >= MinAlignment and <= MaxAlignment
            ? (int)alignment
            : throw new FileFormatException(
                path,
                $"metadata '{AlignmentKey}' is {value}; expected U32, a power of two from {MinAlignment} to {MaxAlignment}",
                Remedy);
    }
}
