using System.Collections.Immutable;
using NGpt.Core.Files.Native;

namespace NGpt.Core.Files;

/// <summary>One tensor to be written: what it is, and how its bytes are produced when their turn comes.</summary>
public sealed class SafetensorsEntry
{
    /// <summary>Describes a tensor.</summary>
    /// <param name="name">The name, unique in its file and not <c>__metadata__</c>.</param>
    /// <param name="type">The element type.</param>
    /// <param name="shape">The sizes, outermost first; empty for a scalar.</param>
    /// <param name="write">
    /// Writes exactly <see cref="ByteLength"/> bytes, the little-endian elements in row-major order, in as many pieces
    /// as it likes. Called once for each file written.
    /// </param>
    /// <exception cref="ArgumentException">The name is empty or reserved, or a size is negative, or the product overflows.</exception>
    public SafetensorsEntry(string name, TensorType type, ReadOnlySpan<long> shape, Action<Stream> write)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        ArgumentNullException.ThrowIfNull(write);
        if (name == SafetensorsHeader.MetadataKey)
        {
            throw new ArgumentException("This name is reserved for the metadata.", nameof(name));
        }

        foreach (long size in shape)
        {
            ArgumentOutOfRangeException.ThrowIfNegative(size, nameof(shape));
        }

        Name = name;
        Type = type;
        Shape = [.. shape];
        Write = write;
        try
        {
            ByteLength = SafetensorsHeader.ByteLength(type, shape);
        }
        catch (OverflowException failure)
        {
            throw new ArgumentException("The tensor's size does not fit 64 bits.", nameof(shape), failure);
        }
    }

    /// <summary>The name.</summary>
    public string Name { get; }

    /// <summary>The element type.</summary>
    public TensorType Type { get; }

    /// <summary>The sizes, outermost first; empty for a scalar.</summary>
    public ImmutableArray<long> Shape { get; }

    /// <summary>The number of bytes.</summary>
    public long ByteLength { get; }

    /// <summary>Writes the bytes.</summary>
    internal Action<Stream> Write { get; }

    /// <summary>A tensor whose elements are in managed memory, which must stay unchanged until it is written.</summary>
    /// <typeparam name="T">The element type: see <see cref="TensorTypes.IsStoredAs{T}"/>.</typeparam>
    /// <param name="name">The name.</param>
    /// <param name="type">The stored element type, which <typeparamref name="T"/> must fit.</param>
    /// <param name="shape">The sizes, outermost first.</param>
    /// <param name="elements">The elements in row-major order: as many as the shape says.</param>
    /// <exception cref="ArgumentException">The element type or number does not fit, or as for the constructor.</exception>
    public static SafetensorsEntry FromMemory<T>(string name, TensorType type, ReadOnlySpan<long> shape, ReadOnlyMemory<T> elements)
        where T : unmanaged
    {
        if (!type.IsStoredAs<T>())
        {
            throw new ArgumentException($"{typeof(T).Name} is not the form of {type.SafetensorsName()}.", nameof(elements));
        }

        SafetensorsEntry entry = new(name, type, shape, stream => ElementBytes.Write(elements.Span, stream));
        return entry.ByteLength == (long)elements.Length * type.ByteSize()
            ? entry
            : throw new ArgumentException($"{elements.Length} elements were given; the shape has {entry.ByteLength / type.ByteSize()}.", nameof(elements));
    }

    /// <summary>A tensor whose bytes are in memory that a native library owns.</summary>
    /// <param name="name">The name.</param>
    /// <param name="type">The element type.</param>
    /// <param name="shape">The sizes, outermost first.</param>
    /// <param name="source">
    /// The address of the contiguous elements; the caller guarantees that it stays readable until the file is written.
    /// </param>
    /// <exception cref="ArgumentException">As for the constructor.</exception>
    public static SafetensorsEntry FromUnmanaged(string name, TensorType type, ReadOnlySpan<long> shape, nint source)
    {
        long length = new SafetensorsEntry(name, type, shape, static _ => { }).ByteLength;
        return new SafetensorsEntry(name, type, shape, stream => UnmanagedBytes.Write(source, length, stream));
    }
}
