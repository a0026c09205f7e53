using System.Collections.Immutable;
using System.Text.Json;
using NGpt.Core.Errors;

namespace NGpt.Core.Files;

/// <summary>
/// Reads and checks the JSON header of a safetensors file. Nothing in it is believed: what is returned describes
/// tensors that lie inside the data section, side by side without gap or overlap.
/// </summary>
internal sealed class SafetensorsHeader
{
    /// <summary>The longest header that is read, in bytes: the format's own limit.</summary>
    public const int MaxHeaderLength = 100_000_000;

    /// <summary>The key of the string-to-string metadata.</summary>
    public const string MetadataKey = "__metadata__";

    private const string Remedy = "the file is damaged or was not written as safetensors: copy or export it again";
    private const int MaxRank = 64;

    private readonly string _path;
    private readonly Dictionary<string, string> _metadata = [];
    private readonly List<TensorInfo> _tensors = [];

    private SafetensorsHeader(string path) => _path = path;

    /// <summary>The metadata; empty when the header has none.</summary>
    public IReadOnlyDictionary<string, string> Metadata => _metadata;

    /// <summary>The tensors in the header's order.</summary>
    public IReadOnlyList<TensorInfo> Tensors => _tensors;

    /// <summary>Parses and checks a header.</summary>
    public static SafetensorsHeader Parse(string path, ReadOnlySpan<byte> json, long dataLength)
    {
        SafetensorsHeader header = new(path);
        try
        {
            Utf8JsonReader reader = new(json);
            header.ReadAll(ref reader);
        }
        catch (JsonException failure)
        {
            throw new FileFormatException(path, $"the header is not valid JSON: {failure.Message}", Remedy, failure);
        }

        header.CheckLayout(dataLength);
        return header;
    }

    private void ReadAll(ref Utf8JsonReader reader)
    {
        Expect(ref reader, JsonTokenType.StartObject, "the header");
        HashSet<string> seen = new(StringComparer.Ordinal);
        while (NextKey(ref reader, seen, "the header") is { } key)
        {
            if (key == MetadataKey)
            {
                ReadMetadata(ref reader);
            }
            else
            {
                _tensors.Add(ReadTensor(ref reader, key));
            }
        }

        // Reading on past the object lets the reader refuse everything but white space.
        if (reader.Read())
        {
            throw Wrong("the header continues after its JSON object; expected spaces only");
        }
    }

    private void ReadMetadata(ref Utf8JsonReader reader)
    {
        Expect(ref reader, JsonTokenType.StartObject, MetadataKey);
        HashSet<string> seen = new(StringComparer.Ordinal);
        while (NextKey(ref reader, seen, MetadataKey) is { } key)
        {
            Expect(ref reader, JsonTokenType.String, $"{MetadataKey} {Quoted.Name(key)}");
            _metadata.Add(key, Text(ref reader));
        }
    }

    private TensorInfo ReadTensor(ref Utf8JsonReader reader, string name)
    {
        string what = $"tensor {Quoted.Name(name)}";
        TensorType? type = null;
        ImmutableArray<long>? shape = null;
        ImmutableArray<long>? offsets = null;
        Expect(ref reader, JsonTokenType.StartObject, what);
        HashSet<string> seen = new(StringComparer.Ordinal);
        while (NextKey(ref reader, seen, what) is { } key)
        {
            switch (key)
            {
                case "dtype":
                    type = ReadType(ref reader, what);
                    break;
                case "shape":
                    shape = ReadNumbers(ref reader, $"shape of {what}");
                    break;
                case "data_offsets":
                    offsets = ReadNumbers(ref reader, $"data_offsets of {what}");
                    break;
                default:
                    throw Wrong($"unknown key {Quoted.Name(key)} in {what}; expected dtype, shape and data_offsets");
            }
        }

        return Check(
            name,
            type ?? throw Wrong($"{what} has no dtype"),
            shape ?? throw Wrong($"{what} has no shape"),
            offsets ?? throw Wrong($"{what} has no data_offsets"));
    }

    private TensorInfo Check(string name, TensorType type, ImmutableArray<long> shape, ImmutableArray<long> offsets)
    {
        string what = $"tensor {Quoted.Name(name)}";
        if (offsets.Length != 2)
        {
            throw Wrong($"{what} has {offsets.Length} data_offsets; expected 2");
        }

        if (offsets[0] > offsets[1])
        {
            throw Wrong($"{what} begins at offset {offsets[0]} and ends before it, at {offsets[1]}");
        }

        TensorInfo info = new(name, type, shape, offsets[0], offsets[1] - offsets[0]);
        long expected;
        try
        {
            expected = ByteLength(type, shape.AsSpan());
        }
        catch (OverflowException failure)
        {
            throw new FileFormatException(_path, $"{what} has shape {info.Describe()}, whose size does not fit 64 bits", Remedy, failure);
        }

        return info.ByteLength == expected
            ? info
            : throw Wrong($"{what} is {info.Describe()} and so needs {expected} bytes; its data_offsets hold {info.ByteLength}");
    }

    /// <summary>The bytes of a tensor.</summary>
    public static long ByteLength(TensorType type, ReadOnlySpan<long> shape)
    {
        // A zero anywhere makes the product zero, whatever the other sizes: it must not hide behind their overflow.
        if (shape.Contains(0))
        {
            return 0;
        }

        long length = type.ByteSize();
        foreach (long size in shape)
        {
            length = checked(length * size);
        }

        return length;
    }

    private void CheckLayout(long dataLength)
    {
        long end = 0;
        TensorInfo? previous = null;
        foreach (TensorInfo tensor in _tensors.OrderBy(t => t.Offset).ThenBy(t => t.ByteLength))
        {
            string what = $"tensor {Quoted.Name(tensor.Name)}";
            if (tensor.Offset + tensor.ByteLength > dataLength)
            {
                throw Wrong($"{what} ends at offset {tensor.Offset + tensor.ByteLength}, but the data section has {dataLength} bytes");
            }

            if (tensor.Offset < end)
            {
                throw Wrong($"{what} begins at offset {tensor.Offset} and overlaps tensor {Quoted.Name(previous!.Name)}, which ends at {end}");
            }

            if (tensor.Offset > end)
            {
                throw Wrong($"a hole before {what}: it begins at offset {tensor.Offset}; expected {end}");
            }

            end = tensor.Offset + tensor.ByteLength;
            previous = tensor;
        }

        if (end != dataLength)
        {
            throw Wrong($"the data section has {dataLength} bytes; the header's tensors need {end}");
        }
    }

    private TensorType ReadType(ref Utf8JsonReader reader, string what)
    {
        Expect(ref reader, JsonTokenType.String, $"dtype of {what}");
        string name = Text(ref reader);
        return TensorTypes.TryParse(name, out TensorType type)
            ? type
            : throw Wrong($"{what} has the unknown dtype {Quoted.Name(name)}; known are {TensorTypes.KnownNames}");
    }

    private ImmutableArray<long> ReadNumbers(ref Utf8JsonReader reader, string what)
    {
        Expect(ref reader, JsonTokenType.StartArray, what);
        ImmutableArray<long>.Builder numbers = ImmutableArray.CreateBuilder<long>();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (reader.TokenType != JsonTokenType.Number || !reader.TryGetInt64(out long number) || number < 0)
            {
                throw Wrong($"{what} contains something else than an integer from 0 to {long.MaxValue}");
            }

            if (numbers.Count == MaxRank)
            {
                throw Wrong($"{what} has more than {MaxRank} numbers");
            }

            numbers.Add(number);
        }

        return numbers.ToImmutable();
    }

    private string? NextKey(ref Utf8JsonReader reader, HashSet<string> seen, string what)
    {
        if (!reader.Read() || reader.TokenType == JsonTokenType.EndObject)
        {
            return null;
        }

        string key = Text(ref reader);
        return seen.Add(key) ? key : throw Wrong($"{what} has the key {Quoted.Name(key)} twice");
    }

    private void Expect(ref Utf8JsonReader reader, JsonTokenType type, string what)
    {
        JsonTokenType found = reader.Read() ? reader.TokenType : JsonTokenType.None;
        if (found != type)
        {
            throw Wrong($"{what}: expected {Name(type)}, found {Name(found)}");
        }
    }

    private string Text(ref Utf8JsonReader reader)
    {
        try
        {
            return reader.GetString()!;
        }
        catch (InvalidOperationException failure)
        {
            throw new FileFormatException(_path, "the header has a string that is not valid Unicode", Remedy, failure);
        }
    }

    private FileFormatException Wrong(string problem) => new(_path, problem, Remedy);

    private static string Name(JsonTokenType type) => type switch
    {
        JsonTokenType.StartObject => "an object",
        JsonTokenType.StartArray => "an array",
        JsonTokenType.String => "a string",
        JsonTokenType.Number => "a number",
        JsonTokenType.True or JsonTokenType.False => "true or false",
        JsonTokenType.Null => "null",
        _ => "the end",
    };
}
