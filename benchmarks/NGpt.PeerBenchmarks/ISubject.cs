namespace NGpt.PeerBenchmarks;

/// <summary>One sequence that a runtime computes, ours or the other.</summary>
internal interface ISubject : IDisposable
{
    /// <summary>Gets ready for a turn: threads are started.</summary>
    void Begin();

    /// <summary>Ends the turn: nothing of it may use the processor while others are timed.</summary>
    void End();

    /// <summary>Forgets all tokens.</summary>
    void Clear();

    /// <summary>Computes further tokens.</summary>
    /// <param name="tokens">The tokens, at most as many as a batch has.</param>
    /// <param name="allLogits">Whether logits are wanted for every token or for the last alone.</param>
    void Run(ReadOnlyMemory<int> tokens, bool allLogits = false);

    /// <summary>The logits of a token of the last <see cref="Run"/>.</summary>
    /// <param name="token">Its number in that call, where all were wanted; null for the last.</param>
    /// <returns>V numbers, valid until the next call.</returns>
    ReadOnlySpan<float> Logits(int? token = null);
}
