using NGpt.Core.Errors;
using NGpt.Core.Generation;
using NGpt.Core.Sampling;
using NGpt.Runtime.Inference;
using NGpt.Runtime.Models;

namespace NGpt.Runtime.Generation;

/// <summary>
/// Generates texts with a model, one at a time. When the context is full, its older half is discarded and the newer half is
/// processed again. A text that begins as the one before it, such as the next turn of a conversation, is computed only from where
/// the two differ; beyond rounding that changes nothing.
/// </summary>
public sealed class TextGenerator : IDisposable
{
    private readonly InferenceContext _context;
    private readonly GenerationLoop _loop;

    /// <summary>Allocates a context for one text.</summary>
    /// <param name="model">The model; outlives the generator.</param>
    /// <param name="options">Length of the context, threads; null for the defaults. One slot is used.</param>
    /// <exception cref="UsageException">An option is out of range.</exception>
    /// <exception cref="NGptException">There is not enough memory.</exception>
    public TextGenerator(RuntimeModel model, ContextOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        _context = model.CreateContext((options ?? new ContextOptions()) with { Slots = 1 });
        _loop = new GenerationLoop(new ContextModel(_context, slot: 0), model.Tokenizer);
    }

    /// <summary>Maximum number of tokens that the model reads at once.</summary>
    public int ContextLength => _context.ContextLength;

    /// <inheritdoc cref="GenerationLoop.Generate"/>
    public GenerationResult Generate(string prompt, SamplingOptions options, Action<string>? onText = null, CancellationToken stop = default) =>
        _loop.Generate(prompt, options, onText, stop);

    /// <summary>Continues a prompt; the text is computed as it is read.</summary>
    /// <param name="prompt">The beginning; empty to begin a new document.</param>
    /// <param name="options">How to sample, how much, and where to stop; null for the defaults.</param>
    /// <param name="stop">Ends the text after the current token.</param>
    /// <returns>The text in pieces of whole characters, none of them empty.</returns>
    /// <exception cref="UsageException">An option is out of range, or the prompt has characters that are not in the vocabulary.</exception>
    public IEnumerable<string> Stream(string prompt, SamplingOptions? options = null, CancellationToken stop = default) =>
        _loop.Stream(_loop.Begin(prompt, options ?? new SamplingOptions()), stop);

    /// <inheritdoc/>
    public void Dispose() => _context.Dispose();
}
