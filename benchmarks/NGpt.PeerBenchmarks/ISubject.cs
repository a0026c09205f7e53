using NGpt.Runtime.Inference;
using NGpt.Runtime.Models;

namespace NGpt.PeerBenchmarks;

/// <summary>One sequence that a runtime computes, ours or the other.</summary>
internal interface ISubject : IDisposable
{
    /// <summary>Prepares for a timed run: threads are started.</summary>
    void Begin();

    /// <summary>Ends the timed run: nothing of it may use the processor while others are timed.</summary>
    void End();

    /// <summary>Clears all tokens.</summary>
    void Clear();

    /// <summary>Computes further tokens. <paramref name="tokens"/>: the tokens, at most as many as a batch has.</summary>
    void Run(ReadOnlyMemory<int> tokens, bool allLogits = false);

    /// <summary>
    /// The logits of a token of the last <see cref="Run"/>. <paramref name="token"/>: its number in that call, where all were
    /// requested; null for the last. Returns V values, valid until the next call.
    /// </summary>
    ReadOnlySpan<float> Logits(int? token = null);
}

/// <summary>NGpt.Runtime. <paramref name="model"/>: the model; it must outlive this.</summary>
internal sealed class OurSubject(RuntimeModel model, int contextLength, int threads, bool exact = false) : ISubject
{
    private readonly InferenceContext _context = model.CreateContext(
        new ContextOptions { ContextLength = contextLength, Threads = threads, CacheType = exact ? CacheType.F32 : null });

    /// <inheritdoc/>
    public void Begin()
    {
    }

    /// <inheritdoc/>
    public void End()
    {
    }

    /// <inheritdoc/>
    public void Clear() => _context.Truncate(0, 0);

    /// <inheritdoc/>
    public void Run(ReadOnlyMemory<int> tokens, bool allLogits = false) =>
        _context.Run([new SequenceStep(0, tokens, allLogits ? LogitRows.All : LogitRows.Last)]);

    /// <inheritdoc/>
    public ReadOnlySpan<float> Logits(int? token = null) => _context.Logits(0, token ?? 0);

    /// <inheritdoc/>
    public void Dispose() => _context.Dispose();
}
