using System.Runtime.InteropServices;

namespace NGpt.Core.Files.Gguf;

/// <summary>Reads the values of a GGUF file's metadata.</summary>
internal static class GgufValueReader
{
    /// <summary>Reads a type and the value behind it.</summary>
    public static GgufValue Read(ref GgufCursor cursor, ref int arrays)
    {
        GgufValueType type = ReadType(ref cursor);
        return type switch
        {
            GgufValueType.U8 => GgufValue.Of(cursor.Read<byte>()),
            GgufValueType.I8 => GgufValue.Of(cursor.Read<sbyte>()),
            GgufValueType.U16 => GgufValue.Of(cursor.Read<ushort>()),
            GgufValueType.I16 => GgufValue.Of(cursor.Read<short>()),
            GgufValueType.U32 => GgufValue.Of(cursor.Read<uint>()),
            GgufValueType.I32 => GgufValue.Of(cursor.Read<int>()),
            GgufValueType.F32 => GgufValue.Of(cursor.Read<float>()),
            GgufValueType.U64 => GgufValue.Of(cursor.Read<ulong>()),
            GgufValueType.I64 => GgufValue.Of(cursor.Read<long>()),
            GgufValueType.F64 => GgufValue.Of(cursor.Read<double>()),
            GgufValueType.Bool => GgufValue.Of(ReadFlags(ref cursor, 1)[0]),
            GgufValueType.Text => GgufValue.Of(cursor.ReadText(GgufHeader.MaxHeaderLength)),
            _ => ReadArray(ref cursor, 1, ref arrays),
        };
    }

    private static GgufValue ReadArray(ref GgufCursor cursor, int depth, ref int arrays)
    {
        if (depth > GgufHeader.MaxArrayDepth)
        {
            throw cursor.Wrong($"has arrays nested more than {GgufHeader.MaxArrayDepth} deep");
        }

        if (++arrays > GgufHeader.MaxEntries)
        {
            throw cursor.Wrong($"has more arrays than the {GgufHeader.MaxEntries} that are read");
        }

        GgufValueType type = ReadType(ref cursor);
        int count = cursor.ReadCount(type.MinBytes());
        return type switch
        {
            GgufValueType.U8 => Numbers<byte>(ref cursor, type, count),
            GgufValueType.I8 => Numbers<sbyte>(ref cursor, type, count),
            GgufValueType.U16 => Numbers<ushort>(ref cursor, type, count),
            GgufValueType.I16 => Numbers<short>(ref cursor, type, count),
            GgufValueType.U32 => Numbers<uint>(ref cursor, type, count),
            GgufValueType.I32 => Numbers<int>(ref cursor, type, count),
            GgufValueType.F32 => Numbers<float>(ref cursor, type, count),
            GgufValueType.U64 => Numbers<ulong>(ref cursor, type, count),
            GgufValueType.I64 => Numbers<long>(ref cursor, type, count),
            GgufValueType.F64 => Numbers<double>(ref cursor, type, count),
            GgufValueType.Bool => GgufValue.OwnedArray(ReadFlags(ref cursor, count), type),
            GgufValueType.Text => Texts(ref cursor, count),
            _ => Arrays(ref cursor, count, depth, ref arrays),
        };
    }

    private static GgufValue Numbers<T>(ref GgufCursor cursor, GgufValueType type, int count)
        where T : unmanaged
    {
        // The count was compared with the bytes that are left: the product fits.
        ReadOnlySpan<byte> bytes = cursor.Take(count * type.MinBytes());
        T[] values = new T[count];
        bytes.CopyTo(MemoryMarshal.AsBytes(values.AsSpan()));
        return GgufValue.OwnedArray(values, type);
    }

    private static bool[] ReadFlags(ref GgufCursor cursor, int count)
    {
        ReadOnlySpan<byte> bytes = cursor.Take(count);

        // A .NET bool with another value than 0 and 1 would break the code that meets it.
        if (bytes.ContainsAnyExceptInRange((byte)0, (byte)1))
        {
            throw cursor.Wrong("has a truth value other than 0 and 1");
        }

        return MemoryMarshal.Cast<byte, bool>(bytes).ToArray();
    }

    private static GgufValue Texts(ref GgufCursor cursor, int count)
    {
        string[] texts = new string[count];
        for (int i = 0; i < count; i++)
        {
            texts[i] = cursor.ReadText(GgufHeader.MaxHeaderLength);
        }

        return GgufValue.OwnedArray(texts, GgufValueType.Text);
    }

    private static GgufValue Arrays(ref GgufCursor cursor, int count, int depth, ref int arrays)
    {
        GgufValue[] values = new GgufValue[count];
        for (int i = 0; i < count; i++)
        {
            values[i] = ReadArray(ref cursor, depth + 1, ref arrays);
        }

        return GgufValue.OwnedArray(values, GgufValueType.Array);
    }

    private static GgufValueType ReadType(ref GgufCursor cursor)
    {
        uint type = cursor.ReadU32();
        return type <= (uint)GgufValueType.F64
            ? (GgufValueType)type
            : throw cursor.Wrong($"has the unknown type {type}; known are 0 to {(int)GgufValueType.F64}");
    }
}
