using System.Buffers;

namespace NGpt.Core.Tokenizers;

/// <summary>Turns UTF-8 text into token ids 0..V-1 and back. Implementations are immutable and safe to share between threads.</summary>
public interface ITokenizer
{
    /// <summary>The kind of tokenizer: <c>bytes</c>, <c>characters</c>, <c>bpe</c> or <c>sentencepiece</c>.</summary>
    string Name { get; }

    /// <summary>The number of tokens V; ids run from 0 to V-1.</summary>
    int VocabularySize { get; }

    /// <summary>The token that stands before every document, or null where the vocabulary has none. It stands for no bytes.</summary>
    int? EndOfText { get; }

    /// <summary>Appends the token ids of a text.</summary>
    /// <param name="utf8">The text. Long texts may be given in pieces that end between characters.</param>
    /// <param name="tokens">Receives the ids.</param>
    /// <exception cref="Errors.UsageException">The text holds something the vocabulary has no token for.</exception>
    void Encode(ReadOnlySpan<byte> utf8, IBufferWriter<int> tokens);

    /// <summary>The bytes that a token stands for. They need not be whole characters.</summary>
    /// <param name="token">A token id, 0..V-1.</param>
    /// <exception cref="ArgumentOutOfRangeException">The id is not in the vocabulary.</exception>
    ReadOnlySpan<byte> TokenBytes(int token);
}
