using System.Buffers.Binary;
using System.Text;
using CsCheck;
using NGpt.Core.Errors;
using NGpt.Core.Files;

namespace NGpt.Core.Tests.Files;

public sealed class SafetensorsHostileTests : IDisposable
{
    private const string W = "\"w\":{\"dtype\":\"F32\",\"shape\":[1,2],\"data_offsets\":[0,8]}";

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void The_valid_form_of_the_cases_below_is_accepted()
    {
        using SafetensorsFile file = SafetensorsFile.Open(Save(Form("{" + W + "}", 8)));
        Assert.Equal([0f, 0f], file.ReadArray<float>("w"));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(7)]
    public void File_shorter_than_the_length_field_is_refused(int length) => Refused(new byte[length], $"the file has {length} bytes");

    [Fact]
    public void Header_length_beyond_the_cap_is_refused() => Refused(WithLength(100_000_001), "100000001");

    [Fact]
    public void Header_length_with_the_sign_bit_is_refused() => Refused(WithLength(ulong.MaxValue), "18446744073709551615");

    [Fact]
    public void Truncated_header_is_refused() => Refused(WithLength(17), "the file has only 16");

    [Theory]
    [InlineData("", "JSON")]
    [InlineData("   ", "JSON")]
    [InlineData("[]", "expected an object, found an array")]
    [InlineData("{", "JSON")]
    [InlineData("{}x", "JSON")]
    [InlineData("{} {}", "JSON")]
    [InlineData("{/* comment */}", "JSON")]
    [InlineData("{\"w\":1}", "expected an object, found a number")]
    [InlineData("{\"w\":{\"dtype\":\"F32\",\"shape\":[0],\"data_offsets\":[0,0],}}", "JSON")]
    public void Header_that_is_not_a_json_object_is_refused(string json, string message) => Refused(Form(json, 0), message);

    [Fact]
    public void Header_that_is_not_unicode_is_refused()
    {
        byte[] json = Encoding.Latin1.GetBytes("{\"\u00ff\":{}}");
        Refused(Form(json, 0), "not valid Unicode");
        Refused(Form("""{"\ud800":{}}""", 0), "not valid Unicode");
    }

    [Theory]
    [InlineData("{" + W + "," + W + "}", "'w' twice")]
    [InlineData("""{"w":{"dtype":"F32","dtype":"F32","shape":[2],"data_offsets":[0,8]}}""", "'dtype' twice")]
    [InlineData("""{"__metadata__":{"a":"1","a":"2"}}""", "'a' twice")]
    [InlineData("""{"__metadata__":{},"__metadata__":{}}""", "'__metadata__' twice")]
    public void Duplicate_key_is_refused(string json, string message) => Refused(Form(json, 8), message);

    [Theory]
    [InlineData("F31")]
    [InlineData("f32")]
    [InlineData("0")]
    [InlineData("Bool")]
    [InlineData("")]
    public void Unknown_dtype_is_refused(string dtype) =>
        Refused(Form(Tensor(dtype, "[2]", "[0,8]"), 8), $"unknown dtype '{dtype}'");

    [Theory]
    [InlineData("""{"w":{"shape":[2],"data_offsets":[0,8]}}""", "no dtype")]
    [InlineData("""{"w":{"dtype":"F32","data_offsets":[0,8]}}""", "no shape")]
    [InlineData("""{"w":{"dtype":"F32","shape":[2]}}""", "no data_offsets")]
    [InlineData("""{"w":{"dtype":"F32","shape":[2],"data_offsets":[0,8],"more":1}}""", "unknown key 'more'")]
    public void Missing_or_unknown_key_of_a_tensor_is_refused(string json, string message) => Refused(Form(json, 8), message);

    [Theory]
    [InlineData("[-1]", "[0,8]")]
    [InlineData("[2.0]", "[0,8]")]
    [InlineData("[\"2\"]", "[0,8]")]
    [InlineData("[9223372036854775808]", "[0,8]")]
    [InlineData("[2]", "[-8,0]")]
    [InlineData("[2]", "[0,8.5]")]
    [InlineData("[2]", "[0,null]")]
    public void Number_that_is_no_size_is_refused(string shape, string offsets) =>
        Refused(Form(Tensor("F32", shape, offsets), 8), "integer");

    [Fact]
    public void Shape_whose_product_overflows_is_refused()
    {
        Refused(Form(Tensor("F32", "[4294967296,4294967296]", "[0,8]"), 8), "does not fit 64 bits");
        Refused(Form(Tensor("F64", "[2305843009213693953]", "[0,8]"), 8), "does not fit 64 bits");
    }

    [Fact]
    public void Shape_of_absurd_rank_is_refused() =>
        Refused(Form(Tensor("F32", "[2" + string.Concat(Enumerable.Repeat(",1", 64)) + "]", "[0,8]"), 8), "more than 64");

    [Fact]
    public void Shape_that_does_not_fit_the_bytes_is_refused() =>
        Refused(Form(Tensor("F32", "[3]", "[0,8]"), 8), "needs 12 bytes; its data_offsets hold 8");

    [Theory]
    [InlineData("[0]", "has 1 data_offsets; expected 2")]
    [InlineData("[0,8,8]", "has 3 data_offsets; expected 2")]
    [InlineData("[8,0]", "begins at offset 8 and ends before it, at 0")]
    public void Offsets_that_are_no_range_are_refused(string offsets, string message) =>
        Refused(Form(Tensor("F32", "[2]", offsets), 8), message);

    [Fact]
    public void Offsets_outside_the_data_section_are_refused() =>
        Refused(Form(Tensor("F32", "[2]", "[0,8]"), 7), "ends at offset 8, but the data section has 7 bytes");

    [Fact]
    public void Offset_near_the_largest_integer_is_refused() =>
        Refused(Form(Tensor("F32", "[2]", "[9223372036854775799,9223372036854775807]"), 8), "ends at offset 9223372036854775807");

    [Theory]
    [InlineData(0, 8, 4, 12, 12, "overlaps tensor 'a'")]
    [InlineData(0, 8, 0, 8, 8, "overlaps tensor 'a'")]
    [InlineData(0, 8, 12, 20, 20, "a hole before tensor 'b'")]
    [InlineData(4, 12, 12, 20, 20, "a hole before tensor 'a'")]
    [InlineData(8, 16, 0, 8, 17, "has 17 bytes; the header's tensors need 16")]
    public void Tensors_that_do_not_tile_the_data_section_are_refused(int a0, int a1, int b0, int b1, int data, string message)
    {
        string json = $$$"""{"a":{"dtype":"F32","shape":[2],"data_offsets":[{{{a0}}},{{{a1}}}]},"b":{"dtype":"F32","shape":[2],"data_offsets":[{{{b0}}},{{{b1}}}]}}""";
        Refused(Form(json, data), message);
    }

    [Fact]
    public void Empty_tensor_inside_another_is_refused() =>
        Refused(Form("{" + W + ",\"e\":{\"dtype\":\"F32\",\"shape\":[0],\"data_offsets\":[4,4]}}", 8), "overlaps tensor 'w'");

    [Fact]
    public void Tensors_in_another_order_than_their_data_are_accepted()
    {
        string json = """{"b":{"dtype":"U8","shape":[1],"data_offsets":[2,3]},"e":{"dtype":"U8","shape":[0],"data_offsets":[2,2]},"a":{"dtype":"U8","shape":[2],"data_offsets":[0,2]}}""";
        using SafetensorsFile file = SafetensorsFile.Open(Save(Form(json, 3)));
        Assert.Equal(["b", "e", "a"], file.TensorList.Select(t => t.Name));
    }

    [Theory]
    [InlineData("""{"__metadata__":{"a":1}}""")]
    [InlineData("""{"__metadata__":{"a":{"b":"c"}}}""")]
    [InlineData("""{"__metadata__":{"a":null}}""")]
    [InlineData("""{"__metadata__":["a"]}""")]
    public void Metadata_other_than_strings_is_refused(string json) => Refused(Form(json, 0), "__metadata__");

    [Fact]
    public void Names_in_messages_are_short_and_printable()
    {
        string json = $$$"""{"\u001b[31m{{{new string('x', 5000)}}}":{"dtype":"F31"}}""";
        FileFormatException failure = Refused(Form(json, 0), "?[31mxxx");
        Assert.InRange(failure.Message.Length, 100, 500);
    }

    [Fact]
    public void Missing_file_and_folder_are_named()
    {
        Assert.Contains("there is no such file", Assert.Throws<NGptException>(() => SafetensorsFile.Open(_folder.File("absent"))).Message);
        Assert.Contains("is a folder", Assert.Throws<NGptException>(() => SafetensorsFile.Open(_folder.Path)).Message);
    }

    [Fact]
    public void Corrupted_files_load_consistently_or_are_refused()
    {
        string path = _folder.File("valid.safetensors");
        SafetensorsWriter.Write(
            path,
            [
                SafetensorsEntry.FromMemory<float>("w", TensorType.F32, [3, 5], new float[15]),
                SafetensorsEntry.FromMemory<bool>("mask", TensorType.Bool, [7], new bool[7]),
                SafetensorsEntry.FromMemory<long>("e", TensorType.I64, [2, 0], Array.Empty<long>()),
            ],
            new Dictionary<string, string> { ["step"] = "7" });
        byte[] valid = File.ReadAllBytes(path);
        string corrupted = _folder.File("corrupted.safetensors");

        // Half of the new bytes are characters that mean something in the header.
        byte[] meaningful = "{}[]:,\"0189-.eE \\u"u8.ToArray();
        Gen<byte> newByte = Gen.OneOf(Gen.Byte, Gen.Int[0, meaningful.Length - 1].Select(i => meaningful[i]));
        Gen<(int At, byte Value)[]> changes = Gen.Select(Gen.Int[0, valid.Length - 1], newByte).Array[0, 4];
        Gen.Select(changes, Gen.Frequency((3, Gen.Const(valid.Length)), (1, Gen.Int[0, valid.Length])), Gen.Byte.Array[0, 3])
            .Sample(
                (edits, length, tail) =>
                {
                    byte[] bytes = [.. valid];
                    foreach ((int at, byte value) in edits)
                    {
                        bytes[at] = value;
                    }

                    File.WriteAllBytes(corrupted, [.. bytes.AsSpan(0, length), .. tail]);
                    LoadsConsistentlyOrIsRefused(corrupted);
                },
                iter: 4000,
                threads: 1);
    }

    private static void LoadsConsistentlyOrIsRefused(string path)
    {
        try
        {
            using SafetensorsFile file = SafetensorsFile.Open(path);
            foreach (TensorInfo tensor in file.TensorList)
            {
                long elements = tensor.Shape.Aggregate(1L, (product, size) => checked(product * size));
                Assert.Equal(elements * tensor.Type.ByteSize(), tensor.ByteLength);
                Assert.Equal(tensor.ByteLength, file.Bytes(tensor.Name).Length);
                using MemoryStream copy = new();
                file.CopyTo(tensor.Name, copy);
                Assert.Equal(file.Bytes(tensor.Name).ToArray(), copy.ToArray());
            }
        }
        catch (FileFormatException)
        {
        }
    }

    private FileFormatException Refused(byte[] content, string message)
    {
        string path = Save(content);
        FileFormatException failure = Assert.Throws<FileFormatException>(() => SafetensorsFile.Open(path));
        Assert.Equal(path, failure.Path);
        Assert.Contains(message, failure.Message);
        Assert.DoesNotContain('\n', failure.Message);
        Assert.NotNull(failure.Remedy);
        return failure;
    }

    private string Save(byte[] content)
    {
        string path = _folder.File("hostile.safetensors");
        File.WriteAllBytes(path, content);
        return path;
    }

    private static string Tensor(string dtype, string shape, string offsets) =>
        $$$"""{"w":{"dtype":"{{{dtype}}}","shape":{{{shape}}},"data_offsets":{{{offsets}}}}}""";

    private static byte[] Form(string json, int dataLength) => Form(Encoding.UTF8.GetBytes(json), dataLength);

    private static byte[] Form(byte[] json, int dataLength)
    {
        byte[] content = new byte[8 + json.Length + dataLength];
        BinaryPrimitives.WriteInt64LittleEndian(content, json.Length);
        json.CopyTo(content, 8);
        return content;
    }

    private static byte[] WithLength(ulong length)
    {
        byte[] content = new byte[24];
        BinaryPrimitives.WriteUInt64LittleEndian(content, length);
        return content;
    }
}
