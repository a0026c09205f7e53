namespace NGpt.Core.Files.Gguf;

/// <summary>One value of a GGUF file's metadata: a number, a truth value, a text, or an array of one of them. Immutable.</summary>
public sealed class GgufValue
{
    private readonly object _content;

    private GgufValue(GgufValueType type, object content, GgufValueType? elementType = null, int count = 1) =>
        (Type, _content, ElementType, Count) = (type, content, elementType, count);

    /// <summary>The type.</summary>
    public GgufValueType Type { get; }

    /// <summary>The type of an array's elements; null where the value is not an array.</summary>
    public GgufValueType? ElementType { get; }

    /// <summary>The number of an array's elements; 1 where the value is not an array.</summary>
    public int Count { get; }

    /// <summary>A single value.</summary>
    /// <typeparam name="T">
    /// <see cref="byte"/>, <see cref="sbyte"/>, <see cref="ushort"/>, <see cref="short"/>, <see cref="uint"/>, <see cref="int"/>,
    /// <see cref="ulong"/>, <see cref="long"/>, <see cref="float"/>, <see cref="double"/>, <see cref="bool"/> or <see cref="string"/>:
    /// it decides the type in the file.
    /// </typeparam>
    /// <param name="value">The value.</param>
    /// <exception cref="ArgumentException">The type is another one, or the text has an unpaired surrogate.</exception>
    public static GgufValue Of<T>(T value)
        where T : notnull
    {
        GgufValueType type = GgufValueTypes.Of<T>();
        if (type == GgufValueType.Array)
        {
            throw new ArgumentException("The value is a metadata value already.", nameof(value));
        }

        if (value is string text)
        {
            GgufText.RequireUnicode(text);
        }

        return new GgufValue(type, value);
    }

    /// <summary>An array.</summary>
    /// <typeparam name="T">As for <see cref="Of"/>, or <see cref="GgufValue"/> for an array of arrays.</typeparam>
    /// <param name="values">The elements, which are copied.</param>
    /// <exception cref="ArgumentException">
    /// The type is another one, a text has an unpaired surrogate, an element of an array of arrays is not an array, or arrays are nested
    /// more than four deep.
    /// </exception>
    public static GgufValue OfArray<T>(params ReadOnlySpan<T> values)
        where T : notnull
    {
        GgufValueType elementType = GgufValueTypes.Of<T>();
        foreach (T value in values)
        {
            ArgumentNullException.ThrowIfNull(value, nameof(values));
            if (value is string text)
            {
                GgufText.RequireUnicode(text);
            }
            else if (value is GgufValue inner && (inner.Type != GgufValueType.Array || inner.Depth() >= GgufHeader.MaxArrayDepth))
            {
                throw new ArgumentException($"Elements must be arrays, and all together at most {GgufHeader.MaxArrayDepth} deep.", nameof(values));
            }
        }

        return OwnedArray(values.ToArray(), elementType);
    }

    /// <summary>The text.</summary>
    /// <param name="value">The text.</param>
    /// <returns>False where the value is not text.</returns>
    public bool TryText(out string value)
    {
        value = _content as string ?? string.Empty;
        return Type == GgufValueType.Text;
    }

    /// <summary>The truth value.</summary>
    /// <param name="value">The truth value.</param>
    /// <returns>False where the value is none.</returns>
    public bool TryFlag(out bool value)
    {
        value = _content is true;
        return Type == GgufValueType.Bool;
    }

    /// <summary>The number as an integer.</summary>
    /// <param name="value">The number.</param>
    /// <returns>False where the value is not an integer, or larger than <see cref="long.MaxValue"/>.</returns>
    public bool TryInteger(out long value)
    {
        long? number = _content switch
        {
            byte of => of,
            sbyte of => of,
            ushort of => of,
            short of => of,
            uint of => of,
            int of => of,
            ulong of when of <= long.MaxValue => (long)of,
            long of => of,
            _ => null,
        };
        value = number ?? 0;
        return number is not null;
    }

    /// <summary>The number as floating point; integers beyond 2^53 are rounded.</summary>
    /// <param name="value">The number.</param>
    /// <returns>False where the value is not a number.</returns>
    public bool TryNumber(out double value)
    {
        double? number = _content switch
        {
            float of => of,
            double of => of,
            ulong of => of,
            _ => TryInteger(out long integer) ? integer : null,
        };
        value = number ?? 0;
        return number is not null;
    }

    /// <summary>The elements of an array.</summary>
    /// <typeparam name="T">As for <see cref="OfArray"/>: exactly the type of the elements.</typeparam>
    /// <param name="values">The elements.</param>
    /// <returns>False where the value is not an array of that type.</returns>
    public bool TryArray<T>(out ReadOnlyMemory<T> values)
    {
        // By the declared type: .NET takes arrays of a signed and an unsigned type for each other.
        bool isArray = ElementType == GgufValueTypes.Of<T>();
        values = isArray ? (T[])_content : default;
        return isArray;
    }

    /// <summary>Type and content as people read them, such as <c>U32 7</c>; of an array, element type and count.</summary>
    public override string ToString() => Type switch
    {
        GgufValueType.Array => $"{ElementType}[{Count}]",
        GgufValueType.Text => $"{Type} {Quoted.Name((string)_content)}",
        _ => FormattableString.Invariant($"{Type} {_content}"),
    };

    /// <summary>An array that takes over the elements, which are known to be right.</summary>
    internal static GgufValue OwnedArray<T>(T[] values, GgufValueType elementType) => new(GgufValueType.Array, values, elementType, values.Length);

    /// <summary>The content: boxed, a string, or an array.</summary>
    internal object Content => _content;

    // 0 for a value that is not an array, 1 for an array of plain values.
    private int Depth() => _content is GgufValue[] inner ? 1 + inner.Select(value => value.Depth()).DefaultIfEmpty(1).Max() : Type == GgufValueType.Array ? 1 : 0;
}
