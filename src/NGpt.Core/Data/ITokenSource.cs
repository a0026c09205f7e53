namespace NGpt.Core.Data;

/// <summary>A long sequence of tokens of which any part can be read.</summary>
public interface ITokenSource
{
    /// <summary>The number of all tokens.</summary>
    long Count { get; }

    /// <summary>Reads neighbouring tokens.</summary>
    /// <param name="offset">The place of the first token, 0..Count.</param>
    /// <param name="destination">Receives the tokens; <paramref name="offset"/> plus its length is at most Count.</param>
    /// <exception cref="ArgumentOutOfRangeException">The tokens are not all inside.</exception>
    void Read(long offset, Span<int> destination);
}
