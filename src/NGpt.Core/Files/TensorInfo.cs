using System.Collections.Immutable;

namespace NGpt.Core.Files;

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
