using System.Runtime.InteropServices;
using CsCheck;
using NGpt.Core.Errors;
using NGpt.Core.Files.Gguf;

namespace NGpt.Core.Tests.Files.Gguf;

public sealed class GgufRoundTripTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private string Path => _folder.File("m.gguf");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Written_bytes_are_exactly_those_of_a_hand_made_file()
    {
        GgufWriter.Write(
            Path,
            [new("general.architecture", GgufValue.Of("ngpt")), new("n", GgufValue.Of(7u)), new("t", GgufValue.OfArray("a", ""))],
            [
                GgufEntry.FromMemory<float>("w", GgufTensorType.F32, [1, 2], new[] { 1f, -2f }),
                GgufEntry.FromMemory<Half>("h", GgufTensorType.F16, [3], new[] { (Half)1, (Half)0.5, (Half)(-2) }),
            ]);
        Assert.Equal(HandMade(), File.ReadAllBytes(Path));
    }

    [Fact]
    public void Hand_made_file_is_read()
    {
        File.WriteAllBytes(Path, HandMade());
        using GgufFile file = GgufFile.Open(Path);
        Assert.Equal(["general.architecture", "n", "t"], file.Metadata.Keys);
        Assert.Equal("ngpt", file.Text("general.architecture"));
        Assert.Equal(7, file.Integer("n"));
        Assert.Equal(["a", ""], file.Array<string>("t").ToArray());
        Assert.Equal(["w", "h"], file.TensorList.Select(tensor => tensor.Name));
        Assert.Equal([1, 2], file.Find("w").Shape);
        Assert.Equal([1f, -2f], file.ReadFloats("w"));
        Assert.Equal([1f, 0.5f, -2f], file.ReadFloats("h"));
        Assert.Equal(32, file.Tensors["h"].Offset);
    }

    [Fact]
    public void Every_single_value_comes_back_with_its_type()
    {
        (GgufValueType Type, GgufValue Value, string Shown)[] values =
        [
            (GgufValueType.U8, GgufValue.Of((byte)200), "U8 200"),
            (GgufValueType.I8, GgufValue.Of((sbyte)-100), "I8 -100"),
            (GgufValueType.U16, GgufValue.Of((ushort)60000), "U16 60000"),
            (GgufValueType.I16, GgufValue.Of((short)-30000), "I16 -30000"),
            (GgufValueType.U32, GgufValue.Of(4_000_000_000u), "U32 4000000000"),
            (GgufValueType.I32, GgufValue.Of(-2_000_000_000), "I32 -2000000000"),
            (GgufValueType.F32, GgufValue.Of(-0.5f), "F32 -0.5"),
            (GgufValueType.Bool, GgufValue.Of(true), "Bool True"),
            (GgufValueType.Text, GgufValue.Of("größe 😀\0"), "Text 'größe 😀?'"),
            (GgufValueType.U64, GgufValue.Of(ulong.MaxValue), "U64 18446744073709551615"),
            (GgufValueType.I64, GgufValue.Of(long.MinValue), "I64 -9223372036854775808"),
            (GgufValueType.F64, GgufValue.Of(1e300), "F64 1E+300"),
        ];
        GgufWriter.Write(Path, values.Select(entry => KeyValuePair.Create($"k{(int)entry.Type}", entry.Value)), []);
        using GgufFile file = GgufFile.Open(Path);
        foreach ((GgufValueType type, _, string shown) in values)
        {
            GgufValue value = file.Metadata[$"k{(int)type}"];
            Assert.Equal((type, 1, null), (value.Type, value.Count, value.ElementType));
            Assert.Equal(shown, value.ToString());
        }

        Assert.Equal([200, -100, 60000, -30000, 4_000_000_000, -2_000_000_000, long.MinValue], new[] { 0, 1, 2, 3, 4, 5, 11 }.Select(type => file.Integer($"k{type}")));
        Assert.Equal([-0.5, 1.8446744073709552e19, 1e300, 200], new[] { 6, 10, 12, 0 }.Select(type => file.Number($"k{type}")));
        Assert.True(file.Metadata["k7"].TryFlag(out bool flag) && flag);
        Assert.Equal("größe 😀\0", file.Text("k8"));
        Assert.Contains("'k10' is U64 18446744073709551615; expected an integer", Assert.Throws<FileFormatException>(() => file.Integer("k10")).Message);
        Assert.Contains("'k6' is F32 -0.5; expected an integer", Assert.Throws<FileFormatException>(() => file.Integer("k6")).Message);
        Assert.Contains("expected a text", Assert.Throws<FileFormatException>(() => file.Text("k7")).Message);
        Assert.Contains("expected a number", Assert.Throws<FileFormatException>(() => file.Number("k8")).Message);
        Assert.Contains("expected an array of I32", Assert.Throws<FileFormatException>(() => file.Array<int>("k5")).Message);
        Assert.Contains("expected metadata 'absent'; found 12 other keys", Assert.Throws<FileFormatException>(() => file.Text("absent")).Message);
    }

    [Fact]
    public void Every_array_comes_back_as_written_and_only_as_its_own_type()
    {
        Check<byte>(0, 3, 255);
        Check<sbyte>(-128, 0, 5);
        Check<ushort>(65535);
        Check<short>(-1, 2, 3, -32768);
        Check<uint>(uint.MaxValue, 1);
        Check(int.MinValue, -7);
        Check(1.5f, float.NaN, -0f);
        Check(true, false, true);
        Check("", "two", "größe", "\u0120\u0000");
        Check(ulong.MaxValue, 0ul);
        Check(long.MinValue, 5L);
        Check(double.Epsilon, double.NegativeInfinity);
        Check<int>();
        Check<string>();

        void Check<T>(params T[] values)
            where T : notnull
        {
            GgufWriter.Write(Path, [new("a", GgufValue.OfArray<T>(values))], []);
            using GgufFile file = GgufFile.Open(Path);
            Assert.Equal(values, file.Array<T>("a").ToArray());
            Assert.Equal($"{file.Metadata["a"].ElementType}[{values.Length}]", file.Metadata["a"].ToString());
            bool[] others = [file.Metadata["a"].TryArray<uint>(out _), file.Metadata["a"].TryArray<int>(out _), file.Metadata["a"].TryArray<GgufValue>(out _)];
            Assert.Equal([typeof(T) == typeof(uint), typeof(T) == typeof(int), false], others);
        }
    }

    [Fact]
    public void Arrays_of_arrays_come_back_as_written()
    {
        GgufValue leaf = GgufValue.OfArray<short>(1, -2, 3);
        GgufValue deepest = GgufValue.OfArray(GgufValue.OfArray(GgufValue.OfArray(leaf, GgufValue.OfArray("x"))), GgufValue.OfArray<GgufValue>());
        GgufWriter.Write(Path, [new("a", deepest), new("b", GgufValue.Of((byte)9))], []);
        using GgufFile file = GgufFile.Open(Path);
        ReadOnlyMemory<GgufValue> outer = file.Array<GgufValue>("a");
        Assert.Equal(2, outer.Length);
        Assert.Equal("Array[0]", outer.Span[1].ToString());
        GgufValue[] leaves = Inner(Inner(outer.Span[0])[0]);
        Assert.Equal(["I16[3]", "Text[1]"], leaves.Select(of => of.ToString()));
        Assert.True(leaves[0].TryArray(out ReadOnlyMemory<short> numbers));
        Assert.Equal([1, -2, 3], numbers.ToArray());
        Assert.Equal(9, file.Integer("b"));
        Assert.Throws<ArgumentException>(() => GgufValue.OfArray(deepest));

        static GgufValue[] Inner(GgufValue array)
        {
            Assert.True(array.TryArray(out ReadOnlyMemory<GgufValue> values));
            return values.ToArray();
        }
    }

    [Theory]
    [InlineData(GgufTensorType.F32, 3, 5, 60)]
    [InlineData(GgufTensorType.F16, 3, 5, 30)]
    [InlineData(GgufTensorType.BF16, 3, 5, 30)]
    [InlineData(GgufTensorType.Q4_0, 3, 64, 108)]
    [InlineData(GgufTensorType.Q8_0, 3, 96, 306)]
    [InlineData(GgufTensorType.NVFP4, 5, 128, 360)]
    public void Every_type_has_the_bytes_of_its_blocks(GgufTensorType type, int rows, int columns, int length)
    {
        byte[] content = new byte[length];
        new Random(length).NextBytes(content);
        GgufEntry entry = new("t", type, [rows, columns], stream => stream.Write(content));
        Assert.Equal(length, entry.ByteLength);
        GgufWriter.Write(Path, [], [new GgufEntry("first", GgufTensorType.BF16, [1], stream => stream.Write([1, 2])), entry, new GgufEntry("last", GgufTensorType.F32, [], stream => stream.Write([1, 2, 3, 4]))]);

        using GgufFile file = GgufFile.Open(Path);
        GgufTensor tensor = file.Find("t");
        Assert.Equal((type, rows * columns, (long)length, 32L), (tensor.Type, tensor.ElementCount, tensor.ByteLength, tensor.Offset));
        Assert.Equal($"t {type} [{rows}, {columns}]", tensor.ToString());
        Assert.Equal(content, file.Bytes("t").ToArray());
        using MemoryStream copy = new();
        file.CopyTo("t", copy);
        Assert.Equal(content, copy.ToArray());
        byte[] mapped = new byte[length];
        Marshal.Copy(file.DataPointer(tensor), mapped, 0, length);
        Assert.Equal(content, mapped);
        Assert.Equal(0, file.DataPointer(tensor) % 32);
        Assert.Equal([1, 2, 3, 4], file.Bytes("last").ToArray());
        Assert.Equal(0, new FileInfo(Path).Length % 32);
    }

    [Fact]
    public void Small_floats_are_widened_exactly()
    {
        GgufWriter.Write(
            Path,
            [],
            [
                GgufEntry.FromMemory<Half>("h", GgufTensorType.F16, [3], new[] { Half.Epsilon, Half.MinValue, Half.NaN }),
                GgufEntry.FromMemory<ushort>("b", GgufTensorType.BF16, [3], new ushort[] { 0x3f80, 0xc0c0, 0x0001 }),
                GgufEntry.FromMemory<byte>("q", GgufTensorType.Q8_0, [32], new byte[34]),
            ]);
        using GgufFile file = GgufFile.Open(Path);
        Assert.Equal([(float)Half.Epsilon, -65504f, float.NaN], file.ReadFloats("h"));
        Assert.Equal([1f, -6f, BitConverter.UInt32BitsToSingle(0x10000)], file.ReadFloats("b"));
        Assert.Contains("tensor 'q' is Q8_0 [32]: expected F32, F16 or BF16", Assert.Throws<FileFormatException>(() => file.ReadFloats("q")).Message);
        Assert.Contains("expected a tensor 'z'; found 3 others", Assert.Throws<FileFormatException>(() => file.Find("z")).Message);
    }

    [Fact]
    public void Native_memory_is_written()
    {
        float[] values = [5, -6, 7];
        nint memory = Marshal.AllocHGlobal(12);
        try
        {
            Marshal.Copy(values, 0, memory, 3);
            GgufWriter.Write(Path, [], [GgufEntry.FromUnmanaged("n", GgufTensorType.F32, [3], memory)]);
        }
        finally
        {
            Marshal.FreeHGlobal(memory);
        }

        using GgufFile file = GgufFile.Open(Path);
        Assert.Equal(values, file.ReadFloats("n"));
    }

    [Fact]
    public void Any_file_that_is_written_again_from_what_was_read_is_the_same()
    {
        Gen<string> text = Gen.OneOf(Gen.String[Gen.Char['a', 'z'], 0, 9], Gen.Const("größe 😀"), Gen.Const("\u0000"), Gen.Const("\u0120the"));
        Gen<GgufValue> plain = Gen.OneOf(
            Gen.Byte.Select(GgufValue.Of), Gen.SByte.Select(GgufValue.Of), Gen.UShort.Select(GgufValue.Of), Gen.Short.Select(GgufValue.Of),
            Gen.UInt.Select(GgufValue.Of), Gen.Int.Select(GgufValue.Of), Gen.ULong.Select(GgufValue.Of), Gen.Long.Select(GgufValue.Of),
            Gen.Float.Select(GgufValue.Of), Gen.Double.Select(GgufValue.Of), Gen.Bool.Select(GgufValue.Of), text.Select(GgufValue.Of));
        Gen<GgufValue> array = Gen.OneOf(
            Gen.SByte.Array[0, 5].Select(values => GgufValue.OfArray<sbyte>(values)),
            Gen.UShort.Array[0, 5].Select(values => GgufValue.OfArray<ushort>(values)),
            Gen.ULong.Array[0, 5].Select(values => GgufValue.OfArray<ulong>(values)),
            Gen.Bool.Array[0, 5].Select(values => GgufValue.OfArray<bool>(values)),
            text.Array[0, 5].Select(values => GgufValue.OfArray<string>(values)));
        Gen<GgufValue> value = Gen.OneOf(plain, array, array.Array[0, 3].Select(values => GgufValue.OfArray<GgufValue>(values)));
        Gen<(GgufTensorType Type, long[] Shape)> tensor = Gen.Select(Gen.Enum<GgufTensorType>(), Gen.Long[0, 5].Array[1, 4])
            .Select((type, sizes) => (type, (long[])[.. sizes[..^1], sizes[^1] * type.BlockLength()]));
        Gen.Select(value.Array[0, 6], tensor.Array[0, 6]).Sample(
            (values, tensors) =>
            {
                KeyValuePair<string, GgufValue>[] metadata = [.. values.Select((of, i) => KeyValuePair.Create($"key.{i}", of))];
                GgufWriter.Write(Path, metadata, [.. tensors.Select((of, i) => new GgufEntry($"t{i}", of.Type, of.Shape, Bytes(i)))]);
                byte[] first = File.ReadAllBytes(Path);
                string again = _folder.File("again.gguf");
                using GgufFile file = GgufFile.Open(Path);
                Assert.Equal(tensors.Select(of => string.Join(',', of.Shape)), file.TensorList.Select(of => string.Join(',', of.Shape)));
                GgufWriter.Write(again, file.Metadata, [.. file.TensorList.Select(of => new GgufEntry(of.Name, of.Type, of.Shape.AsSpan(), stream => file.CopyTo(of.Name, stream)))]);
                Assert.Equal(first, File.ReadAllBytes(again));

                Action<Stream> Bytes(int i)
                {
                    byte[] content = new byte[new GgufEntry("x", tensors[i].Type, tensors[i].Shape, _ => { }).ByteLength];
                    new Random(i).NextBytes(content);
                    return stream => stream.Write(content);
                }
            },
            iter: 200,
            threads: 1);
    }

    [Theory]
    [InlineData(3)]
    [InlineData(5)]
    public void Entry_that_writes_another_length_is_refused_and_the_old_file_stays(int written)
    {
        File.WriteAllText(Path, "old");
        Assert.Throws<InvalidOperationException>(() => GgufWriter.Write(Path, [], [new GgufEntry("w", GgufTensorType.F32, [1], stream => stream.Write(new byte[written]))]));
        Assert.Equal("old", File.ReadAllText(Path));
        Assert.Equal(["m.gguf"], _folder.Names());
    }

    [Fact]
    public void Wrong_entries_and_keys_are_refused()
    {
        GgufEntry one = GgufEntry.FromMemory<float>("w", GgufTensorType.F32, [1], new float[1]);
        GgufValue value = GgufValue.Of(1u);
        Assert.Throws<ArgumentException>(() => GgufWriter.Write(Path, [], [one, one]));
        Assert.Throws<ArgumentException>(() => GgufWriter.Write(Path, [new("k", value), new("k", value)], []));
        Assert.Throws<ArgumentException>(() => GgufWriter.Write(Path, [new("general.alignment", value)], []));
        Assert.Throws<ArgumentException>(() => GgufWriter.Write(Path, [new("", value)], []));
        Assert.Throws<ArgumentException>(() => GgufWriter.Write(Path, [new(new string('k', 65_536), value)], []));
        Assert.ThrowsAny<ArgumentException>(() => GgufValue.Of("\ud800"));
        Assert.ThrowsAny<ArgumentException>(() => GgufValue.OfArray("a", "\udc00"));
        Assert.Throws<ArgumentException>(() => GgufValue.Of('c'));
        Assert.Throws<ArgumentException>(() => GgufValue.OfArray(value));
        Assert.Throws<ArgumentException>(() => new GgufEntry("w", GgufTensorType.Q8_0, [2, 33], _ => { }));
        Assert.Throws<ArgumentException>(() => new GgufEntry("w", GgufTensorType.NVFP4, [2, 32], _ => { }));
        Assert.Throws<ArgumentException>(() => new GgufEntry("w", GgufTensorType.Q4_0, [], _ => { }));
        Assert.Throws<ArgumentException>(() => new GgufEntry(new string('w', 64), GgufTensorType.F32, [1], _ => { }));
        Assert.Throws<ArgumentException>(() => new GgufEntry("w", GgufTensorType.F32, [long.MaxValue], _ => { }));
        Assert.Throws<ArgumentOutOfRangeException>(() => new GgufEntry("w", GgufTensorType.F32, [-1], _ => { }));
        Assert.Throws<ArgumentOutOfRangeException>(() => new GgufEntry("w", GgufTensorType.F32, [1, 1, 1, 1, 1], _ => { }));
        Assert.Throws<ArgumentException>(() => GgufEntry.FromMemory<float>("w", GgufTensorType.F32, [2], new float[1]));
        Assert.Throws<ArgumentException>(() => GgufEntry.FromMemory<float>("w", GgufTensorType.F16, [1], new float[1]));
        Assert.Empty(_folder.Names());
    }

    [Fact]
    public void Reading_after_dispose_is_refused()
    {
        GgufWriter.Write(Path, [], [GgufEntry.FromMemory<float>("w", GgufTensorType.F32, [1], new float[1])]);
        GgufFile file = GgufFile.Open(Path);
        file.Dispose();
        file.Dispose();
        Assert.Throws<ObjectDisposedException>(() => file.Bytes("w").Length);
        Assert.Throws<ObjectDisposedException>(() => file.DataPointer(file.Find("w")));
    }

    private static byte[] HandMade()
    {
        HandMadeGguf made = new();
        made.Raw("GGUF"u8).U32(3).U64(2).U64(3);
        made.Text("general.architecture").U32(8).Text("ngpt");
        made.Text("n").U32(4).U32(7);
        made.Text("t").U32(9).U32(8).U64(2).Text("a").Text("");
        made.Text("w").U32(2).U64(2).U64(1).U32(0).U64(0);
        made.Text("h").U32(1).U64(3).U32(1).U64(32);
        made.PadTo(32);
        made.Raw([0, 0, 0x80, 0x3f, 0, 0, 0, 0xc0]).PadTo(32);
        made.Raw([0, 0x3c, 0, 0x38, 0, 0xc0]).PadTo(32);
        return made.ToArray();
    }
}
