namespace NGpt.Data.Corpora.Parquet;

/// <summary>
/// Reads Thrift's compact form, in which Parquet writes its metadata. Checks every length: Parquet.Net's own reader continues
/// for ever behind the end of damaged data, so nothing that was not read here is given to it.
/// </summary>
internal ref struct CompactReader(ReadOnlySpan<byte> bytes)
{
    private const int DeepestNesting = 32;

    private readonly ReadOnlySpan<byte> _bytes = bytes;

    /// <summary>Bytes read so far.</summary>
    public int Position { get; private set; }

    /// <summary>Begins the next field of a structure.</summary>
    public bool ReadField(ref int id, out CompactType type)
    {
        byte header = ReadByte();
        type = (CompactType)(header & 0xF);
        if (type == CompactType.Stop)
        {
            return false;
        }

        id = header >> 4 == 0 ? (int)ReadInteger() : id + (header >> 4);
        return true;
    }

    /// <summary>Begins a list.</summary>
    public int ReadList(CompactType field, CompactType element)
    {
        Require(field, CompactType.List);
        (int count, CompactType found) = ReadListHeader();
        if (count > 0)
        {
            Require(found, element);
        }

        return count;
    }

    /// <summary>Reads an integer.</summary>
    public long ReadInteger(CompactType type, CompactType expected)
    {
        Require(type, expected);
        return ReadInteger();
    }

    /// <summary>Whether a field is true, which its type says.</summary>
    public static bool ReadBoolean(CompactType type) => type is CompactType.True or CompactType.False
        ? type == CompactType.True
        : throw new InvalidDataException($"a value is of type {type} instead of true or false");

    /// <summary>Reads bytes.</summary>
    public ReadOnlySpan<byte> ReadBytes(CompactType type)
    {
        Require(type, CompactType.Binary);
        return ReadBytes();
    }

    /// <summary>Passes over a value.</summary>
    public void Skip(CompactType type, int depth = 0)
    {
        if (depth > DeepestNesting)
        {
            throw new InvalidDataException("its structures are nested too deeply");
        }

        switch (type)
        {
            case CompactType.True or CompactType.False:
                break;
            case CompactType.Byte:
                Take(1);
                break;
            case CompactType.Int16 or CompactType.Int32 or CompactType.Int64:
                ReadVariable();
                break;
            case CompactType.Double:
                Take(8);
                break;
            case CompactType.Binary:
                ReadBytes();
                break;
            case CompactType.List or CompactType.Set:
                (int count, CompactType element) = ReadListHeader();
                for (int i = 0; i < count; i++)
                {
                    // Alone, true and false are part of the type; in a list they take a byte.
                    Skip(element is CompactType.True or CompactType.False ? CompactType.Byte : element, depth + 1);
                }

                break;
            case CompactType.Struct:
                for (int id = 0; ReadField(ref id, out CompactType field);)
                {
                    Skip(field, depth + 1);
                }

                break;
            default:
                throw new InvalidDataException($"a value is of the unknown type {(int)type}");
        }
    }

    /// <summary>Throws unless a value is of the type that it must have.</summary>
    public static void Require(CompactType type, CompactType expected)
    {
        if (type != expected)
        {
            throw new InvalidDataException($"a value is of type {type} instead of {expected}");
        }
    }

    private (int Count, CompactType Element) ReadListHeader()
    {
        byte header = ReadByte();
        ulong count = header >> 4 == 15 ? ReadVariable() : (ulong)header >> 4;
        return count <= (ulong)(_bytes.Length - Position)
            ? ((int)count, (CompactType)(header & 0xF))
            : throw new InvalidDataException($"a list claims {count:N0} elements");
    }

    private ReadOnlySpan<byte> ReadBytes()
    {
        ulong length = ReadVariable();
        return Take(length <= int.MaxValue ? (int)length : int.MaxValue);
    }

    private long ReadInteger()
    {
        ulong value = ReadVariable();
        return (long)(value >> 1) ^ -(long)(value & 1);
    }

    private ulong ReadVariable()
    {
        ulong value = 0;
        for (int shift = 0; shift < 64; shift += 7)
        {
            byte next = ReadByte();
            value |= (ulong)(next & 0x7F) << shift;
            if (next < 0x80)
            {
                return value;
            }
        }

        throw new InvalidDataException("a number is too long");
    }

    private byte ReadByte() => Take(1)[0];

    private ReadOnlySpan<byte> Take(int length)
    {
        if (length > _bytes.Length - Position)
        {
            throw new InvalidDataException("it ends inside a value");
        }

        Position += length;
        return _bytes.Slice(Position - length, length);
    }
}

/// <summary>The types of Thrift's compact form.</summary>
internal enum CompactType
{
    Stop = 0,
    True = 1,
    False = 2,
    Byte = 3,
    Int16 = 4,
    Int32 = 5,
    Int64 = 6,
    Double = 7,
    Binary = 8,
    List = 9,
    Set = 10,
    Map = 11,
    Struct = 12,
}
