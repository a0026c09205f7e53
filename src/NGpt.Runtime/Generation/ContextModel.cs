using NGpt.Core.Generation;
using NGpt.Runtime.Inference;

namespace NGpt.Runtime.Generation;

/// <summary>One slot of a context as generation sees it; long prompts are read in pieces.</summary>
/// <param name="context">The context.</param>
/// <param name="slot">The slot.</param>
internal sealed class ContextModel(IInferenceContext context, int slot) : INextTokenModel
{
    private readonly int[] _tokens = new int[context.BatchTokens];

    /// <inheritdoc/>
    public int VocabularySize => context.VocabularySize;

    /// <inheritdoc/>
    public int ContextLength => context.ContextLength;

    /// <inheritdoc/>
    public int Count => context.Length(slot);

    /// <inheritdoc/>
    public void Clear() => context.Truncate(slot, 0);

    /// <inheritdoc/>
    public void Read(ReadOnlySpan<int> tokens, Span<float> logits)
    {
        while (tokens.Length > 0)
        {
            int count = Math.Min(tokens.Length, _tokens.Length);
            tokens[..count].CopyTo(_tokens);
            tokens = tokens[count..];
            context.Run([new SequenceStep(slot, _tokens.AsMemory(0, count), tokens.IsEmpty ? LogitRows.Last : LogitRows.None)]);
        }

        context.Logits(0).CopyTo(logits);
    }
}
