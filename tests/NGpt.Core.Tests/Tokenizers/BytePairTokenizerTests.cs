using System.Buffers;
using System.Text;
using CsCheck;
using NGpt.Core.Tokenizers;

namespace NGpt.Core.Tests.Tokenizers;

public sealed class BytePairTokenizerTests
{
    private static readonly BytePairTokenizer Gpt2 = SampleText.Trained(SplitPattern.Gpt2);
    private static readonly BytePairTokenizer Gpt4 = SampleText.Trained(SplitPattern.Gpt4);
    private static readonly BytePairTokenizer Whole = SampleText.Trained(SplitPattern.None);

    [Fact]
    public void Every_byte_string_survives_the_round_trip() => SampleText.AnyBytes.Sample(
        bytes =>
        {
            Assert.Equal(bytes, Bytes(Gpt2, Encode(Gpt2, bytes)));
            Assert.Equal(bytes, Bytes(Gpt4, Encode(Gpt4, bytes)));
            Assert.Equal(bytes, Bytes(Whole, Encode(Whole, bytes)));
        },
        iter: 3000);

    [Fact]
    public void Tokens_are_those_of_the_plain_way() => Gen.OneOf(SampleText.AnyBytes, Gen.Int[0, 1000].Select(seed => Encoding.UTF8.GetBytes(SampleText.Of(20, seed)))).Sample(
        bytes =>
        {
            Assert.Equal(ReferenceBytePairs.Encode(Gpt2, bytes), Encode(Gpt2, bytes));
            Assert.Equal(ReferenceBytePairs.Encode(Gpt4, bytes), Encode(Gpt4, bytes));
            // Without a pattern the pieces are long: the other way of merging.
            Assert.Equal(ReferenceBytePairs.Encode(Whole, bytes), Encode(Whole, bytes));
        },
        iter: 200);

    [Fact]
    public void The_same_tokens_come_from_the_cache_and_from_another_thread()
    {
        byte[] text = Encoding.UTF8.GetBytes(SampleText.Of(30_000, seed: 5));
        int[] first = Encode(Gpt4, text);
        var fresh = SampleText.Trained(SplitPattern.Gpt4);
        Assert.Equal(first, Encode(fresh, text));
        Assert.Equal(first, Encode(fresh, text));
        Parallel.For(0, 8, _ => Assert.Equal(first, Encode(fresh, text)));
        Assert.Equal(text, Bytes(Gpt4, first));
    }

    [Fact]
    public void A_megabyte_without_a_gap_is_encoded_in_no_time()
    {
        byte[] text = new byte[1 << 20];
        Array.Fill(text, (byte)'a');
        Assert.Equal(text, Bytes(Gpt2, Encode(Gpt2, text)));
        byte[] hostile = [.. Enumerable.Range(0, 1 << 20).Select(i => (byte)("theof"[i % 5]))];
        Assert.Equal(hostile, Bytes(Gpt2, Encode(Gpt2, hostile)));
    }

    [Fact]
    public void Pieces_of_every_length_are_kept_apart()
    {
        for (int length = 1; length <= 80; length++)
        {
            byte[] zeros = new byte[length];
            byte[] letters = Encoding.UTF8.GetBytes(new string('q', length));
            Assert.Equal(zeros, Bytes(Gpt2, Encode(Gpt2, zeros)));
            Assert.Equal(letters, Bytes(Gpt2, Encode(Gpt2, letters)));
            Assert.Equal(ReferenceBytePairs.Encode(Gpt2, letters), Encode(Gpt2, letters));
        }
    }

    [Fact]
    public void Special_tokens_are_no_text_unless_asked_for()
    {
        byte[] text = "a<|endoftext|>b<|endoftext|>"u8.ToArray();
        int end = Gpt2.EndOfText!.Value;
        Assert.Equal(Gpt2.VocabularySize - 1, end);
        Assert.True(Gpt2.TokenBytes(end).IsEmpty);
        Assert.DoesNotContain(end, Encode(Gpt2, text));
        Assert.Equal(text, Bytes(Gpt2, Encode(Gpt2, text)));
        var tokens = new ArrayBufferWriter<int>();
        Gpt2.Encode(text, tokens, recognizesSpecialTokens: true);
        Assert.Equal(['a', end, 'b', end], tokens.WrittenSpan.ToArray());
    }

    [Fact]
    public void Added_tokens_that_are_text_are_cut_out_of_every_text()
    {
        byte[]?[] bytes = [.. Enumerable.Range(0, 256).Select(value => (byte[])[(byte)value])];
        var tokenizer = new BytePairTokenizer(bytes, [], SplitPattern.Gpt2, [new(256, "ab", false), new(257, "abc", false), new(258, "<s>")]);
        Assert.Equal(['x', 257, 256, 'a', '<', 's', '>'], tokenizer.Encode("xabcaba<s>"));
        Assert.Equal("xabcaba", tokenizer.Decode([.. tokenizer.Encode("xabcaba"), 258]));
        Assert.Null(tokenizer.EndOfText);
    }

    [Fact]
    public void Whole_pieces_come_before_merges_where_the_vocabulary_says_so()
    {
        byte[]?[] bytes = [.. Enumerable.Range(0, 256).Select(value => (byte[])[(byte)value]), "abc"u8.ToArray()];
        Assert.Equal([256, ' ', 'a', 'b'], new BytePairTokenizer(bytes, [], SplitPattern.Gpt2, null, ignoresMerges: true).Encode("abc ab"));
        Assert.Equal(['a', 'b', 'c'], new BytePairTokenizer(bytes, [], SplitPattern.Gpt2).Encode("abc"));
    }

    [Fact]
    public void Parts_that_do_not_belong_together_are_refused()
    {
        byte[]?[] bytes = [.. Enumerable.Range(0, 256).Select(value => (byte[])[(byte)value])];
        Refused("0x41", [.. bytes.Where(token => token![0] != 0x41)], []);
        Refused("bytes of another one", [.. bytes, "a"u8.ToArray()], []);
        Refused("is empty", [.. bytes, []], []);
        Refused("the highest id is 500,000, but there are only 257 tokens", bytes, [], new AddedToken(500_000, "x"));
        Refused("does not make the token", [.. bytes, "ab"u8.ToArray()], [new('a', 'c', 256)]);
        Refused("given twice", [.. bytes, "ab"u8.ToArray()], [new('a', 'b', 256), new('a', 'b', 256)]);
        Refused("does not exist", bytes, [new('a', 'b', 256)]);
        Refused("also that of another token", bytes, [], new AddedToken(65, "x"));
        Refused("given twice", bytes, [], new AddedToken(256, "x"), new AddedToken(256, "y"));
        Refused("content of another one", bytes, [], new AddedToken(256, "x"), new AddedToken(257, "x"));
        Refused("outside", bytes, [], new AddedToken(-1, "x"));

        static void Refused(string problem, byte[]?[] tokens, BytePairMerge[] merges, params AddedToken[] added) =>
            Assert.Contains(problem, Assert.Throws<ArgumentException>(() => new BytePairTokenizer(tokens, merges, SplitPattern.Gpt2, added)).Message, StringComparison.Ordinal);
    }

    internal static int[] Encode(ITokenizer tokenizer, byte[] text)
    {
        var tokens = new ArrayBufferWriter<int>();
        tokenizer.Encode(text, tokens);
        return tokens.WrittenSpan.ToArray();
    }

    internal static byte[] Bytes(ITokenizer tokenizer, int[] tokens)
    {
        var bytes = new ArrayBufferWriter<byte>();
        foreach (int token in tokens)
        {
            bytes.Write(tokenizer.TokenBytes(token));
        }

        return bytes.WrittenSpan.ToArray();
    }
}
