namespace NGpt.Data.Corpora.Parquet;

/// <summary>
/// Reads Thrift's compact form, in which Parquet writes its metadata. Checks every length: Parquet.Net's own reader goes on
/// for ever behind the end of damaged data, so nothing that was not read here is given to it.
/// </summary>
/// <param name="bytes">The data.</param>
internal ref struct CompactReader(ReadOnlySpan<byte> bytes)
{
    private const int DeepestNesting = 32;

    private readonly ReadOnlySpan<byte> _bytes = bytes;

    /// <summary>Bytes read so far.</summary>
    public int Position { get; private set; }

    /// <summary>Begins the next field of a structure.</summary>
    /// <param name="id">The number of the field before, 0 at the beginning; becomes that of this one.</param>
    /// <param name="type">The type of the value.</param>
    /// <returns>False at the end of the structure.</returns>
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
    /// <param name="field">The type of the field.</param>
    /// <param name="element">The type that the elements must have.</param>
    /// <returns>The number of elements, of which each takes at least one byte of what is left.</returns>
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
    /// <param name="type">The type of the field.</param>
    /// <param name="expected">The type that it must have.</param>
    public long ReadInteger(CompactType type, CompactType expected)
    {
        Require(type, expected);
        return ReadInteger();
    }

    /// <summary>Reads bytes.</summary>
    /// <param name="type">The type of the field.</param>
    public ReadOnlySpan<byte> ReadBytes(CompactType type)
    {
        Require(type, CompactType.Binary);
        return ReadBytes();
    }

    /// <summary>Passes over a value.</summary>
    /// <param name="type">Its type.</param>
    /// <param name="depth">How deep it is nested.</param>
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
    /// <param name="type">The type of the value.</param>
    /// <param name="expected">The type that it must have.</param>
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
