namespace NGpt.Core.Files;

/// <summary>Sizes and names of <see cref="TensorType"/>.</summary>
public static class TensorTypes
{
    /// <summary>The names that <see cref="TryParse"/> accepts, for messages.</summary>
    internal const string KnownNames = "F64, F32, F16, BF16, I64, I32, I16, I8, U8, BOOL";

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
