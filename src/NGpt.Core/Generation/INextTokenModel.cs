namespace NGpt.Core.Generation;

/// <summary>A model with the keys and values of one sequence: what a text is generated with, whatever computes it.</summary>
public interface INextTokenModel
{
    /// <summary>V, the number of tokens.</summary>
    int VocabularySize { get; }

    /// <summary>Tokens that it can see at once.</summary>
    int ContextLength { get; }

    /// <summary>Tokens that it has seen since it was last cleared.</summary>
    int Count { get; }

    /// <summary>Forgets all tokens.</summary>
    void Clear();

    /// <summary>Reads more tokens.</summary>
    /// <param name="tokens">At least one, together with <see cref="Count"/> at most <see cref="ContextLength"/>.</param>
    /// <param name="logits">Receives the logits of the token that follows [V].</param>
    void Read(ReadOnlySpan<int> tokens, Span<float> logits);
}
