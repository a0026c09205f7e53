namespace NGpt.Core.Files.Gguf;

/// <summary>The types of GGUF metadata; the numbers are those of the format.</summary>
public enum GgufValueType
{
    /// <summary>8-bit unsigned integer.</summary>
    U8 = 0,

    /// <summary>8-bit signed integer.</summary>
    I8 = 1,

    /// <summary>16-bit unsigned integer.</summary>
    U16 = 2,

    /// <summary>16-bit signed integer.</summary>
    I16 = 3,

    /// <summary>32-bit unsigned integer.</summary>
    U32 = 4,

    /// <summary>32-bit signed integer.</summary>
    I32 = 5,

    /// <summary>32-bit IEEE floating point.</summary>
    F32 = 6,

    /// <summary>One byte: 0 is false, 1 is true.</summary>
    Bool = 7,

    /// <summary>UTF-8 text.</summary>
    Text = 8,

    /// <summary>Values of one type; they may be arrays themselves.</summary>
    Array = 9,

    /// <summary>64-bit unsigned integer.</summary>
    U64 = 10,

    /// <summary>64-bit signed integer.</summary>
    I64 = 11,

    /// <summary>64-bit IEEE floating point.</summary>
    F64 = 12,
}

/// <summary>Sizes of <see cref="GgufValueType"/> and the .NET types that hold them.</summary>
internal static class GgufValueTypes
{
    /// <summary>The least bytes that a value takes in a file: for text and arrays, those of an empty one.</summary>
    public static int MinBytes(this GgufValueType type) => type switch
    {
        GgufValueType.U8 or GgufValueType.I8 or GgufValueType.Bool => 1,
        GgufValueType.U16 or GgufValueType.I16 => 2,
        GgufValueType.U32 or GgufValueType.I32 or GgufValueType.F32 => 4,
        GgufValueType.U64 or GgufValueType.I64 or GgufValueType.F64 or GgufValueType.Text => 8,
        GgufValueType.Array => 12,
        _ => throw new ArgumentOutOfRangeException(nameof(type), type, "Not a metadata type."),
    };

    /// <summary>The type that holds a .NET type.</summary>
    public static GgufValueType Of<T>() =>
        typeof(T) == typeof(byte) ? GgufValueType.U8
        : typeof(T) == typeof(sbyte) ? GgufValueType.I8
        : typeof(T) == typeof(ushort) ? GgufValueType.U16
        : typeof(T) == typeof(short) ? GgufValueType.I16
        : typeof(T) == typeof(uint) ? GgufValueType.U32
        : typeof(T) == typeof(int) ? GgufValueType.I32
        : typeof(T) == typeof(float) ? GgufValueType.F32
        : typeof(T) == typeof(bool) ? GgufValueType.Bool
        : typeof(T) == typeof(string) ? GgufValueType.Text
        : typeof(T) == typeof(GgufValue) ? GgufValueType.Array
        : typeof(T) == typeof(ulong) ? GgufValueType.U64
        : typeof(T) == typeof(long) ? GgufValueType.I64
        : typeof(T) == typeof(double) ? GgufValueType.F64
        : throw new ArgumentException($"{typeof(T).Name} is not a type of GGUF metadata.");
}
