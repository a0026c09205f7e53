using NGpt.Core.Generation;
using NGpt.Runtime.Inference;

namespace NGpt.Runtime.Generation;

/// <summary>
/// One slot of a context as generation sees it; long prompts are processed in chunks. What is discarded stays in the slot until
/// something else is processed: a text that begins as the one before it, such as the next turn of a conversation, is computed
/// only from where it differs.
/// </summary>
internal sealed class ContextModel(IInferenceContext context, int slot) : INextTokenModel
{
    // The tokens that the slot holds, and further ones that it held or will hold.
    private readonly int[] _tokens = new int[context.ContextLength];

    /// <inheritdoc/>
    public int VocabularySize => context.VocabularySize;

    /// <inheritdoc/>
    public int ContextLength => context.ContextLength;

    /// <inheritdoc/>
    public int Count { get; private set; }

    /// <inheritdoc/>
    public void Clear() => Count = 0;

    /// <inheritdoc/>
    public void Forward(ReadOnlySpan<int> tokens, Span<float> logits)
    {
        ReadOnlySpan<int> held = _tokens.AsSpan(Count, context.Length(slot) - Count);
        // Keys and values of a token depend on those before it alone. The last token has to be computed for its logits.
        int start = Count + tokens[..^1].CommonPrefixLength(held);
        int end = Count + tokens.Length;
        context.Truncate(slot, start);
        tokens.CopyTo(_tokens.AsSpan(Count));
        while (start < end)
        {
            int count = Math.Min(end - start, context.BatchTokens);
            LogitRows wanted = start + count == end ? LogitRows.Last : LogitRows.None;
            context.Run([new SequenceStep(slot, _tokens.AsMemory(start, count), wanted)]);
            start += count;
        }

        Count = end;
        context.Logits(0).CopyTo(logits);
    }
}
