using System.Buffers.Binary;
using CsCheck;
using NGpt.Core.Data;
using NGpt.Core.Errors;

namespace NGpt.Core.Tests.Data;

public sealed class TokenShardsTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private int _files;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Files_of_any_sizes_and_widths_read_as_one_sequence() =>
        Gen.Select(
            Gen.Select(Gen.OneOf(Gen.Const(0), Gen.Int[0, 4], Gen.Int[500, 1_600]), Gen.Bool).Array[0, 6],
            Gen.Int[0, 10_000],
            Gen.Int[0, 10_000]).Sample(
            (shards, from, length) =>
            {
                int[] expected = Numbers(0, shards.Sum(shard => shard.Item1));
                int written = 0;
                using TokenShards tokens = TokenShards.Open([.. shards.Select(shard =>
                {
                    written += shard.Item1;
                    return Write(expected.AsSpan(written - shard.Item1, shard.Item1), shard.Item2);
                })]);
                Assert.Equal((expected.Length, shards.Length), (tokens.Count, tokens.Files.Count));
                // Everything, then a part, often across several ends.
                int[] all = new int[expected.Length];
                tokens.Read(0, all);
                Assert.Equal(expected, all);
                from = Math.Min(from, expected.Length);
                int[] part = new int[Math.Min(length, expected.Length - from)];
                tokens.Read(from, part);
                Assert.Equal(expected.AsSpan(from, part.Length).ToArray(), part);
            },
            iter: 40,
            threads: 1);

    [Fact]
    public void Every_place_is_read_across_ends_and_empty_files()
    {
        int[] sizes = [0, 3, 0, 0, 1, 2, 0];
        int[] expected = Numbers(0, 6);
        int at = 0;
        using TokenShards tokens = TokenShards.Open([.. sizes.Select((size, i) => Write(expected.AsSpan((at += size) - size, size), wide: i % 2 == 0))]);
        for (int from = 0; from <= expected.Length; from++)
        {
            for (int length = 0; length <= expected.Length - from; length++)
            {
                int[] read = new int[length];
                tokens.Read(from, read);
                Assert.Equal(expected.AsSpan(from, length).ToArray(), read);
            }
        }
    }

    [Fact]
    public void Reading_outside_is_refused_and_writes_nothing()
    {
        using TokenShards tokens = TokenShards.Open(Write([1, 2], wide: false), Write([3], wide: true));
        foreach ((long offset, int length) in new[] { (-1L, 1), (0, 4), (2, 2), (3, 1), (4, 0), (long.MaxValue, 1), (long.MinValue, 0) })
        {
            int[] read = new int[length];
            Assert.Throws<ArgumentOutOfRangeException>(() => tokens.Read(offset, read));
            Assert.All(read, token => Assert.Equal(0, token));
        }

        tokens.Read(3, []);
    }

    [Fact]
    public void No_files_are_no_tokens()
    {
        using TokenShards tokens = TokenShards.Open();
        Assert.Equal(0, tokens.Count);
        tokens.Read(0, []);
        Assert.Throws<ArgumentOutOfRangeException>(() => tokens.Read(0, new int[1]));
    }

    [Fact]
    public void A_file_that_is_no_token_file_is_refused_by_name()
    {
        string good = Write([1, 2], wide: false);
        string bad = _folder.Write("bad.bin", [1, 2, 3]);
        Assert.Equal(bad, Assert.Throws<FileFormatException>(() => TokenShards.Open(good, bad)).Path);
        Assert.Equal(_folder.File("none.bin"), Assert.Throws<FileFormatException>(() => TokenShards.Open(good, _folder.File("none.bin"))).Path);
        // The file before it was closed again.
        File.Open(good, FileMode.Open, FileAccess.ReadWrite, FileShare.None).Dispose();
    }

    [Fact]
    public void A_token_outside_the_vocabulary_is_refused_in_whichever_file_it_is()
    {
        string second = Write([4, 9], wide: true);
        using TokenShards tokens = TokenShards.Open(Write([1, 2], wide: false), second);
        tokens.Validate(10);
        FileFormatException error = Assert.Throws<FileFormatException>(() => tokens.Validate(9));
        Assert.Equal(second, error.Path);
        Assert.Contains("position 1 is 9", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_token_too_large_for_an_int_is_refused_when_it_is_read()
    {
        string path = _folder.Write("large.bin", [.. Header(wide: true, 2), 5, 0, 0, 0, 0, 0, 0, 0x80]);
        using TokenShards tokens = TokenShards.Open(Write([1], wide: false), path);
        int[] read = new int[2];
        tokens.Read(0, read);
        Assert.Equal([1, 5], read);
        Assert.Equal(path, Assert.Throws<FileFormatException>(() => tokens.Read(1, read)).Path);
    }

    // Different at every place, and within 16 bits.
    private static int[] Numbers(int first, int count) => [.. Enumerable.Range(first, count).Select(i => (i * 40_503) & 0xFFFF)];

    private static byte[] Header(bool wide, int count)
    {
        byte[] header = new byte[1024];
        BinaryPrimitives.WriteInt32LittleEndian(header, wide ? 20240801 : 20240520);
        BinaryPrimitives.WriteInt32LittleEndian(header.AsSpan(4), wide ? 7 : 1);
        BinaryPrimitives.WriteInt32LittleEndian(header.AsSpan(8), count);
        return header;
    }

    private string Write(ReadOnlySpan<int> tokens, bool wide)
    {
        using MemoryStream content = new();
        content.Write(Header(wide, tokens.Length));
        foreach (int token in tokens)
        {
            content.Write(BitConverter.GetBytes(token).AsSpan(0, wide ? 4 : 2));
        }

        return _folder.Write($"shard{_files++}.bin", content.ToArray());
    }
}
