using System.Collections.Immutable;

namespace NGpt.Core.Files.Gguf;

/// <summary>What a GGUF file says about one tensor, checked.</summary>
public sealed class GgufTensor
{
    internal GgufTensor(string name, GgufTensorType type, ImmutableArray<long> shape, long offset, long byteLength) =>
        (Name, Type, Shape, Offset, ByteLength) = (name, type, shape, offset, byteLength);

    /// <summary>The name, unique in its file.</summary>
    public string Name { get; }

    /// <summary>The type.</summary>
    public GgufTensorType Type { get; }

    /// <summary>
    /// The sizes, outermost first, as everywhere in this library: a matrix is [rows, columns]. In the file itself they are written
    /// the other way round. Empty for a scalar, at most four.
    /// </summary>
    public ImmutableArray<long> Shape { get; }

    /// <summary>Where the bytes begin, counted from the beginning of the file's data section.</summary>
    public long Offset { get; }

    /// <summary>The number of bytes.</summary>
    public long ByteLength { get; }

    /// <summary>The number of values: 1 for a scalar, 0 when a size is 0.</summary>
    public long ElementCount => ByteLength / Type.BlockBytes() * Type.BlockLength();

    /// <summary>Type and shape as people read them, such as <c>Q8_0 [3, 64]</c>.</summary>
    public string Describe() => $"{Type} [{string.Join(", ", Shape.AsSpan().ToArray())}]";

    /// <inheritdoc/>
    public override string ToString() => $"{Name} {Describe()}";
}
