using System.Text;
using System.Text.Json.Serialization;
using System.Text.Unicode;
using NGpt.Core.Tokenizers;
using NGpt.Server.Scheduling;

namespace NGpt.Server.Http;

/// <summary>
/// An entry of <c>token_details</c>, an extension: a token with its bytes, probability and alternatives, and the angles of
/// the hidden state.
/// </summary>
internal sealed record TokenDetail(
    int Id,
    string Text,
    IReadOnlyList<int> Bytes,
    double? Probability,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] IReadOnlyList<TokenDetail>? Top,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] IReadOnlyList<float?>? Angles)
{
    /// <summary>The entry of a token with at most <paramref name="top"/> alternatives.</summary>
    public static TokenDetail Create(ScoredToken token, ITokenizer tokenizer, int top) => Create(token.Chosen, tokenizer) with
    {
        Top = [.. token.Top.Take(top).Select(alternative => Create(alternative, tokenizer))],

        // JSON has no NaN: the angle of a hidden state that is not finite is null.
        Angles = token.Angles is float[] angles ? [.. angles.Select(angle => float.IsFinite(angle) ? angle : (float?)null)] : null,
    };

    private static TokenDetail Create(TokenProbability token, ITokenizer tokenizer) => new(
        token.Token,
        TokenText.Name(tokenizer, token.Token),
        TokenText.ByteValues(tokenizer, token.Token),
        double.IsNaN(token.LogProbability) ? null : Math.Exp(token.LogProbability),
        Top: null,
        Angles: null);
}

/// <summary>Tokens as clients see them.</summary>
internal static class TokenText
{
    /// <summary>The bytes of a token; none for an id beyond the tokenizer's.</summary>
    public static ReadOnlySpan<byte> Bytes(ITokenizer tokenizer, int token) => token < tokenizer.VocabularySize ? tokenizer.TokenBytes(token) : [];

    /// <summary>The bytes as numbers, which JSON writes as a list.</summary>
    public static IReadOnlyList<int> ByteValues(ITokenizer tokenizer, int token)
    {
        ReadOnlySpan<byte> bytes = Bytes(tokenizer, token);
        int[] values = new int[bytes.Length];
        for (int i = 0; i < bytes.Length; i++)
        {
            values[i] = bytes[i];
        }

        return values;
    }

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
