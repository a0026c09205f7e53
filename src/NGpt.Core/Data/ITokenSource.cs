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
