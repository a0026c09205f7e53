using System.Buffers;
using System.Text;

namespace NGpt.Core.Tokenizers;

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
        return tokenizer.VocabularySize == other.VocabularySize
            && tokenizer.EndOfText == other.EndOfText
            && Enumerable.Range(0, tokenizer.VocabularySize).All(token => tokenizer.TokenBytes(token).SequenceEqual(other.TokenBytes(token)));
    }

    /// <summary>The token ids of a string.</summary>
    /// <param name="tokenizer">The tokenizer.</param>
    /// <param name="text">The text; an unpaired surrogate is encoded as U+FFFD.</param>
    /// <exception cref="Errors.UsageException">The text holds something the vocabulary has no token for.</exception>
    public static int[] Encode(this ITokenizer tokenizer, string text)
    {
        ArgumentNullException.ThrowIfNull(tokenizer);
        ArgumentNullException.ThrowIfNull(text);
        if (text.Length == 0)
        {
            return [];
        }

        byte[] utf8 = Encoding.UTF8.GetBytes(text);
        var tokens = new ArrayBufferWriter<int>(utf8.Length);
        tokenizer.Encode(utf8, tokens);
        return tokens.WrittenSpan.ToArray();
    }

    /// <summary>The text of some tokens. Bytes that are not UTF-8 become U+FFFD.</summary>
    /// <param name="tokenizer">The tokenizer.</param>
    /// <param name="tokens">Token ids, each 0..V-1.</param>
    /// <exception cref="ArgumentOutOfRangeException">An id is not in the vocabulary.</exception>
    public static string Decode(this ITokenizer tokenizer, ReadOnlySpan<int> tokens)
    {
        ArgumentNullException.ThrowIfNull(tokenizer);
        var utf8 = new ArrayBufferWriter<byte>(Math.Max(16, tokens.Length));
        foreach (int token in tokens)
        {
            utf8.Write(tokenizer.TokenBytes(token));
        }

        return Encoding.UTF8.GetString(utf8.WrittenSpan);
    }
}
