using System.Buffers.Binary;
using System.Runtime.InteropServices;
using NGpt.Core.Errors;
using NGpt.Core.Files.Native;

namespace NGpt.Core.Files;

/// <summary>
/// A safetensors file open for reading. A file that is mapped into memory is opened by reading the header only, and each
/// tensor is copied once, from the file to its destination. The whole header is checked when the file is opened.
/// </summary>
/// <remarks>
/// Reading from several threads at once is safe; disposing while another thread reads is not. The file must not be
/// shortened by another program while it is open (writers that rename, such as <see cref="SafetensorsWriter"/>, do not).
/// </remarks>
public sealed class SafetensorsFile : IDisposable
{
    private const string Format = "safetensors";
    private const int LengthField = sizeof(ulong);

    // Elements copied at a time: the bytes of a span must be countable in an int.
    private const int PieceLength = 1 << 24;

    private readonly FileContent _content;
    private readonly long _dataStart;
    private readonly Dictionary<string, TensorInfo> _tensors;

    private SafetensorsFile(string path, FileContent content, long dataStart, SafetensorsHeader header)
    {
        Path = path;
        _content = content;
        _dataStart = dataStart;
        Metadata = header.Metadata;
        TensorList = header.Tensors;
        _tensors = header.Tensors.ToDictionary(tensor => tensor.Name, StringComparer.Ordinal);
    }

    /// <summary>The path that was opened.</summary>
    public string Path { get; }

    /// <summary>The file's string-to-string metadata; empty when it has none.</summary>
    public IReadOnlyDictionary<string, string> Metadata { get; }

    /// <summary>The tensors by name.</summary>
    public IReadOnlyDictionary<string, TensorInfo> Tensors => _tensors;

    /// <summary>The tensors in the order of the file's header.</summary>
    public IReadOnlyList<TensorInfo> TensorList { get; }

    /// <summary>Opens a file and checks its header. The caller disposes the result.</summary>
    /// <param name="path">The file.</param>
    /// <param name="loading">How its content gets into memory.</param>
    /// <exception cref="FileFormatException">The file is not a whole and consistent safetensors file.</exception>
    /// <exception cref="NGptException">The file does not exist or cannot be read.</exception>
    public static SafetensorsFile Open(string path, FileLoading loading = FileLoading.Map) => FileContent.Open(path, Format, LengthField, loading, content =>
    {
        int headerLength = HeaderLength(path, content);
        long dataStart = LengthField + headerLength;
        ReadOnlySpan<byte> json = content.Slice(LengthField, headerLength);
        return new SafetensorsFile(path, content, dataStart, SafetensorsHeader.Parse(path, json, content.Length - dataStart));
    });

    /// <summary>The tensor of a name.</summary>
    /// <param name="name">The name.</param>
    /// <exception cref="FileFormatException">The file has no such tensor.</exception>
    public TensorInfo Find(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return _tensors.TryGetValue(name, out TensorInfo? tensor)
            ? tensor
            : throw new FileFormatException(
                Path,
                $"expected a tensor {Quoted.Name(name)}; found {TensorList.Count} others",
                "check that the file belongs to this model and architecture");
    }

    /// <summary>Copies a tensor's elements, in row-major order.</summary>
    /// <typeparam name="T">The element type: see <see cref="TensorTypes.IsStoredAs{T}"/>.</typeparam>
    /// <param name="name">The tensor.</param>
    /// <param name="destination">As long as the tensor has elements.</param>
    /// <exception cref="FileFormatException">No such tensor, or another type or number of elements.</exception>
    public void Read<T>(string name, Span<T> destination)
        where T : unmanaged
    {
        TensorInfo tensor = Find(name);
        if (!tensor.Type.IsStoredAs<T>())
        {
            throw Mismatch(tensor, $"it is to be read as {typeof(T).Name}");
        }

        if (tensor.ElementCount != destination.Length)
        {
            throw Mismatch(tensor, $"expected {destination.Length} elements, found {tensor.ElementCount}");
        }

        int elementSize = tensor.Type.ByteSize();
        for (int done = 0; done < destination.Length;)
        {
            int piece = Math.Min(destination.Length - done, PieceLength);
            ReadOnlySpan<byte> source = _content.Slice(_dataStart + tensor.Offset + ((long)done * elementSize), piece * elementSize);

            // A .NET bool with another value than 0 and 1 would break the code that meets it.
            if (typeof(T) == typeof(bool) && source.ContainsAnyExceptInRange((byte)0, (byte)1))
            {
                throw Mismatch(tensor, "it has bytes other than 0 and 1");
            }

            source.CopyTo(MemoryMarshal.AsBytes(destination.Slice(done, piece)));
            done += piece;
        }
    }

    /// <summary>A tensor's elements as a new array, in row-major order.</summary>
    /// <typeparam name="T">The element type: see <see cref="TensorTypes.IsStoredAs{T}"/>.</typeparam>
    /// <param name="name">The tensor.</param>
    /// <exception cref="FileFormatException">No such tensor, or another type, or more elements than an array holds.</exception>
    public T[] ReadArray<T>(string name)
        where T : unmanaged
    {
        TensorInfo tensor = Find(name);
        if (tensor.ElementCount > Array.MaxLength)
        {
            throw Mismatch(tensor, $"its {tensor.ElementCount} elements are more than the {Array.MaxLength} of an array");
        }

        // The type decides how much is allocated: it is checked before, in Read it would be too late.
        T[] elements = tensor.Type.IsStoredAs<T>() ? new T[tensor.ElementCount] : [];
        Read(name, elements.AsSpan());
        return elements;
    }

    /// <summary>Copies elements of a tensor as float32 numbers, in row-major order.</summary>
    /// <param name="name">A tensor of type F32, F16 or BF16.</param>
    /// <param name="first">The first element to copy.</param>
    /// <param name="destination">As long as there are elements to copy.</param>
    /// <exception cref="FileFormatException">No such tensor, or another type, or fewer elements.</exception>
    public void ReadFloats(string name, long first, Span<float> destination)
    {
        TensorInfo tensor = Find(name);
        if (!tensor.Type.IsFloat32OrShorter())
        {
            throw Mismatch(tensor, $"expected {TensorTypes.FloatNames}");
        }

        if (first < 0 || first > tensor.ElementCount - destination.Length)
        {
            throw Mismatch(tensor, $"expected {first + destination.Length} elements or more");
        }

        int elementSize = tensor.Type.ByteSize();
        for (int done = 0; done < destination.Length;)
        {
            Span<float> piece = destination.Slice(done, Math.Min(destination.Length - done, PieceLength));
            ReadOnlySpan<byte> source = _content.Slice(_dataStart + tensor.Offset + ((first + done) * elementSize), piece.Length * elementSize);
            switch (tensor.Type)
            {
                case TensorType.F32:
                    source.CopyTo(MemoryMarshal.AsBytes(piece));
                    break;
                case TensorType.F16:
                    StoredFloats.ReadFloat16(source, piece);
                    break;
                default:
                    StoredFloats.ReadBFloat16(source, piece);
                    break;
            }

            done += piece.Length;
        }
    }

    /// <summary>Writes a tensor's bytes, of any length, to a stream.</summary>
    /// <param name="name">The tensor.</param>
    /// <param name="destination">Receives the little-endian elements in row-major order.</param>
    /// <exception cref="FileFormatException">No such tensor.</exception>
    public void CopyTo(string name, Stream destination)
    {
        ArgumentNullException.ThrowIfNull(destination);
        TensorInfo tensor = Find(name);
        _content.CopyTo(_dataStart + tensor.Offset, tensor.ByteLength, destination);
    }

    /// <summary>Copies a tensor's bytes, of any length, to memory that a native library owns.</summary>
    /// <param name="name">The tensor.</param>
    /// <param name="destination">The address; the caller guarantees <paramref name="byteLength"/> writable bytes there.</param>
    /// <param name="byteLength">The bytes to copy: exactly the tensor's.</param>
    /// <exception cref="FileFormatException">No such tensor, or another length.</exception>
    public void CopyTo(string name, nint destination, long byteLength)
    {
        TensorInfo tensor = Find(name);
        if (tensor.ByteLength != byteLength)
        {
            throw Mismatch(tensor, $"expected {byteLength} bytes, found {tensor.ByteLength}");
        }

        ArgumentOutOfRangeException.ThrowIfEqual(destination, 0);
        _content.CopyTo(_dataStart + tensor.Offset, destination, byteLength);
    }

    /// <summary>A tensor's bytes in the mapped file itself, without a copy.</summary>
    /// <param name="name">The tensor, of less than 2 GB.</param>
    /// <returns>The little-endian elements in row-major order; not to be touched after <see cref="Dispose"/>.</returns>
    /// <exception cref="FileFormatException">No such tensor, or 2 GB and more.</exception>
    public ReadOnlySpan<byte> Bytes(string name)
    {
        TensorInfo tensor = Find(name);
        return tensor.ByteLength <= int.MaxValue
            ? _content.Slice(_dataStart + tensor.Offset, (int)tensor.ByteLength)
            : throw Mismatch(tensor, $"its {tensor.ByteLength} bytes are more than the {int.MaxValue} of one span");
    }

    /// <summary>Where a tensor's bytes lie in the mapped file: for weights that are used without a copy.</summary>
    internal nint Address(string name)
    {
        TensorInfo tensor = Find(name);
        return _content.Address(_dataStart + tensor.Offset, tensor.ByteLength);
    }

    /// <summary>Closes the file; spans from <see cref="Bytes"/> become invalid.</summary>
    public void Dispose() => _content.Dispose();

    private static int HeaderLength(string path, FileContent content)
    {
        ulong length = BinaryPrimitives.ReadUInt64LittleEndian(content.Slice(0, LengthField));
        if (length > SafetensorsHeader.MaxHeaderLength)
        {
            throw Damaged(path, $"the header length is {length}; at most {SafetensorsHeader.MaxHeaderLength} is allowed");
        }

        return (long)length <= content.Length - LengthField
            ? (int)length
            : throw Damaged(path, $"the header should have {length} bytes, but the file has only {content.Length - LengthField} after its length field");
    }

    private static FileFormatException Damaged(string path, string problem) =>
        new(path, problem, FileContent.Truncated(Format));

    private FileFormatException Mismatch(TensorInfo tensor, string problem) => new(
        Path,
        $"tensor {Quoted.Name(tensor.Name)} is {tensor.Describe()}: {problem}",
        "check that the file belongs to this model and architecture");
}
