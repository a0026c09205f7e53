namespace NGpt.Core.Data;

/// <summary>
/// Chooses the training windows of a run. A window is <c>contextLength + 1</c> neighbouring tokens: inputs and, one place
/// later, targets. Everything follows from the seed and the number of windows drawn so far, so a run that is resumed sees
/// exactly the windows that would have come. Not safe for use by several threads.
/// </summary>
public interface IWindowSampler
{
    /// <summary>The number of inputs of a window C; a window has C + 1 tokens.</summary>
    int ContextLength { get; }

    /// <summary>
    /// The number of windows drawn since the start: with the seed, the whole state. Setting it continues from there.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative.</exception>
    long Position { get; set; }

    /// <summary>How many times the data was gone through so far, for example 1.25; where windows repeat, by the number of their tokens.</summary>
    double Epoch { get; }

    /// <summary>Draws the next windows.</summary>
    /// <param name="batchSize">How many.</param>
    /// <param name="starts">Receives the place of each window's first token, in the first <paramref name="batchSize"/> elements.</param>
    void NextBatch(int batchSize, Span<long> starts);
}
