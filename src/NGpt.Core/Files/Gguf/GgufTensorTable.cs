using System.Runtime.InteropServices;
using NGpt.Core.Errors;

namespace NGpt.Core.Files.Gguf;

/// <summary>Reads and checks the table of tensors in a GGUF file's header.</summary>
internal static class GgufTensorTable
{
    /// <summary>Reads the table.</summary>
    /// <param name="cursor">Where to read.</param>
    /// <param name="count">The number of tensors.</param>
    /// <exception cref="FileFormatException">A tensor is not as the format has it.</exception>
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
    /// <param name="path">The file, for messages.</param>
    /// <param name="tensors">The tensors.</param>
    /// <param name="alignment">What offsets are multiples of.</param>
    /// <param name="dataLength">The bytes of the data section; negative where the file ends before it.</param>
    /// <exception cref="FileFormatException">Something does not hold.</exception>
    public static void CheckLayout(string path, List<GgufTensor> tensors, int alignment, long dataLength)
    {
        long end = 0;
        GgufTensor? previous = null;
        foreach (GgufTensor tensor in tensors.OrderBy(tensor => tensor.Offset).ThenBy(tensor => tensor.ByteLength))
        {
            if (tensor.Offset % alignment != 0)
            {
                throw Wrong(tensor, $"begins at offset {tensor.Offset}, which is no multiple of the alignment {alignment}");
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
        if (rank > GgufHeader.HighestRank)
        {
            throw cursor.Wrong($"has {rank} dimensions; at most {GgufHeader.HighestRank} are allowed");
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
            throw cursor.Wrong($"has the type {id}, which is not read here; known are {GgufTensorTypes.KnownNames}");
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
