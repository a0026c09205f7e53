using System.Buffers;

namespace NGpt.Core.Tokenizers;

/// <summary>Receives the tokens of a text up to a number. One token more ends the encoding with <see cref="TooManyTokensException"/>.</summary>
internal sealed class BoundedTokenWriter(int maxTokens) : IBufferWriter<int>
{
    private readonly ArrayBufferWriter<int> _tokens = new();

    public ReadOnlySpan<int> Tokens => _tokens.WrittenSpan;

    public void Advance(int count)
    {
        if (count > maxTokens - _tokens.WrittenCount)
        {
            throw new TooManyTokensException();
        }

        _tokens.Advance(count);
    }

    public Memory<int> GetMemory(int sizeHint = 0) => _tokens.GetMemory(sizeHint);

    public Span<int> GetSpan(int sizeHint = 0) => _tokens.GetSpan(sizeHint);
}

/// <summary>A text has more tokens than its reader wants.</summary>
internal sealed class TooManyTokensException : Exception;
