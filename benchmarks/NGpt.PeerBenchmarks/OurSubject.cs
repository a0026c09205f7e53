using NGpt.Runtime.Inference;
using NGpt.Runtime.Models;

namespace NGpt.PeerBenchmarks;

/// <summary>NGpt.Runtime.</summary>
/// <param name="model">The model; it must outlive this.</param>
/// <param name="contextLength">Room for tokens.</param>
/// <param name="threads">Number of threads.</param>
/// <param name="exact">Whether keys and values are float32 whatever the weights are.</param>
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
