using System.Buffers;

namespace NGpt.Core.Tokenizers;

/// <summary>One token a byte: the id is the byte's value and V is 256. Every byte string, also invalid UTF-8, survives the round trip.</summary>
public sealed class ByteTokenizer : ITokenizer
{
    private static readonly byte[] AllBytes = [.. Enumerable.Range(0, 256).Select(value => (byte)value)];

    /// <inheritdoc/>
    public string Name => "bytes";

    /// <inheritdoc/>
    public int VocabularySize => AllBytes.Length;

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
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(token, AllBytes.Length);
        return AllBytes.AsSpan(token, 1);
    }
}
