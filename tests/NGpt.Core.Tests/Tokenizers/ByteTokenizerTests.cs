using System.Buffers;
using CsCheck;
using NGpt.Core.Tokenizers;

namespace NGpt.Core.Tests.Tokenizers;

public sealed class ByteTokenizerTests
{
    [Fact]
    public void Every_byte_string_survives_the_round_trip() => Gen.Byte.Array.Sample(bytes =>
    {
        var tokenizer = new ByteTokenizer();
        var tokens = new ArrayBufferWriter<int>();
        tokenizer.Encode(bytes, tokens);
        var back = new List<byte>();
        foreach (int token in tokens.WrittenSpan)
        {
            back.AddRange(tokenizer.TokenBytes(token).ToArray());
        }

        return back.SequenceEqual(bytes) && tokens.WrittenCount == bytes.Length;
    });

    [Fact]
    public void Strings_become_their_utf8_bytes()
    {
        var tokenizer = new ByteTokenizer();
        Assert.Equal([0x61, 0xC3, 0xA9, 0x0A], tokenizer.Encode("aé\n"));
        Assert.Equal("aé\n", tokenizer.Decode(tokenizer.Encode("aé\n")));
        Assert.Equal(256, tokenizer.VocabularySize);
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(256)]
    public void Tokens_outside_the_vocabulary_are_refused(int token) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new ByteTokenizer().TokenBytes(token).Length);
}
