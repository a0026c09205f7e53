using System.Buffers;
using System.Text;
using NGpt.Core.Files;

namespace NGpt.Core.Tokenizers;

/// <summary>Turns UTF-8 text into token ids 0..V-1 and back. Implementations are immutable and safe to share between threads.</summary>
public interface ITokenizer
{
    /// <summary>The kind of tokenizer: <c>bytes</c>, <c>characters</c>, <c>bpe</c> or <c>sentencepiece</c>.</summary>
    string Name { get; }

    /// <summary>The number of tokens V; ids run from 0 to V-1.</summary>
    int VocabularySize { get; }

    /// <summary>The token that stands before every document, or null where the vocabulary has none. It stands for no bytes.</summary>
    int? EndOfText { get; }

    /// <summary>Whether <see cref="EndOfText"/> stands before every prompt too: models of others can be trained so.</summary>
    bool BeginsPrompts => false;

    /// <summary>Whether a token ends a text. Models of others can have several such tokens, none of which needs to be <see cref="EndOfText"/>.</summary>
    /// <param name="token">A token id.</param>
    /// <returns>True where generation ends with it.</returns>
    bool EndsText(int token) => token == EndOfText;

    /// <summary>
    /// How files for this tokenizer write the end-of-text token between documents; null where it has no written form. Inside
    /// of a text that is encoded it stays text.
    /// </summary>
    string? EndOfTextContent => null;

    /// <summary>
    /// Whether the tokens of a text begin with a space that the text does not have. <see cref="Decode"/> takes it away; who
    /// decodes token by token has to do so.
    /// </summary>
    bool AddsLeadingSpace => false;

    /// <summary>Appends the token ids of a text.</summary>
    /// <param name="utf8">The text, from its beginning.</param>
    /// <param name="tokens">Receives the ids.</param>
    /// <exception cref="Errors.UsageException">The text holds something the vocabulary has no token for; no ids were appended.</exception>
    void Encode(ReadOnlySpan<byte> utf8, IBufferWriter<int> tokens);

    /// <summary>Appends the token ids of a text that continues that of the call before: nothing is put before it. Parts end between characters.</summary>
    /// <param name="utf8">The next part of the text.</param>
    /// <param name="tokens">Receives the ids.</param>
    /// <exception cref="Errors.UsageException">The text holds something the vocabulary has no token for; no ids were appended.</exception>
    void EncodeContinuation(ReadOnlySpan<byte> utf8, IBufferWriter<int> tokens) => Encode(utf8, tokens);

    /// <summary>Appends the text of tokens that begin a text: their bytes, but for what a tokenizer does at the beginning and end of one.</summary>
    /// <param name="tokens">Token ids, each 0..V-1.</param>
    /// <param name="utf8">Receives the text.</param>
    /// <exception cref="ArgumentOutOfRangeException">An id is not in the vocabulary.</exception>
    void Decode(ReadOnlySpan<int> tokens, IBufferWriter<byte> utf8)
    {
        ArgumentNullException.ThrowIfNull(utf8);
        foreach (int token in tokens)
        {
            utf8.Write(TokenBytes(token));
        }
    }

    /// <summary>The bytes that a token stands for. They need not be whole characters; for an id that no token has there are none.</summary>
    /// <param name="token">A token id, 0..V-1.</param>
    /// <exception cref="ArgumentOutOfRangeException">The id is not in the vocabulary.</exception>
    ReadOnlySpan<byte> TokenBytes(int token);
}

/// <summary>Strings in and out of an <see cref="ITokenizer"/>.</summary>
public static class TokenizerExtensions
{
    /// <summary>Whether two tokenizers give every token the same bytes, and keep documents apart with the same token.</summary>
    /// <param name="tokenizer">The one.</param>
    /// <param name="other">The other.</param>
    /// <returns>True where tokens of the one may be read with the other.</returns>
    public static bool IsSameAs(this ITokenizer tokenizer, ITokenizer other)
    {
        ArgumentNullException.ThrowIfNull(tokenizer);
        ArgumentNullException.ThrowIfNull(other);
        return tokenizer.VocabularySize == other.VocabularySize && tokenizer.EndOfText == other.EndOfText && tokenizer.FirstDifference(other) is null;
    }

    /// <summary>What differs between the tokenizer of a model and that of data, for a message.</summary>
    /// <param name="model">The model's.</param>
    /// <param name="data">That of the data.</param>
    /// <returns>Names and sizes, or else the first token that differs; an empty string where nothing does.</returns>
    public static string Difference(ITokenizer model, ITokenizer data) => Difference(model, "model", data, "data");

    /// <summary>What differs between two tokenizers, for a message.</summary>
    /// <param name="first">One of them.</param>
    /// <param name="firstOwner">What it belongs to.</param>
    /// <param name="second">The other.</param>
    /// <param name="secondOwner">What that belongs to.</param>
    /// <returns>Names and sizes, or else the first token that differs; an empty string where nothing does.</returns>
    public static string Difference(ITokenizer first, string firstOwner, ITokenizer second, string secondOwner)
    {
        ArgumentNullException.ThrowIfNull(first);
        ArgumentNullException.ThrowIfNull(second);
        if (first.Name != second.Name || first.VocabularySize != second.VocabularySize)
        {
            return $"{firstOwner}: {first.Name}, {first.VocabularySize:N0} tokens; {secondOwner}: {second.Name}, {second.VocabularySize:N0} tokens";
        }

        return first.FirstDifference(second) is int token
            ? $"both are {first.Name} with {first.VocabularySize:N0} tokens, but token {token} is {Shown(first)} for {The(firstOwner)} and {Shown(second)} for {The(secondOwner)}"
            : first.EndOfText != second.EndOfText ? $"the end-of-text token is {Id(first.EndOfText)} for {The(firstOwner)} and {Id(second.EndOfText)} for {The(secondOwner)}" : string.Empty;

        string Shown(ITokenizer tokenizer) => Quoted.Name(Encoding.UTF8.GetString(tokenizer.TokenBytes(token)));
        static string The(string owner) => owner is "model" or "data" ? $"the {owner}" : owner;
        static string Id(int? token) => token is int id ? $"{id}" : "none";
    }

    private static int? FirstDifference(this ITokenizer tokenizer, ITokenizer other)
    {
        for (int token = 0; token < Math.Min(tokenizer.VocabularySize, other.VocabularySize); token++)
        {
            if (!tokenizer.TokenBytes(token).SequenceEqual(other.TokenBytes(token)))
            {
                return token;
            }
        }

        return null;
    }

    /// <summary>The token ids of a string.</summary>
    /// <param name="tokenizer">The tokenizer.</param>
    /// <param name="text">The text; an unpaired surrogate is encoded as U+FFFD.</param>
    /// <exception cref="Errors.UsageException">The text holds something the vocabulary has no token for.</exception>
    public static int[] Encode(this ITokenizer tokenizer, string text)
    {
        ArgumentNullException.ThrowIfNull(tokenizer);
        return Ids(text, tokenizer.Encode);
    }

    /// <summary>The token ids of a string, if they are not too many: encoding ends as soon as that is known.</summary>
    /// <param name="tokenizer">The tokenizer.</param>
    /// <param name="text">The text.</param>
    /// <param name="maxTokens">The largest number of tokens that is of use.</param>
    /// <returns>The tokens; null where there are more.</returns>
    /// <exception cref="Errors.UsageException">The text holds something the vocabulary has no token for.</exception>
    public static int[]? EncodeAtMost(this ITokenizer tokenizer, string text, int maxTokens)
    {
        ArgumentNullException.ThrowIfNull(tokenizer);
        ArgumentNullException.ThrowIfNull(text);
        BoundedTokenWriter tokens = new(maxTokens);
        try
        {
            if (text.Length > 0)
            {
                tokenizer.Encode(Encoding.UTF8.GetBytes(text), tokens);
            }

            return tokens.Tokens.ToArray();
        }
        catch (TooManyTokensException)
        {
            return null;
        }
    }

    /// <summary>The token ids of a string that continues a text: nothing is put before it.</summary>
    /// <param name="tokenizer">The tokenizer.</param>
    /// <param name="text">The text; an unpaired surrogate is encoded as U+FFFD.</param>
    /// <exception cref="Errors.UsageException">The text holds something the vocabulary has no token for.</exception>
    public static int[] EncodeContinuation(this ITokenizer tokenizer, string text)
    {
        ArgumentNullException.ThrowIfNull(tokenizer);
        return Ids(text, tokenizer.EncodeContinuation);
    }

    /// <summary>The text of tokens that begin a text. Bytes that are not UTF-8 become U+FFFD.</summary>
    /// <param name="tokenizer">The tokenizer.</param>
    /// <param name="tokens">Token ids, each 0..V-1.</param>
    /// <exception cref="ArgumentOutOfRangeException">An id is not in the vocabulary.</exception>
    public static string Decode(this ITokenizer tokenizer, ReadOnlySpan<int> tokens)
    {
        ArgumentNullException.ThrowIfNull(tokenizer);
        var utf8 = new ArrayBufferWriter<byte>(Math.Max(16, tokens.Length));
        tokenizer.Decode(tokens, utf8);
        return Encoding.UTF8.GetString(utf8.WrittenSpan);
    }

    private static int[] Ids(string text, Action<ReadOnlySpan<byte>, IBufferWriter<int>> encode)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (text.Length == 0)
        {
            return [];
        }

        byte[] utf8 = Encoding.UTF8.GetBytes(text);
        var tokens = new ArrayBufferWriter<int>(utf8.Length);
        encode(utf8, tokens);
        return tokens.WrittenSpan.ToArray();
    }
}
