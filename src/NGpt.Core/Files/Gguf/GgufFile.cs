using System.Runtime.InteropServices;
using NGpt.Core.Errors;
using NGpt.Core.Files.Native;

namespace NGpt.Core.Files.Gguf;

/// <summary>
/// A GGUF file (version 2 or 3) open for reading. The file is mapped into memory: opening reads metadata and the table of tensors only,
/// all of which is checked then; weights are read where they are used.
/// </summary>
/// <remarks>
/// Reading from several threads at once is safe; disposing while another thread reads is not. The file must not be shortened by
/// another program while it is open (writers that rename, such as <see cref="GgufWriter"/>, do not).
/// </remarks>
public sealed class GgufFile : IDisposable
{
    private const string Format = "GGUF";
    private const string WrongFile = "check that the file belongs to this model and architecture";

    private readonly FileContent _content;
    private readonly long _dataStart;
    private readonly Dictionary<string, GgufTensor> _tensors;

    private GgufFile(string path, FileContent content, GgufHeader header)
    {
        Path = path;
        _content = content;
        _dataStart = header.DataStart;
        Metadata = header.Metadata;
        TensorList = header.Tensors;
        _tensors = header.Tensors.ToDictionary(tensor => tensor.Name, StringComparer.Ordinal);
    }

    /// <summary>The path that was opened.</summary>
    public string Path { get; }

    /// <summary>The metadata, in file order.</summary>
    public IReadOnlyDictionary<string, GgufValue> Metadata { get; }

    /// <summary>The tensors by name.</summary>
    public IReadOnlyDictionary<string, GgufTensor> Tensors => _tensors;

    /// <summary>The tensors in the order of the file's table.</summary>
    public IReadOnlyList<GgufTensor> TensorList { get; }

    /// <summary>Opens a file and checks what is before its weights. The caller disposes the result.</summary>
    /// <param name="path">The file.</param>
    /// <param name="loading">How its content gets into memory.</param>
    /// <exception cref="FileFormatException">The file is not a whole and consistent GGUF file, or has types that are not known here.</exception>
    /// <exception cref="NGptException">The file does not exist or cannot be read.</exception>
    public static GgufFile Open(string path, FileLoading loading = FileLoading.Map) => FileContent.Open(path, Format, GgufHeader.FixedLength, loading, content =>
    {
        ReadOnlySpan<byte> beginning = content.Slice(0, (int)Math.Min(content.Length, GgufHeader.MaxHeaderLength));
        return new GgufFile(path, content, GgufHeader.Parse(path, beginning, content.Length));
    });

    /// <summary>A text of the metadata.</summary>
    /// <param name="key">The key.</param>
    /// <exception cref="FileFormatException">The file has no such key, or no text there.</exception>
    public string Text(string key) => Value(key).TryText(out string text) ? text : throw Mismatch(key, "a text");

    /// <summary>An integer of the metadata, of any integer type.</summary>
    /// <param name="key">The key.</param>
    /// <exception cref="FileFormatException">The file has no such key, or no integer of 63 bits there.</exception>
    public long Integer(string key) => Value(key).TryInteger(out long integer) ? integer : throw Mismatch(key, "an integer");

    /// <summary>A number of the metadata, of any type of numbers.</summary>
    /// <param name="key">The key.</param>
    /// <exception cref="FileFormatException">The file has no such key, or no number there.</exception>
    public double Number(string key) => Value(key).TryNumber(out double number) ? number : throw Mismatch(key, "a number");

    /// <summary>An array of the metadata.</summary>
    /// <typeparam name="T">The .NET type of exactly the elements' type: see <see cref="GgufValue.Of"/>.</typeparam>
    /// <param name="key">The key.</param>
    /// <exception cref="FileFormatException">The file has no such key, or no such array there.</exception>
    public ReadOnlyMemory<T> Array<T>(string key) => Value(key).TryArray(out ReadOnlyMemory<T> values) ? values : throw Mismatch(key, $"an array of {GgufValueTypes.Of<T>()}");

    /// <summary>The tensor of a name.</summary>
    /// <param name="name">The name.</param>
    /// <exception cref="FileFormatException">The file has no such tensor.</exception>
    public GgufTensor Find(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return _tensors.TryGetValue(name, out GgufTensor? tensor)
            ? tensor
            : throw new FileFormatException(Path, $"expected a tensor {Quoted.Name(name)}; found {TensorList.Count} others", WrongFile);
    }

    /// <summary>A tensor's bytes in the mapped file itself, without a copy.</summary>
    /// <param name="name">The tensor, of less than 2 GB.</param>
    /// <returns>The rows, one behind the other; not to be touched after <see cref="Dispose"/>.</returns>
    /// <exception cref="FileFormatException">No such tensor, or 2 GB and more.</exception>
    public ReadOnlySpan<byte> Bytes(string name)
    {
        GgufTensor tensor = Find(name);
        return tensor.ByteLength <= int.MaxValue
            ? _content.Slice(_dataStart + tensor.Offset, (int)tensor.ByteLength)
            : throw Mismatch(tensor, $"its {tensor.ByteLength} bytes are more than the {int.MaxValue} of one span");
    }

    /// <summary>A tensor's values as floats, in row-major order.</summary>
    /// <param name="name">A tensor of type F32, F16 or BF16.</param>
    /// <exception cref="FileFormatException">No such tensor, or another type, or more bytes than a span holds.</exception>
    public float[] ReadFloats(string name)
    {
        GgufTensor tensor = Find(name);
        ReadOnlySpan<byte> bytes = Bytes(name);
        float[] values = new float[tensor.Type.BlockLength() == 1 ? tensor.ElementCount : 0];
        switch (tensor.Type)
        {
            case GgufTensorType.F32:
                bytes.CopyTo(MemoryMarshal.AsBytes(values.AsSpan()));
                break;
            case GgufTensorType.F16:
                StoredFloats.ReadFloat16(bytes, values);
                break;
            case GgufTensorType.BF16:
                StoredFloats.ReadBFloat16(bytes, values);
                break;
            default:
                throw Mismatch(tensor, "expected F32, F16 or BF16");
        }

        return values;
    }

    /// <summary>Writes a tensor's bytes, of any length, to a stream.</summary>
    /// <param name="name">The tensor.</param>
    /// <param name="destination">Receives the rows, one behind the other.</param>
    /// <exception cref="FileFormatException">No such tensor.</exception>
    public void CopyTo(string name, Stream destination)
    {
        ArgumentNullException.ThrowIfNull(destination);
        GgufTensor tensor = Find(name);
        _content.CopyTo(_dataStart + tensor.Offset, tensor.ByteLength, destination);
    }

    /// <summary>Closes the file; spans from <see cref="Bytes"/> and addresses become invalid.</summary>
    public void Dispose() => _content.Dispose();

    /// <summary>Where a tensor's bytes are in memory, for weights that are used in place.</summary>
    internal nint DataPointer(GgufTensor tensor) => _content.Address(_dataStart + tensor.Offset, tensor.ByteLength);

    private GgufValue Value(string key)
    {
        ArgumentNullException.ThrowIfNull(key);
        return Metadata.TryGetValue(key, out GgufValue? value)
            ? value
            : throw new FileFormatException(Path, $"expected metadata {Quoted.Name(key)}; found {Metadata.Count} other keys", WrongFile);
    }

    private FileFormatException Mismatch(string key, string expected) =>
        new(Path, $"metadata {Quoted.Name(key)} is {Metadata[key]}; expected {expected}", WrongFile);

    private FileFormatException Mismatch(GgufTensor tensor, string problem) =>
        new(Path, $"tensor {Quoted.Name(tensor.Name)} is {tensor.Describe()}: {problem}", WrongFile);
}
