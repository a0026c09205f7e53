using System.Text;
using System.Text.Unicode;
using NGpt.Core.Tokenizers;

namespace NGpt.Server.Http;

/// <summary>Tokens as clients see them.</summary>
internal static class TokenText
{
    /// <summary>The bytes of a token; none for an id beyond the tokenizer's.</summary>
    public static ReadOnlySpan<byte> Bytes(ITokenizer tokenizer, int token) => token < tokenizer.VocabularySize ? tokenizer.TokenBytes(token) : [];

    /// <summary>
    /// A readable name: the text, or <c>bytes:\xE2\x82</c> for a part of a character, so that different tokens keep
    /// different names; tokens without bytes are named in angle brackets.
    /// </summary>
    public static string Name(ITokenizer tokenizer, int token)
    {
        ReadOnlySpan<byte> bytes = Bytes(tokenizer, token);
        if (bytes.IsEmpty)
        {
            return token == tokenizer.EndOfText ? "<|endoftext|>" : $"<|{token}|>";
        }

        if (Utf8.IsValid(bytes))
        {
            return Encoding.UTF8.GetString(bytes);
        }

        StringBuilder name = new("bytes:");
        foreach (byte value in bytes)
        {
            name.Append("\\x").Append(value.ToString("x2"));
        }

        return name.ToString();
    }
}
