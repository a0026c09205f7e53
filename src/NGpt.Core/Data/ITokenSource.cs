using NGpt.Core.Tokenizers;

namespace NGpt.Core.Data;

/// <summary>A long sequence of tokens of which any part can be read.</summary>
public interface ITokenSource
{
    /// <summary>The number of all tokens.</summary>
    long Count { get; }

    /// <summary>
    /// The token before every document where that is not the tokenizer's end-of-text token, such as the begin-of-text token of
    /// token files from elsewhere; else null.
    /// </summary>
    int? DocumentStart => null;

    /// <summary>Reads neighbouring tokens.</summary>
    /// <param name="offset">The place of the first token, 0..Count.</param>
    /// <param name="destination">Receives the tokens; <paramref name="offset"/> plus its length is at most Count.</param>
    /// <exception cref="ArgumentOutOfRangeException">The tokens are not all inside.</exception>
    void Read(long offset, Span<int> destination);
}

/// <summary>What tokens and their tokenizer tell together.</summary>
public static class TokenSourceExtensions
{
    /// <summary>The token before every document: the tokens' own, else the tokenizer's end of text, else null.</summary>
    /// <param name="tokens">The tokens.</param>
    /// <param name="tokenizer">What they were made with.</param>
    /// <returns>The token's id.</returns>
    public static int? DocumentStartWith(this ITokenSource tokens, ITokenizer tokenizer)
    {
        ArgumentNullException.ThrowIfNull(tokens);
        ArgumentNullException.ThrowIfNull(tokenizer);
        return tokens.DocumentStart ?? tokenizer.EndOfText;
    }
}

/// <summary>Tokens in memory.</summary>
/// <param name="tokens">The tokens.</param>
public sealed class TokenMemory(ReadOnlyMemory<int> tokens) : ITokenSource
{
    /// <inheritdoc/>
    public long Count => tokens.Length;

    /// <inheritdoc/>
    public void Read(long offset, Span<int> destination)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(offset, Count);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(destination.Length, Count - offset, nameof(offset));
        tokens.Span.Slice((int)offset, destination.Length).CopyTo(destination);
    }
}
