using System.Collections.Immutable;
using NGpt.Core.Files.Native;

namespace NGpt.Core.Files.Gguf;

/// <summary>One tensor to be written to a GGUF file: what it is, and how its bytes are produced when their turn comes.</summary>
public sealed class GgufEntry
{
    // One less than the format allows: llama.cpp keeps names in 64 bytes with a closing zero.
    private const int MaxNameLength = GgufHeader.MaxNameLength - 1;

    /// <summary>Describes a tensor.</summary>
    /// <param name="name">The name, unique in its file, of 1 to 63 bytes in UTF-8.</param>
    /// <param name="type">The type.</param>
    /// <param name="shape">At most four sizes, outermost first, so [rows, columns]; empty for a scalar.</param>
    /// <param name="write">
    /// Writes exactly <see cref="ByteLength"/> bytes, the rows one after the other, in as many pieces as it likes. Called once for
    /// each file written.
    /// </param>
    /// <exception cref="ArgumentException">
    /// The name is empty or too long, or a size is negative, or there are too many, or their product overflows, or a row is no
    /// whole number of the type's blocks.
    /// </exception>
    public GgufEntry(string name, GgufTensorType type, ReadOnlySpan<long> shape, Action<Stream> write)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        ArgumentNullException.ThrowIfNull(write);
        if (GgufText.Strict.GetByteCount(name) > MaxNameLength)
        {
            throw new ArgumentException($"The name {Quoted.Name(name)} has more than {MaxNameLength} bytes.", nameof(name));
        }

        ArgumentOutOfRangeException.ThrowIfGreaterThan(shape.Length, GgufHeader.HighestRank, nameof(shape));
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
            ByteLength = type.ByteLength(shape);
        }
        catch (OverflowException failure)
        {
            throw new ArgumentException("The tensor's size does not fit 64 bits.", nameof(shape), failure);
        }
    }

    /// <summary>The name.</summary>
    public string Name { get; }

    /// <summary>The type.</summary>
    public GgufTensorType Type { get; }

    /// <summary>The sizes, outermost first; empty for a scalar.</summary>
    public ImmutableArray<long> Shape { get; }

    /// <summary>The number of bytes.</summary>
    public long ByteLength { get; }

    /// <summary>Writes the bytes.</summary>
    internal Action<Stream> Write { get; }

    /// <summary>A tensor in managed memory, which must stay unchanged until it is written.</summary>
    /// <typeparam name="T">See <see cref="GgufTensorTypes.IsStoredAs{T}"/>.</typeparam>
    /// <param name="name">The name.</param>
    /// <param name="type">The type, which <typeparamref name="T"/> must fit.</param>
    /// <param name="shape">The sizes, outermost first.</param>
    /// <param name="content">The values in row-major order, or, of a type in blocks, the bytes of the rows.</param>
    /// <exception cref="ArgumentException">The .NET type or the length does not fit, or as for the constructor.</exception>
    public static GgufEntry FromMemory<T>(string name, GgufTensorType type, ReadOnlySpan<long> shape, ReadOnlyMemory<T> content)
        where T : unmanaged
    {
        if (!type.IsStoredAs<T>())
        {
            throw new ArgumentException($"{typeof(T).Name} is not the form of {type}.", nameof(content));
        }

        GgufEntry entry = new(name, type, shape, stream => ElementBytes.Write(content.Span, stream));
        long given = (long)content.Length * (type.BlockLength() == 1 ? type.BlockBytes() : 1);
        return given == entry.ByteLength
            ? entry
            : throw new ArgumentException($"{given} bytes were given; the shape has {entry.ByteLength}.", nameof(content));
    }

    /// <summary>A tensor whose bytes are in unmanaged memory.</summary>
    /// <param name="name">The name.</param>
    /// <param name="type">The type.</param>
    /// <param name="shape">The sizes, outermost first.</param>
    /// <param name="source">
    /// The address of the rows, one behind the other; the caller guarantees that it stays readable until the file is written.
    /// </param>
    /// <exception cref="ArgumentException">As for the constructor.</exception>
    public static GgufEntry FromUnmanaged(string name, GgufTensorType type, ReadOnlySpan<long> shape, nint source)
    {
        long length = new GgufEntry(name, type, shape, static _ => { }).ByteLength;
        return new GgufEntry(name, type, shape, stream => UnmanagedBytes.Write(source, length, stream));
    }
}
