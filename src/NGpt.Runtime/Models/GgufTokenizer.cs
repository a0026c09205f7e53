using System.Buffers;
using NGpt.Core.Tokenizers;

namespace NGpt.Runtime.Models;

/// <summary>
/// A tokenizer with the special tokens that a GGUF file names. <paramref name="endOfText"/>: stands before every document.
/// <paramref name="beginsPrompts"/>: whether it stands before every prompt too. <paramref name="ends"/>: tokens that end a text.
/// </summary>
internal sealed class GgufTokenizer(ITokenizer tokenizer, int? endOfText, bool beginsPrompts, IReadOnlyList<int> ends) : ITokenizer
{
    private readonly HashSet<int> _ends = [.. ends];

    /// <inheritdoc/>
    public string Name => tokenizer.Name;

    /// <inheritdoc/>
    public int VocabularySize => tokenizer.VocabularySize;

    /// <inheritdoc/>
    public int? EndOfText => endOfText;

    /// <inheritdoc/>
    public bool BeginsPrompts => beginsPrompts;

    /// <inheritdoc/>
    public bool AddsLeadingSpace => tokenizer.AddsLeadingSpace;

    /// <inheritdoc/>
    public bool EndsText(int token) => _ends.Contains(token);

    /// <inheritdoc/>
    public void Encode(ReadOnlySpan<byte> utf8, IBufferWriter<int> tokens) => tokenizer.Encode(utf8, tokens);

    /// <inheritdoc/>
    public void EncodeContinuation(ReadOnlySpan<byte> utf8, IBufferWriter<int> tokens) => tokenizer.EncodeContinuation(utf8, tokens);

    /// <inheritdoc/>
    public void Decode(ReadOnlySpan<int> tokens, IBufferWriter<byte> utf8) => tokenizer.Decode(tokens, utf8);

    /// <inheritdoc/>
    public ReadOnlySpan<byte> TokenBytes(int token) => tokenizer.TokenBytes(token);
}
