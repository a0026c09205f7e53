using NGpt.Core.Errors;
using NGpt.Core.Files.Gguf;

namespace NGpt.Core.Tests.Files.Gguf;

public sealed class GgufHostileTests : IDisposable
{
    private const uint F32 = 0;
    private const uint Q8 = 8;
    private const ulong Huge = 1ul << 60;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void The_valid_form_of_the_cases_below_is_accepted()
    {
        using GgufFile file = GgufFile.Open(Save(HandMadeGguf.Begin(2, 1).Text("k").U32(4).U32(9).Tensor("b", Q8, 32, 32, 3).Tensor("a", F32, 0, 2).PadTo(32, 32 + 102).ToArray()));
        Assert.Equal([0f, 0f], file.ReadFloats("a"));
        Assert.Equal([3, 32], file.Find("b").Shape);
        Assert.Equal(102, file.Bytes("b").Length);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(23)]
    public void File_shorter_than_the_fixed_part_is_refused(int length) => Refused(new byte[length], $"the file has {length} bytes; a GGUF file has at least 24");

    [Fact]
    public void Other_formats_and_versions_are_refused()
    {
        Refused(new byte[24], "does not begin with GGUF");
        Refused(new HandMadeGguf().Raw("GGUF"u8).U32(1).U64(0).U64(0), "has the version 1; versions 2 and 3 are read");
        Refused(new HandMadeGguf().Raw("GGUF"u8).U32(0x03000000).U64(0).U64(0), "is big-endian");
    }

    [Theory]
    [InlineData(Huge, 0, "names 1152921504606846976 tensors; at most 65536")]
    [InlineData(0, ulong.MaxValue, "names 18446744073709551615 metadata entries; at most 65536")]
    [InlineData(65_537, 0, "names 65537 tensors")]
    [InlineData(65_536, 0, "tensor 0 needs 8 bytes, but the file has only 0 more")]
    [InlineData(0, 65_536, "metadata entry 0 needs 8 bytes, but the file has only 0 more")]
    public void Counts_beyond_the_file_are_refused(ulong tensors, ulong entries, string message) => Refused(HandMadeGguf.Begin(tensors, entries), message);

    [Fact]
    public void Lengths_of_texts_beyond_the_file_are_refused()
    {
        Refused(HandMadeGguf.Begin(0, 1).U64(2).Raw("k"u8), "metadata entry 0 needs a text of 2 bytes, but the file has only 1 more");
        Refused(HandMadeGguf.Begin(0, 1).U64(Huge).Raw("k"u8), $"needs a text of {Huge} bytes");
        Refused(HandMadeGguf.Begin(0, 1).U64(ulong.MaxValue).Raw(new byte[70_000]), "has a text of 18446744073709551615 bytes; at most 65535 are allowed");
        Refused(HandMadeGguf.Begin(0, 1).Text(new string('k', 65_536)).U32(0).Raw([1]), "has a text of 65536 bytes; at most 65535 are allowed");
        Refused(HandMadeGguf.Begin(0, 1).Text("k").U32(8).U64(long.MaxValue), "metadata entry 'k' needs a text of 9223372036854775807 bytes");
        Refused(HandMadeGguf.Begin(1, 0).Tensor(new string('n', 65), F32, 0, 1).PadTo(32, 4), "tensor 0 has a text of 65 bytes; at most 64 are allowed");
    }

    [Fact]
    public void Name_of_64_bytes_is_read()
    {
        using GgufFile file = GgufFile.Open(Save(HandMadeGguf.Begin(1, 0).Tensor(new string('n', 64), F32, 0, 1).PadTo(32, 4).ToArray()));
        Assert.Single(file.TensorList);
    }

    [Fact]
    public void Empty_and_repeated_names_are_refused()
    {
        Refused(HandMadeGguf.Begin(0, 1).Text("").U32(0).Raw([1]), "metadata entry 0 has an empty name");
        Refused(HandMadeGguf.Begin(1, 0).Tensor("", F32, 0, 1).PadTo(32, 4), "tensor 0 has an empty name");
        Refused(HandMadeGguf.Begin(0, 2).Text("k").U32(0).Raw([1]).Text("k").U32(0).Raw([1]), "metadata entry 'k' is there twice");
        Refused(HandMadeGguf.Begin(2, 0).Tensor("w", F32, 0, 1).Tensor("w", F32, 32, 1).PadTo(32, 36), "tensor 'w' is there twice");
    }

    [Fact]
    public void Text_that_is_not_utf8_is_refused()
    {
        Refused(HandMadeGguf.Begin(0, 1).U64(1).Raw([0xff]).U32(0).Raw([1]), "metadata entry 0 has a text that is not UTF-8");
        Refused(HandMadeGguf.Begin(0, 1).Text("k").U32(8).U64(3).Raw([0xed, 0xa0, 0x80]), "metadata entry 'k' has a text that is not UTF-8");
    }

    [Fact]
    public void Unknown_types_of_values_are_refused()
    {
        Refused(HandMadeGguf.Begin(0, 1).Text("k").U32(13).U64(0), "metadata entry 'k' has the unknown type 13; known are 0 to 12");
        Refused(HandMadeGguf.Begin(0, 1).Text("k").U32(9).U32(uint.MaxValue).U64(0), "has the unknown type 4294967295");
        Refused(HandMadeGguf.Begin(0, 1).Text("k").U32(7).Raw([2]), "has a truth value other than 0 and 1");
        Refused(HandMadeGguf.Begin(0, 1).Text("k").U32(9).U32(7).U64(3).Raw([1, 0, 255]), "has a truth value other than 0 and 1");
    }

    [Fact]
    public void Truncated_values_are_refused()
    {
        Refused(HandMadeGguf.Begin(0, 1).Text("k"), "metadata entry 'k' needs 4 bytes, but the file has only 0 more");
        Refused(HandMadeGguf.Begin(0, 1).Text("k").U32(12).U32(0), "metadata entry 'k' needs 8 bytes, but the file has only 4 more");
        Refused(HandMadeGguf.Begin(0, 1).Text("k").U32(9).U32(4).U64(3).U64(0), "needs 3 entries of at least 4 bytes, but the file has only 8 more");
        Refused(HandMadeGguf.Begin(0, 1).Text("k").U32(9).U32(8).U64(2).U64(9).Raw(new byte[8]), "metadata entry 'k' needs a text of 9 bytes, but the file has only 8 more");
    }

    [Theory]
    [InlineData(0)]
    [InlineData(7)]
    [InlineData(8)]
    [InlineData(9)]
    [InlineData(12)]
    public void Arrays_beyond_the_file_are_refused(uint type)
    {
        Refused(HandMadeGguf.Begin(0, 1).Text("k").U32(9).U32(type).U64(Huge).Raw(new byte[100]), $"needs {Huge} entries");
        Refused(HandMadeGguf.Begin(0, 1).Text("k").U32(9).U32(type).U64(ulong.MaxValue).Raw(new byte[100]), "needs 18446744073709551615 entries");
        Refused(HandMadeGguf.Begin(0, 1).Text("k").U32(9).U32(type).U64((1ul << 61) + 1).Raw(new byte[100]), "entries");
    }

    [Fact]
    public void Arrays_nested_too_deep_are_refused()
    {
        Refused(Nested(5), "has arrays nested more than 4 deep");
        Refused(Nested(10_000), "has arrays nested more than 4 deep");
        using GgufFile file = GgufFile.Open(Save(Nested(4).ToArray()));
        Assert.Single(file.Metadata);

        static HandMadeGguf Nested(int depth)
        {
            HandMadeGguf made = HandMadeGguf.Begin(0, 1).Text("k").U32(9);
            for (int i = 1; i < depth; i++)
            {
                made.U32(9).U64(1);
            }

            return made.U32(0).U64(1).Raw([7]);
        }
    }

    [Fact]
    public void More_arrays_than_are_read_are_refused()
    {
        HandMadeGguf made = HandMadeGguf.Begin(0, 1).Text("k").U32(9).U32(9).U64(65_536);
        for (int i = 0; i < 65_536; i++)
        {
            made.U32(0).U64(0);
        }

        Refused(made, "has more arrays than the 65536 that are read");
    }

    [Theory]
    [InlineData(0u)]
    [InlineData(1u)]
    [InlineData(4u)]
    [InlineData(24u)]
    [InlineData(131_072u)]
    [InlineData(uint.MaxValue)]
    public void Alignment_that_is_no_power_of_two_from_8_to_65536_is_refused(uint alignment) =>
        Refused(HandMadeGguf.Begin(0, 1).Text("general.alignment").U32(4).U32(alignment), $"'general.alignment' is U32 {alignment}; expected U32, a power of two from 8 to 65536");

    [Fact]
    public void Alignment_of_another_type_is_refused() =>
        Refused(HandMadeGguf.Begin(0, 1).Text("general.alignment").U32(10).U64(32), "'general.alignment' is U64 32; expected U32");

    [Fact]
    public void Alignment_of_the_file_is_followed_wherever_it_is_named()
    {
        byte[] content = HandMadeGguf.Begin(2, 1).Text("general.alignment").U32(4).U32(8).Tensor("a", F32, 0, 1).Tensor("b", F32, 8, 1).PadTo(8).Raw([0, 0, 0x80, 0x3f, 0, 0, 0, 0, 0, 0, 0, 0x40]).ToArray();
        using GgufFile file = GgufFile.Open(Save(content));
        Assert.Equal([1f], file.ReadFloats("a"));
        Assert.Equal([2f], file.ReadFloats("b"));
    }

    [Fact]
    public void Dimensions_beyond_four_or_63_bits_are_refused()
    {
        Refused(HandMadeGguf.Begin(1, 0).Tensor("w", F32, 0, 1, 1, 1, 1, 1).PadTo(32, 4), "tensor 'w' has 5 dimensions; at most 4");
        Refused(HandMadeGguf.Begin(1, 0).Text("w").U32(uint.MaxValue), "tensor 'w' has 4294967295 dimensions");
        Refused(HandMadeGguf.Begin(1, 0).Tensor("w", F32, 0, 1ul << 63).PadTo(32, 4), "has a dimension of 9223372036854775808");
        Refused(HandMadeGguf.Begin(1, 0).Tensor("w", F32, 0, 1ul << 32, 1ul << 32).PadTo(32, 4), "of shape [4294967296, 4294967296] does not fit 64 bits");
        Refused(HandMadeGguf.Begin(1, 0).Tensor("w", F32, 0, 1ul << 61).PadTo(32, 4), "of shape [2305843009213693952] does not fit 64 bits");
    }

    [Fact]
    public void One_size_of_zero_makes_an_empty_tensor_however_large_the_others_are()
    {
        using GgufFile file = GgufFile.Open(Save(HandMadeGguf.Begin(1, 0).Tensor("w", 40, 0, 0x4100000000000040, 0, 2, 0x900000009).PadTo(32).ToArray()));
        Assert.Equal((0, 0), (file.Find("w").ByteLength, file.Find("w").ElementCount));
        Assert.True(file.Bytes("w").IsEmpty);
    }

    [Fact]
    public void Unknown_types_of_tensors_are_refused()
    {
        Refused(HandMadeGguf.Begin(1, 0).Tensor("w", 12, 0, 256).PadTo(32, 144), "tensor 'w' has the type 12 (Q4_K), which is not read here; known are F32 (0)");
        Refused(HandMadeGguf.Begin(1, 0).Tensor("w", uint.MaxValue, 0, 1).PadTo(32, 4), "has the type 4294967295");
    }

    [Theory]
    [InlineData(2, 33, "a row of 33 values is not a multiple of the Q4_0 block size of 32")]
    [InlineData(8, 31, "a row of 31 values is not a multiple of the Q8_0 block size of 32")]
    [InlineData(40, 32, "a row of 32 values is not a multiple of the NVFP4 block size of 64")]
    public void Rows_that_are_no_whole_blocks_are_refused(uint type, uint columns, string message) =>
        Refused(HandMadeGguf.Begin(1, 0).Tensor("w", type, 0, columns, 64).PadTo(32, 10_000), message);

    [Theory]
    [InlineData(4ul, 100, "begins at offset 4, which is not a multiple of the alignment 32")]
    [InlineData(32ul, 35, "of 4 bytes begins at offset 32, but the data section has 35 bytes")]
    [InlineData(64ul, 35, "begins at offset 64, but the data section has 35 bytes")]
    [InlineData(9223372036854775776ul, 100, "begins at offset 9223372036854775776, but")]
    [InlineData(9223372036854775808ul, 100, "has an offset of 9223372036854775808")]
    public void Offsets_outside_the_file_or_unaligned_are_refused(ulong offset, int data, string message) =>
        Refused(HandMadeGguf.Begin(1, 0).Tensor("w", F32, offset, 1).PadTo(32, data), message);

    [Fact]
    public void File_that_ends_before_its_data_section_is_refused()
    {
        Refused(HandMadeGguf.Begin(1, 0).Tensor("w", F32, 0, 1), "of 4 bytes begins at offset 0, but the data section has 0 bytes");
        Refused(HandMadeGguf.Begin(1, 0).Tensor("w", F32, 0, 0), "of 0 bytes begins at offset 0, but the data section has 0 bytes");
    }

    [Theory]
    [InlineData(0, 9, 0, 1, "tensor 'a' begins at offset 0 and overlaps tensor 'b', which ends at 4")]
    [InlineData(0, 9, 32, 1, "tensor 'b' begins at offset 32 and overlaps tensor 'a', which ends at 36")]
    [InlineData(0, 9, 32, 0, "tensor 'b' begins at offset 32 and overlaps tensor 'a', which ends at 36")]
    public void Overlapping_tensors_are_refused(uint a, uint sizeA, uint b, uint sizeB, string message) =>
        Refused(HandMadeGguf.Begin(2, 0).Tensor("a", F32, a, sizeA).Tensor("b", F32, b, sizeB).PadTo(32, 200), message);

    [Fact]
    public void What_a_file_claims_allocates_nothing_that_it_does_not_hold()
    {
        byte[][] claims =
        [
            HandMadeGguf.Begin(Huge, Huge).ToArray(),
            HandMadeGguf.Begin(65_536, 65_536).ToArray(),
            HandMadeGguf.Begin(0, 1).U64(Huge).Raw(new byte[64]).ToArray(),
            HandMadeGguf.Begin(0, 1).Text("k").U32(9).U32(8).U64(Huge).ToArray(),
            HandMadeGguf.Begin(0, 1).Text("k").U32(9).U32(9).U64(Huge).ToArray(),
            HandMadeGguf.Begin(0, 1).Text("k").U32(9).U32(0).U64(int.MaxValue).ToArray(),
            HandMadeGguf.Begin(0, 1).Text("k").U32(8).U64(int.MaxValue).ToArray(),
            HandMadeGguf.Begin(1, 0).Tensor("w", F32, 0, 1ul << 50).ToArray(),
        ];
        Assert.Throws<FileFormatException>(() => GgufHeader.Parse("warm-up", claims[0], claims[0].Length));
        foreach (byte[] claim in claims)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            Assert.Throws<FileFormatException>(() => GgufHeader.Parse("claim", claim, claim.Length));
            Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 100_000);
        }
    }

    [Fact]
    public void Header_that_goes_on_beyond_what_is_read_is_refused()
    {
        byte[] content = HandMadeGguf.Begin(0, 2).Text("k").U32(0).Raw([1]).Raw(new byte[4]).ToArray();
        FileFormatException failure = Assert.Throws<FileFormatException>(() => GgufHeader.Parse("long", content, 200_000_000));
        Assert.Contains("metadata entry 1 needs 8 bytes: metadata and tensor table of more than 100000000 bytes are not read", failure.Message);
    }

    [Fact]
    public void Names_in_messages_are_short_and_printable()
    {
        FileFormatException failure = Refused(HandMadeGguf.Begin(0, 1).Text("\u001b[31m" + new string('x', 5000)).U32(77), "?[31mxxx");
        Assert.InRange(failure.Message.Length, 100, 500);
    }

    [Fact]
    public void Missing_file_and_folder_are_named()
    {
        Assert.Contains("there is no such file", Assert.Throws<NGptException>(() => GgufFile.Open(_folder.File("absent"))).Message);
        Assert.Contains("is a folder", Assert.Throws<NGptException>(() => GgufFile.Open(_folder.Path)).Message);
    }

    private FileFormatException Refused(HandMadeGguf content, string message) => Refused(content.ToArray(), message);

    private FileFormatException Refused(byte[] content, string message)
    {
        string path = Save(content);
        FileFormatException failure = Assert.Throws<FileFormatException>(() => GgufFile.Open(path));
        Assert.Equal(path, failure.Path);
        Assert.Contains(message, failure.Message);
        Assert.DoesNotContain('\n', failure.Message);
        Assert.NotNull(failure.Remedy);
        return failure;
    }

    private string Save(byte[] content)
    {
        string path = _folder.File("hostile.gguf");
        File.WriteAllBytes(path, content);
        return path;
    }
}
