using NGpt.Core.Files.Gguf;
using NGpt.Core.Tokenizers;
using NGpt.Runtime.Quantization;

namespace NGpt.Runtime.Tests.Quantization;

public sealed class LlamaTokenizerTests
{
    [Fact]
    public void Byte_pairs_are_named_by_stand_ins_for_bytes()
    {
        // Space and h; that and a line feed.
        BytePairTokenizer tokenizer = Pairs(SplitPattern.Gpt2, added: [new AddedToken(258, "<|endoftext|>"), new AddedToken(259, "<b>", IsSpecial: false)]);
        Dictionary<string, GgufValue> metadata = Metadata(LlamaTokenizer.Of(tokenizer, 262));
        string[] tokens = Array<string>(metadata, "tokenizer.ggml.tokens");
        Assert.Equal(["Ġ", "!", "Ġh", "ĠhĊ", "<|endoftext|>", "<b>", "[PAD260]", "[PAD261]"], [tokens[' '], tokens['!'], .. tokens[256..]]);
        Assert.Equal([1, 1, 3, 4, 5, 5], Array<int>(metadata, "tokenizer.ggml.token_type")[256..]);
        Assert.Equal(["Ġ h", "Ġh Ċ"], Array<string>(metadata, "tokenizer.ggml.merges"));
        Assert.Equal((258L, 258L), (Integer(metadata, "tokenizer.ggml.bos_token_id"), Integer(metadata, "tokenizer.ggml.eos_token_id")));
        Assert.True(metadata["tokenizer.ggml.add_bos_token"].TryFlag(out bool begins) && !begins);
    }

    [Theory]
    [InlineData("gpt2", false, "gpt-2")]
    [InlineData("gpt4", false, "dbrx")]
    [InlineData("gpt4", true, "llama-bpe")]
    [InlineData("qwen2", false, "qwen2")]
    public void Split_patterns_have_llamas_names(string pattern, bool wholeWords, string name)
    {
        SplitPattern split = pattern switch { "gpt2" => SplitPattern.Gpt2, "gpt4" => SplitPattern.Gpt4, _ => SplitPattern.Qwen2 };
        Dictionary<string, GgufValue> metadata = Metadata(LlamaTokenizer.Of(Pairs(split, wholeWords), 258));
        Assert.True(metadata["tokenizer.ggml.pre"].TryText(out string text));
        Assert.Equal(name, text);
        Assert.False(metadata.ContainsKey("tokenizer.ggml.eos_token_id"));
    }

    [Fact]
    public void Bytes_are_a_tokenizer_without_merges()
    {
        Dictionary<string, GgufValue> metadata = Metadata(LlamaTokenizer.Of(new ByteTokenizer(hasEndOfText: true), 257));
        Assert.Equal(0, metadata["tokenizer.ggml.merges"].Count);
        Assert.Equal(GgufValueType.Text, metadata["tokenizer.ggml.merges"].ElementType);
        Assert.Equal("<|endoftext|>", Array<string>(metadata, "tokenizer.ggml.tokens")[256]);
    }

    [Theory]
    [InlineData("none", false)]
    [InlineData("gpt2", true)]
    [InlineData("regex", false)]
    public void What_has_no_form_is_left_out_and_said(string pattern, bool wholeWords)
    {
        SplitPattern split = pattern switch { "none" => SplitPattern.None, "gpt2" => SplitPattern.Gpt2, _ => SplitPattern.OfExpression("a|[^a]+") };
        LlamaTokenizer form = LlamaTokenizer.Of(Pairs(split, wholeWords), 258);
        Assert.Contains(pattern, form.Problem);
        Assert.Equal("tokenizer.ggml.model", Assert.Single(form.Metadata).Key);
        Assert.Contains("characters", LlamaTokenizer.Of(new CharacterTokenizer("ab".EnumerateRunes()), 2).Problem);
    }

    private static BytePairTokenizer Pairs(SplitPattern pattern, bool wholeWords = false, AddedToken[]? added = null) => new(
        [.. Enumerable.Range(0, 256).Select(value => new[] { (byte)value }), [(byte)' ', (byte)'h'], [(byte)' ', (byte)'h', (byte)'\n']],
        [new BytePairMerge(' ', 'h', 256), new BytePairMerge(256, '\n', 257)],
        pattern,
        added,
        wholeWords);

    private static Dictionary<string, GgufValue> Metadata(LlamaTokenizer tokenizer)
    {
        Assert.Null(tokenizer.Problem);
        return tokenizer.Metadata.ToDictionary();
    }

    private static T[] Array<T>(Dictionary<string, GgufValue> metadata, string key)
    {
        Assert.True(metadata[key].TryArray(out ReadOnlyMemory<T> values));
        return values.ToArray();
    }

    private static long Integer(Dictionary<string, GgufValue> metadata, string key) => metadata[key].TryInteger(out long value) ? value : -1;
}
