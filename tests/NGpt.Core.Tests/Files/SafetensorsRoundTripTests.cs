using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;
using NGpt.Core.Errors;
using NGpt.Core.Files;

namespace NGpt.Core.Tests.Files;

public sealed class SafetensorsRoundTripTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Every_type_comes_back_as_written()
    {
        Check(TensorType.F64, [3], [1.5, -0.0, double.NaN]);
        Check(TensorType.F32, [5], [1f, -2.25f, float.PositiveInfinity, float.Epsilon, 0f]);
        Check(TensorType.F16, [2], [(Half)0.5f, Half.MinValue]);
        Check(TensorType.BF16, [3], new ushort[] { 0x3f80, 0xffff, 0x0001 });
        Check(TensorType.I64, [2], [long.MinValue, 7L]);
        Check(TensorType.I32, [3], [int.MinValue, int.MaxValue, -1]);
        Check(TensorType.I16, [3], new short[] { short.MinValue, -5, 9 });
        Check(TensorType.I8, [5], new sbyte[] { -128, 127, 0, 1, -1 });
        Check(TensorType.U8, [3], new byte[] { 255, 0, 3 });
        Check(TensorType.Bool, [3], [true, false, true]);
        Check(TensorType.Bool, [2], new byte[] { 1, 0 });
    }

    [Fact]
    public void Scalars_empty_tensors_and_matrices_come_back_as_written()
    {
        Check(TensorType.F32, [], [42f]);
        Check(TensorType.F32, [0], Array.Empty<float>());
        Check(TensorType.I16, [3, 0, 5], Array.Empty<short>());
        Check(TensorType.I32, [2, 3, 1], [1, 2, 3, 4, 5, 6]);
    }

    [Fact]
    public void Order_names_and_metadata_come_back_as_written()
    {
        string path = _folder.File("m.safetensors");
        SafetensorsEntry[] entries =
        [
            SafetensorsEntry.FromMemory<float>("z.weight", TensorType.F32, [3, 1], new float[] { 1, 2, 3 }),
            SafetensorsEntry.FromMemory<byte>("größe \"x\" 😀", TensorType.U8, [5], new byte[] { 9, 8, 7, 6, 5 }),
            SafetensorsEntry.FromMemory<float>("empty", TensorType.F32, [0, 7], Array.Empty<float>()),
            SafetensorsEntry.FromMemory<long>("a", TensorType.I64, [], new long[] { -3 }),
        ];
        SafetensorsWriter.Write(path, entries, new Dictionary<string, string> { ["step"] = "17", ["format"] = "pt\n" });

        using SafetensorsFile file = SafetensorsFile.Open(path);
        Assert.Equal(["z.weight", "größe \"x\" 😀", "empty", "a"], file.TensorList.Select(t => t.Name));
        Assert.Equal(new TensorInfo("z.weight", TensorType.F32, [3, 1], 0, 12), file.Tensors["z.weight"]);
        Assert.Equal(new TensorInfo("a", TensorType.I64, [], 17, 8), file.TensorList[3]);
        Assert.Equal(new Dictionary<string, string> { ["format"] = "pt\n", ["step"] = "17" }, file.Metadata);
        Assert.Equal([-3L], file.ReadArray<long>("a"));
        Assert.Equal([9, 8, 7, 6, 5], file.Bytes("größe \"x\" 😀").ToArray());
    }

    [Fact]
    public void Written_bytes_are_exactly_those_of_a_hand_made_file()
    {
        string path = _folder.File("m.safetensors");
        SafetensorsEntry[] entries =
        [
            SafetensorsEntry.FromMemory<float>("w", TensorType.F32, [1, 2], new[] { 1f, -2f }),
            SafetensorsEntry.FromMemory<short>("i", TensorType.I16, [1], new short[] { 0x0102 }),
        ];
        SafetensorsWriter.Write(path, entries, new Dictionary<string, string> { ["b"] = "2", ["a"] = "1" });

        Assert.Equal(HandMade(), File.ReadAllBytes(path));
    }

    [Fact]
    public void Data_begins_at_a_multiple_of_8_whatever_the_length_of_the_header()
    {
        string path = _folder.File("m.safetensors");
        for (int length = 1; length <= 8; length++)
        {
            SafetensorsWriter.Write(path, [SafetensorsEntry.FromMemory<byte>(new string('n', length), TensorType.U8, [3], new byte[3])]);
            Assert.Equal(0, (new FileInfo(path).Length - 3) % 8);
        }
    }

    [Fact]
    public void Hand_made_file_is_read()
    {
        string path = _folder.File("m.safetensors");
        File.WriteAllBytes(path, HandMade());

        using SafetensorsFile file = SafetensorsFile.Open(path);
        Assert.Equal([1f, -2f], file.ReadArray<float>("w"));
        Assert.Equal([0x0102], file.ReadArray<short>("i"));
        Assert.Equal("1", file.Metadata["a"]);
        Assert.Equal("2", file.Metadata["b"]);
    }

    [Fact]
    public void File_without_tensors_round_trips()
    {
        string path = _folder.File("m.safetensors");
        SafetensorsWriter.Write(path, []);

        using SafetensorsFile file = SafetensorsFile.Open(path);
        Assert.Empty(file.Tensors);
        Assert.Empty(file.Metadata);
    }

    [Fact]
    public void Tensors_longer_than_one_piece_round_trip()
    {
        // One more than the 2^24 elements that are copied at a time.
        byte[] elements = new byte[(1 << 24) + 1];
        new Random(3).NextBytes(elements);
        string path = _folder.File("m.safetensors");
        SafetensorsWriter.Write(path, [SafetensorsEntry.FromMemory<byte>("long", TensorType.U8, [elements.Length], elements)]);

        using SafetensorsFile file = SafetensorsFile.Open(path);
        Assert.True(elements.AsSpan().SequenceEqual(file.ReadArray<byte>("long")));
        using MemoryStream copy = new();
        file.CopyTo("long", copy);
        Assert.True(elements.AsSpan().SequenceEqual(copy.GetBuffer().AsSpan(0, (int)copy.Length)));
    }

    [Fact]
    public void Native_memory_is_written_and_filled()
    {
        int[] values = [5, -6, 7];
        nint memory = Marshal.AllocHGlobal(3 * sizeof(int));
        try
        {
            Marshal.Copy(values, 0, memory, 3);
            string path = _folder.File("m.safetensors");
            SafetensorsWriter.Write(
                path,
                [
                    SafetensorsEntry.FromMemory<byte>("shift", TensorType.U8, [1], new byte[] { 1 }),
                    SafetensorsEntry.FromUnmanaged("n", TensorType.I32, [3], memory),
                ]);
            Marshal.Copy(new int[3], 0, memory, 3);

            using SafetensorsFile file = SafetensorsFile.Open(path);
            file.CopyTo("n", memory, 3 * sizeof(int));
            int[] found = new int[3];
            Marshal.Copy(memory, found, 0, 3);
            Assert.Equal(values, found);
            Assert.Throws<FileFormatException>(() => file.CopyTo("n", memory, 3 * sizeof(int) + 1));
        }
        finally
        {
            Marshal.FreeHGlobal(memory);
        }
    }

    [Fact]
    public void Reading_with_the_wrong_type_length_or_name_says_what_was_expected_and_found()
    {
        string path = _folder.File("m.safetensors");
        SafetensorsWriter.Write(path, [SafetensorsEntry.FromMemory<float>("w", TensorType.F32, [3], new float[3])]);
        using SafetensorsFile file = SafetensorsFile.Open(path);

        Assert.Contains("F32 [3]: it is to be read as Double", Assert.Throws<FileFormatException>(() => file.ReadArray<double>("w")).Message);
        Assert.Contains("expected 2 elements, found 3", Assert.Throws<FileFormatException>(() => file.Read("w", new float[2].AsSpan())).Message);
        Assert.Contains("expected a tensor 'v'", Assert.Throws<FileFormatException>(() => file.Find("v")).Message);
    }

    [Fact]
    public void Bytes_other_than_0_and_1_are_not_read_as_bool()
    {
        string path = _folder.File("m.safetensors");
        SafetensorsWriter.Write(path, [SafetensorsEntry.FromMemory<byte>("b", TensorType.Bool, [2], new byte[] { 1, 2 })]);
        using SafetensorsFile file = SafetensorsFile.Open(path);

        Assert.Equal([1, 2], file.ReadArray<byte>("b"));
        Assert.Throws<FileFormatException>(() => file.ReadArray<bool>("b"));
    }

    [Fact]
    public void Reading_after_dispose_is_refused()
    {
        string path = _folder.File("m.safetensors");
        SafetensorsWriter.Write(path, [SafetensorsEntry.FromMemory<float>("w", TensorType.F32, [1], new float[1])]);
        SafetensorsFile file = SafetensorsFile.Open(path);
        file.Dispose();
        file.Dispose();

        Assert.Throws<ObjectDisposedException>(() => file.ReadArray<float>("w"));
        Assert.Throws<ObjectDisposedException>(() => file.Bytes("w").Length);
    }

    [Theory]
    [InlineData(3)]
    [InlineData(5)]
    public void Entry_that_writes_another_length_is_refused_and_the_old_file_stays(int written)
    {
        string path = _folder.File("m.safetensors");
        File.WriteAllText(path, "old");

        Assert.Throws<InvalidOperationException>(() => SafetensorsWriter.Write(
            path, [new SafetensorsEntry("w", TensorType.U8, [4], stream => stream.Write(new byte[written]))]));
        Assert.Equal("old", File.ReadAllText(path));
        Assert.Equal(["m.safetensors"], _folder.Names());
    }

    [Fact]
    public void Wrong_entries_are_refused()
    {
        SafetensorsEntry one = SafetensorsEntry.FromMemory<byte>("w", TensorType.U8, [1], new byte[1]);
        string path = _folder.File("m.safetensors");

        Assert.Throws<ArgumentException>(() => SafetensorsWriter.Write(path, [one, one]));
        Assert.Throws<ArgumentException>(() => SafetensorsEntry.FromMemory<byte>("w", TensorType.U8, [2], new byte[1]));
        Assert.Throws<ArgumentException>(() => SafetensorsEntry.FromMemory<byte>("w", TensorType.F32, [1], new byte[4]));
        Assert.Throws<ArgumentException>(() => new SafetensorsEntry("__metadata__", TensorType.U8, [1], _ => { }));
        Assert.Throws<ArgumentOutOfRangeException>(() => new SafetensorsEntry("w", TensorType.U8, [-1], _ => { }));
        Assert.Throws<ArgumentException>(() => new SafetensorsEntry("w", TensorType.F64, [long.MaxValue], _ => { }));
    }

    private void Check<T>(TensorType type, long[] shape, T[] elements)
        where T : unmanaged
    {
        // A one-byte tensor before it makes its place in the file an odd one.
        string path = _folder.File("t.safetensors");
        SafetensorsWriter.Write(
            path,
            [
                SafetensorsEntry.FromMemory<byte>("shift", TensorType.U8, [1], new byte[] { 77 }),
                SafetensorsEntry.FromMemory<T>("t", type, shape, elements),
            ]);

        using SafetensorsFile file = SafetensorsFile.Open(path);
        TensorInfo info = file.Find("t");
        Assert.Equal(type, info.Type);
        Assert.Equal(shape, info.Shape);
        Assert.Equal(elements.Length, info.ElementCount);
        byte[] expected = MemoryMarshal.AsBytes(elements.AsSpan()).ToArray();
        Assert.Equal(expected, MemoryMarshal.AsBytes(file.ReadArray<T>("t").AsSpan()).ToArray());
        Assert.Equal(expected, file.Bytes("t").ToArray());
        using MemoryStream copy = new();
        file.CopyTo("t", copy);
        Assert.Equal(expected, copy.ToArray());
    }

    private static byte[] HandMade()
    {
        const string Json = """{"__metadata__":{"a":"1","b":"2"},"w":{"dtype":"F32","shape":[1,2],"data_offsets":[0,8]},"i":{"dtype":"I16","shape":[1],"data_offsets":[8,10]}}""";
        byte[] header = Encoding.UTF8.GetBytes(Json.PadRight(Json.Length + (8 - Json.Length % 8) % 8));
        byte[] length = new byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(length, header.Length);
        return [.. length, .. header, 0, 0, 0x80, 0x3f, 0, 0, 0, 0xc0, 0x02, 0x01];
    }
}
