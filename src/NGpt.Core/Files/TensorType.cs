using System.Collections.Immutable;

namespace NGpt.Core.Files;

/// <summary>The element types of stored tensors, named as in safetensors. Every one is little-endian on disk.</summary>
public enum TensorType
{
    /// <summary>64-bit IEEE floating point.</summary>
    F64,

    /// <summary>32-bit IEEE floating point.</summary>
    F32,

    /// <summary>16-bit IEEE floating point.</summary>
    F16,

    /// <summary>bfloat16: the upper half of a 32-bit float.</summary>
    BF16,

    /// <summary>64-bit signed integer.</summary>
    I64,

    /// <summary>32-bit signed integer.</summary>
    I32,

    /// <summary>16-bit signed integer.</summary>
    I16,

    /// <summary>8-bit signed integer.</summary>
    I8,

    /// <summary>8-bit unsigned integer.</summary>
    U8,

    /// <summary>One byte: 0 is false, 1 is true (<c>BOOL</c> in safetensors).</summary>
    Bool,
}

/// <summary>Sizes and names of <see cref="TensorType"/>.</summary>
public static class TensorTypes
{
    /// <summary>The names that <see cref="TryParse"/> accepts, for messages.</summary>
    internal const string KnownNames = "F64, F32, F16, BF16, I64, I32, I16, I8, U8, BOOL";

    /// <summary>The types that weights can have, for messages.</summary>
    internal const string FloatNames = "F32, F16 or BF16";

    /// <summary>Whether the type is one that weights can have: float32 holds all its values.</summary>
    internal static bool IsFloat32OrShorter(this TensorType type) => type is TensorType.F32 or TensorType.F16 or TensorType.BF16;

    /// <summary>Bytes of one element.</summary>
    /// <param name="type">The element type.</param>
    /// <exception cref="ArgumentOutOfRangeException">The value is not one of the enumeration's.</exception>
    public static int ByteSize(this TensorType type) => type switch
    {
        TensorType.F64 or TensorType.I64 => 8,
        TensorType.F32 or TensorType.I32 => 4,
        TensorType.F16 or TensorType.BF16 or TensorType.I16 => 2,
        TensorType.I8 or TensorType.U8 or TensorType.Bool => 1,
        _ => throw new ArgumentOutOfRangeException(nameof(type), type, "Not a tensor type."),
    };

    /// <summary>The name in a safetensors header, such as <c>BF16</c>.</summary>
    /// <param name="type">The element type.</param>
    /// <exception cref="ArgumentOutOfRangeException">The value is not one of the enumeration's.</exception>
    public static string SafetensorsName(this TensorType type) => type switch
    {
        TensorType.F64 => "F64",
        TensorType.F32 => "F32",
        TensorType.F16 => "F16",
        TensorType.BF16 => "BF16",
        TensorType.I64 => "I64",
        TensorType.I32 => "I32",
        TensorType.I16 => "I16",
        TensorType.I8 => "I8",
        TensorType.U8 => "U8",
        TensorType.Bool => "BOOL",
        _ => throw new ArgumentOutOfRangeException(nameof(type), type, "Not a tensor type."),
    };

    /// <summary>Finds the type of a safetensors name.</summary>
    /// <param name="name">The name, in upper case as the format has it.</param>
    /// <param name="type">The type found.</param>
    /// <returns>False when the name is not known here (safetensors has more types than are used for language models).</returns>
    public static bool TryParse(string name, out TensorType type)
    {
        foreach (TensorType candidate in Enum.GetValues<TensorType>())
        {
            if (string.Equals(candidate.SafetensorsName(), name, StringComparison.Ordinal))
            {
                type = candidate;
                return true;
            }
        }

        type = default;
        return false;
    }

    /// <summary>
    /// Whether elements of <paramref name="type"/> may be read into and written from <typeparamref name="T"/> as they are.
    /// BF16 travels as <see cref="ushort"/>, because .NET has no such type; BOOL also as <see cref="byte"/>.
    /// </summary>
    /// <typeparam name="T">The .NET element type.</typeparam>
    /// <param name="type">The stored element type.</param>
    public static bool IsStoredAs<T>(this TensorType type)
        where T : unmanaged => type switch
        {
            TensorType.F64 => typeof(T) == typeof(double),
            TensorType.F32 => typeof(T) == typeof(float),
            TensorType.F16 => typeof(T) == typeof(Half),
            TensorType.BF16 => typeof(T) == typeof(ushort),
            TensorType.I64 => typeof(T) == typeof(long),
            TensorType.I32 => typeof(T) == typeof(int),
            TensorType.I16 => typeof(T) == typeof(short),
            TensorType.I8 => typeof(T) == typeof(sbyte),
            TensorType.U8 => typeof(T) == typeof(byte),
            TensorType.Bool => typeof(T) == typeof(bool) || typeof(T) == typeof(byte),
            _ => false,
        };
}

/// <summary>What a file says about one tensor. Two are equal when every value is, the shape's included.</summary>
/// <param name="Name">The name, unique in its file.</param>
/// <param name="Type">The element type.</param>
/// <param name="Shape">The sizes, outermost first; empty for a scalar.</param>
/// <param name="Offset">Where the bytes begin, counted from the beginning of the file's data section.</param>
/// <param name="ByteLength">The number of bytes: product of the shape times the size of the type.</param>
public sealed record TensorInfo(string Name, TensorType Type, ImmutableArray<long> Shape, long Offset, long ByteLength)
{
    /// <summary>The number of elements: 1 for a scalar, 0 when a size is 0.</summary>
    public long ElementCount => ByteLength / Type.ByteSize();

    /// <inheritdoc/>
    public bool Equals(TensorInfo? other) =>
        other is not null
        && string.Equals(Name, other.Name, StringComparison.Ordinal)
        && Type == other.Type
        && Offset == other.Offset
        && ByteLength == other.ByteLength
        && Shape.AsSpan().SequenceEqual(other.Shape.AsSpan());

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        HashCode hash = default;
        hash.Add(Name, StringComparer.Ordinal);
        hash.Add(Type);
        hash.Add(Offset);
        hash.Add(ByteLength);
        foreach (long size in Shape.AsSpan())
        {
            hash.Add(size);
        }

        return hash.ToHashCode();
    }

    /// <summary>Type and shape as people read them, such as <c>F32 [3, 5]</c>.</summary>
    public string Describe() => $"{Type.SafetensorsName()} [{string.Join(", ", Shape.AsSpan().ToArray())}]";

    /// <inheritdoc/>
    public override string ToString() => $"{Name} {Describe()}";
}
