using System.Buffers;
using System.Text;
using NGpt.Core.Sampling.Constraints;
using NGpt.Core.Tokenizers;

namespace NGpt.Core.Tests.Sampling.Constraints;

public sealed class TokenTrieTests
{
    [Fact]
    public void Tokens_with_the_same_bytes_are_allowed_together_and_others_never()
    {
        ListTokenizer tokenizer = new("1", "12", "", "1", "é", "2", "21", "12", "x", "1", "0", "1");
        TokenMask mask = Mask("""{"enum":[12,1,210]}""", tokenizer, string.Empty);

        // Token 2 has no bytes, and token 11 ends texts whatever its bytes.
        Assert.Equal([0, 1, 3, 5, 6, 7, 9], Allowed(mask, tokenizer));
        Assert.Equal([5], Allowed(Mask("""{"enum":[12,1,210]}""", tokenizer, "1"), tokenizer));
        Assert.Equal([10], Allowed(Mask("""{"enum":[12,1,210]}""", tokenizer, "21"), tokenizer));
        Assert.Empty(Allowed(Mask("""{"enum":[12,1,210]}""", tokenizer, "12"), tokenizer));
    }

    [Theory]
    [InlineData("", true)]
    [InlineData("ab", true)]
    [InlineData("aab", true)]
    [InlineData("abcab", true)]
    [InlineData("b", false)]
    [InlineData("abc", true)]
    [InlineData("cab", false)]
    [InlineData("é", true)]
    [InlineData("e", false)]
    public void A_text_can_be_written_where_tokens_divide_it(string text, bool expected) =>
        Assert.Equal(expected, TokenTrie.Of(new ListTokenizer("a", "ab", "bca", "abc", "é", "e")).CanWrite(Encoding.UTF8.GetBytes(text)));

    [Fact]
    public void A_node_ends_behind_its_subtree()
    {
        TokenTrie trie = TokenTrie.Of(new ListTokenizer("ab", "abc", "b", "ad", "end"));
        Assert.Equal("abcdb", string.Concat(Enumerable.Range(0, trie.Count).Select(node => (char)trie.Byte(node))));
        Assert.Equal([0, 1, 2, 1, 0], Enumerable.Range(0, trie.Count).Select(trie.Depth));
        Assert.Equal([4, 3, 3, 4, 5], Enumerable.Range(0, trie.Count).Select(trie.End));
    }

    private static TokenMask Mask(string schema, ListTokenizer tokenizer, string text)
    {
        JsonGrammar grammar = ConstrainedTexts.Compile(schema);
        Frame[] frames = JsonConstraint.Advance([grammar.Start], Encoding.UTF8.GetBytes(text));
        return new JsonConstraint(grammar, tokenizer).MaskOf(ref frames);
    }

    private static IEnumerable<int> Allowed(TokenMask mask, ListTokenizer tokenizer) => Enumerable.Range(0, tokenizer.VocabularySize).Where(mask.Allows);
}

/// <summary>A vocabulary of given tokens, the last of which ends texts.</summary>
internal sealed class ListTokenizer(params string[] tokens) : ITokenizer
{
    private readonly byte[][] _tokens = [.. tokens.Select(Encoding.UTF8.GetBytes)];

    public string Name => "list";

    public int VocabularySize => _tokens.Length;

    public int? EndOfText => _tokens.Length - 1;

    public void Encode(ReadOnlySpan<byte> utf8, IBufferWriter<int> tokens) => throw new NotSupportedException();

    public ReadOnlySpan<byte> TokenBytes(int token) => _tokens[token];
}
