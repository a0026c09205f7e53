using System.Buffers;

namespace NGpt.Core.Tokenizers;

/// <summary>
/// One token a byte: the id is the byte's value; with the end-of-text token, 256, V is 257. Every byte string, also invalid
/// UTF-8, survives the round trip.
/// </summary>
/// <param name="hasEndOfText">Whether there is a token that keeps documents apart.</param>
public sealed class ByteTokenizer(bool hasEndOfText = false) : ITokenizer
{
    private static readonly byte[] AllBytes = [.. Enumerable.Range(0, 256).Select(value => (byte)value)];

    /// <inheritdoc/>
    public string Name => "bytes";

    /// <inheritdoc/>
    public int VocabularySize => AllBytes.Length + (hasEndOfText ? 1 : 0);

    /// <inheritdoc/>
    public int? EndOfText => hasEndOfText ? AllBytes.Length : null;

    /// <inheritdoc/>
    public void Encode(ReadOnlySpan<byte> utf8, IBufferWriter<int> tokens)
    {
        ArgumentNullException.ThrowIfNull(tokens);
        if (utf8.IsEmpty)
        {
            return;
        }

        Span<int> destination = tokens.GetSpan(utf8.Length);
        for (int i = 0; i < utf8.Length; i++)
        {
            destination[i] = utf8[i];
        }

        tokens.Advance(utf8.Length);
    }

    /// <inheritdoc/>
    public ReadOnlySpan<byte> TokenBytes(int token)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(token);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(token, VocabularySize);
        return token < AllBytes.Length ? AllBytes.AsSpan(token, 1) : [];
    }
}
