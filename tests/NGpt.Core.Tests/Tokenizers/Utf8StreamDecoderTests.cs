using System.Text;
using CsCheck;
using NGpt.Core.Tokenizers;

namespace NGpt.Core.Tests.Tokenizers;

public sealed class Utf8StreamDecoderTests
{
    private static readonly byte[] BytesOfCharacters = [0xF0, 0x9F, 0x99, 0x82, 0xE2, 0x82, 0xAC, 0xC3, 0xA9];

    [Fact]
    public void Pieces_of_any_bytes_decode_like_the_whole() =>
        Gen.Select(Gen.OneOf(Gen.Byte, Gen.Int[0, BytesOfCharacters.Length - 1].Select(index => BytesOfCharacters[index])).Array, Gen.Int[1, 5]).Sample((bytes, size) =>
        {
            var decoder = new Utf8StreamDecoder();
            var text = new StringBuilder();
            foreach (byte[] piece in bytes.Chunk(size))
            {
                string part = decoder.Append(piece);
                Assert.False(part.Length > 0 && char.IsHighSurrogate(part[^1]));
                text.Append(part);
            }

            text.Append(decoder.Flush());
            return text.ToString() == Encoding.UTF8.GetString(bytes);
        });

    [Fact]
    public void Text_comes_as_soon_as_it_is_complete()
    {
        var decoder = new Utf8StreamDecoder();
        Assert.Equal("a", decoder.Append([(byte)'a', 0xF0, 0x9F]));
        Assert.Equal(string.Empty, decoder.Append([0x99]));
        Assert.Equal("🙂!", decoder.Append([0x82, (byte)'!']));
        Assert.Equal(string.Empty, decoder.Flush());
    }

    [Fact]
    public void An_unfinished_character_is_replaced_at_the_end_and_the_decoder_is_as_new()
    {
        var decoder = new Utf8StreamDecoder();
        Assert.Equal(string.Empty, decoder.Append([0xE2, 0x82]));
        Assert.Equal("\uFFFD", decoder.Flush());
        Assert.Equal("x", decoder.Append([(byte)'x']));
    }
}
