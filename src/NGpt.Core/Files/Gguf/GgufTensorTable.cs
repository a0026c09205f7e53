using System.Collections.Immutable;
using System.Runtime.InteropServices;
using NGpt.Core.Errors;

namespace NGpt.Core.Files.Gguf;

/// <summary>Reads and checks the table of tensors in a GGUF file's header.</summary>
internal static class GgufTensorTable
{
    /// <summary>Reads the table.</summary>
    public static List<GgufTensor> Read(ref GgufCursor cursor, int count)
    {
        List<GgufTensor> tensors = [];
        HashSet<string> names = new(StringComparer.Ordinal);
        for (int i = 0; i < count; i++)
        {
            cursor.Enter("tensor", i);
            string name = cursor.ReadText(GgufHeader.MaxNameLength);
            cursor.EnterName(name);
            if (!names.Add(name))
            {
                throw cursor.Wrong("is there twice");
            }

            tensors.Add(ReadTensor(ref cursor, name));
        }

        return tensors;
    }

    /// <summary>Checks that tensors are aligned, lie inside the data section and do not overlap.</summary>
    public static void CheckLayout(string path, List<GgufTensor> tensors, int alignment, long dataLength)
    {
        long end = 0;
        GgufTensor? previous = null;
        foreach (GgufTensor tensor in tensors.OrderBy(tensor => tensor.Offset).ThenBy(tensor => tensor.ByteLength))
        {
            if (tensor.Offset % alignment != 0)
            {
                throw Wrong(tensor, $"begins at offset {tensor.Offset}, which is not a multiple of the alignment {alignment}");
            }

            if (tensor.Offset > dataLength || tensor.ByteLength > dataLength - tensor.Offset)
            {
                throw Wrong(tensor, $"of {tensor.ByteLength} bytes begins at offset {tensor.Offset}, but the data section has {Math.Max(0, dataLength)} bytes");
            }

            if (tensor.Offset < end)
            {
                throw Wrong(tensor, $"begins at offset {tensor.Offset} and overlaps tensor {Quoted.Name(previous!.Name)}, which ends at {end}");
            }

            end = tensor.Offset + tensor.ByteLength;
            previous = tensor;
        }

        FileFormatException Wrong(GgufTensor tensor, string problem) => new(path, $"tensor {Quoted.Name(tensor.Name)} {problem}", GgufHeader.Remedy);
    }

    private static GgufTensor ReadTensor(ref GgufCursor cursor, string name)
    {
        uint rank = cursor.ReadU32();
        if (rank > GgufHeader.MaxRank)
        {
            throw cursor.Wrong($"has {rank} dimensions; at most {GgufHeader.MaxRank} are allowed");
        }

        // Innermost first in the file, outermost first in the shape.
        long[] shape = new long[rank];
        for (int i = shape.Length - 1; i >= 0; i--)
        {
            shape[i] = ReadLong(ref cursor, "a dimension");
        }

        uint id = cursor.ReadU32();
        GgufTensorType type = (GgufTensorType)id;
        if (!Enum.IsDefined(type))
        {
            throw cursor.Wrong($"has the type {GgufTensorTypes.Describe(id)}, which is not read here; known are {GgufTensorTypes.KnownNames}");
        }

        long offset = ReadLong(ref cursor, "an offset");
        try
        {
            return new GgufTensor(name, type, ImmutableCollectionsMarshal.AsImmutableArray(shape), offset, type.ByteLength(shape));
        }
        catch (ArgumentException failure)
        {
            throw cursor.Wrong($"cannot be: {failure.Message}");
        }
        catch (OverflowException)
        {
            throw cursor.Wrong($"of shape [{string.Join(", ", shape)}] does not fit 64 bits");
        }
    }

    private static long ReadLong(ref GgufCursor cursor, string what)
    {
        ulong number = cursor.ReadU64();
        return number <= long.MaxValue ? (long)number : throw cursor.Wrong($"has {what} of {number}; at most {long.MaxValue} is allowed");
    }
}

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
