namespace NGpt.Core.Data;

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
