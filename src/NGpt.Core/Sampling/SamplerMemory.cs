namespace NGpt.Core.Sampling;

/// <summary>
/// What a <see cref="TokenSampler"/> computes in, about 20 bytes for each token of the vocabulary. Nothing in it outlasts
/// a call, so that any number of samplers can share one, as long as only one of them is called at a time.
/// </summary>
public sealed class SamplerMemory
{
    /// <summary>Allocates the memory.</summary>
    /// <param name="vocabularySize">V, the number of logits.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="vocabularySize"/> is below 1.</exception>
    public SamplerMemory(int vocabularySize)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(vocabularySize, 1);
        VocabularySize = vocabularySize;
        Logits = new float[vocabularySize];
        Occurrences = new int[vocabularySize];
        Candidates = new CandidateList(Logits);
    }

    /// <summary>V, the number of logits.</summary>
    public int VocabularySize { get; }

    /// <summary>The logits after penalties [V].</summary>
    internal float[] Logits { get; }

    /// <summary>How often each token occurs lately [V]; zero between calls.</summary>
    internal int[] Occurrences { get; }

    /// <summary>The tokens that may still be chosen.</summary>
    internal CandidateList Candidates { get; }
}
