using System.Buffers.Binary;
using CsCheck;
using NGpt.Core.Data;
using NGpt.Core.Errors;

namespace NGpt.Core.Tests.Data;

public sealed class TokenFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    private string Written(params int[] tokens)
    {
        string path = _folder.File($"{Guid.NewGuid():N}.bin");
        using var writer = TokenFileWriter.Create(path, 65_536);
        writer.Write(tokens);
        writer.Complete();
        return path;
    }

    private static byte[] Header(int magic, int version, int count)
    {
        var header = new byte[1024];
        BinaryPrimitives.WriteInt32LittleEndian(header, magic);
        BinaryPrimitives.WriteInt32LittleEndian(header.AsSpan(4), version);
        BinaryPrimitives.WriteInt32LittleEndian(header.AsSpan(8), count);
        return header;
    }

    [Fact]
    public void Written_tokens_are_read_back_at_any_place()
    {
        int[] tokens = [.. Enumerable.Range(0, 3_001).Select(i => i * 7919 % 65_536)];
        string path = Written(tokens);
        Assert.Equal(1024 + (2 * tokens.Length), new FileInfo(path).Length);
        using TokenFile file = TokenFile.Open(path, 65_536);
        Assert.Equal(tokens.Length, file.Count);
        Gen.Select(Gen.Int[0, tokens.Length], Gen.Int[0, 1_500]).Sample((offset, length) =>
        {
            length = Math.Min(length, tokens.Length - offset);
            var narrow = new int[length];
            var wide = new long[length];
            file.Read(offset, narrow);
            file.Read(offset, wide);
            return narrow.SequenceEqual(tokens.AsSpan(offset, length)) && wide.SequenceEqual(narrow.Select(token => (long)token));
        });
    }

    [Fact]
    public void Reading_outside_is_refused()
    {
        using TokenFile file = TokenFile.Open(Written(1, 2, 3));
        Assert.Throws<ArgumentOutOfRangeException>(() => file.Read(-1, new int[1]));
        Assert.Throws<ArgumentOutOfRangeException>(() => file.Read(1, new int[3]));
        Assert.Throws<ArgumentOutOfRangeException>(() => file.Read(4, Array.Empty<long>()));
        Assert.Throws<ArgumentOutOfRangeException>(() => file.Read(long.MaxValue, new long[1]));
    }

    [Fact]
    public void Headerless_16_bit_tokens_are_read()
    {
        using TokenFile file = TokenFile.Open(_folder.Write("train.bin", [1, 0, 0xFF, 0xFF, 0, 2]));
        var tokens = new int[3];
        file.Read(0, tokens);
        Assert.Equal([1, 65_535, 512], tokens);
    }

    [Fact]
    public void Tokens_of_32_bits_are_read()
    {
        using TokenFile file = TokenFile.Open(_folder.Write("wide.bin", [.. Header(20240801, 7, 2), 1, 0, 1, 0, 0xFF, 0xFF, 0xFF, 0xFF]));
        var tokens = new long[2];
        file.Read(0, tokens);
        Assert.Equal([65_537, uint.MaxValue], tokens);
        Assert.Throws<FileFormatException>(() => file.Read(0, new int[2]));
        Assert.Throws<FileFormatException>(() => file.Validate(int.MaxValue));
    }

    public static TheoryData<byte[]> Attacks => new()
    {
        { [] },
        { [1, 2, 3] },
        { Header(20240520, 1, 0)[..1023] },
        { Header(20240520, 1, 0)[..4] },
        { Header(20240520, 1, 1) },
        { Header(20240520, 1, int.MaxValue) },
        { Header(20240520, 1, -1) },
        { Header(20240520, 1, int.MinValue) },
        { Header(20240520, 2, 0) },
        { Header(20240520, 7, 0) },
        { Header(20240801, 1, 0) },
        { [.. Header(20240520, 1, 1), 0, 0, 0] },
        { [.. Header(20240520, 1, 2), 0, 0] },
        { [.. Header(20240801, 7, 1), 0, 0] },
    };

    [Theory]
    [MemberData(nameof(Attacks))]
    public void Headers_that_do_not_fit_the_file_are_refused(byte[] content)
    {
        string path = _folder.Write("bad.bin", content);
        Assert.Equal(path, Assert.Throws<FileFormatException>(() => TokenFile.Open(path)).Path);
    }

    [Fact]
    public void A_missing_file_is_refused() => Assert.Throws<FileFormatException>(() => TokenFile.Open(_folder.File("missing.bin")));

    [Fact]
    public void A_file_that_was_not_completed_is_refused()
    {
        string path = _folder.File("half.bin");
        using (var writer = TokenFileWriter.Create(path, 65_536))
        {
            writer.Write(Enumerable.Range(0, 40_000).ToArray());
        }

        Assert.Throws<FileFormatException>(() => TokenFile.Open(path));
    }

    [Fact]
    public void Tokens_outside_a_vocabulary_are_refused_with_their_place()
    {
        string path = Written([.. Enumerable.Repeat(9, 1_300), 10]);
        TokenFile.Open(path, 11).Dispose();
        FileFormatException error = Assert.Throws<FileFormatException>(() => TokenFile.Open(path, 10));
        Assert.Contains("position 1,300 is 10", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Ids_beyond_16_bits_are_not_written()
    {
        using var writer = TokenFileWriter.Create(_folder.File("x.bin"), 65_536);
        Assert.Throws<ArgumentOutOfRangeException>(() => writer.Write([65_536]));
        Assert.Throws<ArgumentOutOfRangeException>(() => writer.Write([-1]));
    }

    [Fact]
    public async Task Several_threads_read_the_same_file()
    {
        int[] tokens = [.. Enumerable.Range(0, 60_000)];
        using TokenFile file = TokenFile.Open(Written(tokens));
        await Task.WhenAll(Enumerable.Range(0, 4).Select(start => Task.Run(() =>
        {
            var window = new int[777];
            for (int offset = start; offset + window.Length <= tokens.Length; offset += 501)
            {
                file.Read(offset, window);
                Assert.True(window.AsSpan().SequenceEqual(tokens.AsSpan(offset, window.Length)));
            }
        })));
    }
}
