using System.Diagnostics;
using System.Text;
using NGpt.Core.Errors;
using NGpt.Core.Sampling;
using NGpt.Core.Tokenizers;

namespace NGpt.Core.Generation;

/// <summary>
/// Generates texts with a model, one after the other, a token at a time. When the context is full, its older half is
/// discarded and the newer half is processed again.
/// </summary>
public sealed class GenerationLoop
{
    private readonly INextTokenModel _model;
    private readonly ITokenizer _tokenizer;
    private readonly float[] _logits;
    private readonly SamplerMemory _memory;

    /// <summary>Prepares to generate with a model.</summary>
    /// <param name="model">The model; not used by others in the meantime.</param>
    /// <param name="tokenizer">Its tokenizer.</param>
    public GenerationLoop(INextTokenModel model, ITokenizer tokenizer)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(tokenizer);
        (_model, _tokenizer) = (model, tokenizer);
        _logits = new float[model.VocabularySize];
        _memory = new SamplerMemory(model.VocabularySize);
    }

    /// <summary>Continues a prompt.</summary>
    /// <param name="prompt">The beginning; empty to begin a new document.</param>
    /// <param name="options">How to sample, how much, and where to stop.</param>
    /// <param name="onText">Receives the text in pieces of whole characters, on the calling thread.</param>
    /// <param name="stop">Ends the text after the current token.</param>
    /// <returns>The text and how it ended.</returns>
    /// <exception cref="UsageException">An option is out of range, or the prompt has characters that are not in the vocabulary.</exception>
    public GenerationResult Generate(string prompt, SamplingOptions options, Action<string>? onText = null, CancellationToken stop = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        long start = Stopwatch.GetTimestamp();
        GenerationState state = Begin(prompt, options);
        StringBuilder text = new();
        foreach (string piece in Stream(state, stop))
        {
            text.Append(piece);
            onText?.Invoke(piece);
        }

        return new GenerationResult(
            text.ToString(), state.PromptTokens, state.GeneratedTokens, state.Ended!.Value, state.Seed, Stopwatch.GetElapsedTime(start))
        {
            DiscardedTokens = state.DiscardedTokens,
        };
    }

    /// <summary>Begins a text, in memory that this object's texts share.</summary>
    /// <param name="prompt">The beginning; empty to begin a new document.</param>
    /// <param name="options">How to sample, how much, and where to stop.</param>
    /// <exception cref="UsageException">An option is out of range, or the prompt has characters that are not in the vocabulary.</exception>
    public GenerationState Begin(string prompt, SamplingOptions options) => new(_tokenizer, options, _memory, _tokenizer.EncodePrompt(prompt));

    /// <summary>Generates a text until it ends.</summary>
    /// <param name="state">A state that nothing was generated from yet.</param>
    /// <param name="stop">Ends the text after the current token.</param>
    /// <returns>The text in pieces of whole characters, none of them empty; each is computed when it is requested.</returns>
    public IEnumerable<string> Stream(GenerationState state, CancellationToken stop = default)
    {
        ArgumentNullException.ThrowIfNull(state);
        return StreamCore(state, stop);
    }

    private IEnumerable<string> StreamCore(GenerationState state, CancellationToken stop)
    {
        _model.Clear();
        for (int processed = 0; state.Ended is null;)
        {
            string piece = stop.IsCancellationRequested ? state.End(StopReason.Cancelled) : Next(state, ref processed);
            if (piece.Length > 0)
            {
                yield return piece;
            }
        }
    }

    private string Next(GenerationState state, ref int processed)
    {
        ReadOnlySpan<int> tokens = state.Tokens;
        if (_model.Count + (tokens.Length - processed) > _model.ContextLength)
        {
            _model.Clear();
            processed = tokens.Length - Math.Min(tokens.Length, Math.Max(1, _model.ContextLength / 2));
            state.DiscardedTokens = processed;
        }

        _model.Forward(tokens[processed..], _logits);
        processed = tokens.Length;
        return state.Next(_logits);
    }
}

/// <summary>A model with the keys and values of one sequence: what a text is generated with, whatever computes it.</summary>
public interface INextTokenModel
{
    /// <summary>V, the number of tokens.</summary>
    int VocabularySize { get; }

    /// <summary>Maximum number of tokens in its context.</summary>
    int ContextLength { get; }

    /// <summary>Tokens processed since it was last cleared.</summary>
    int Count { get; }

    /// <summary>Clears all tokens.</summary>
    void Clear();

    /// <summary>Processes more tokens: prefill or a decode step.</summary>
    /// <param name="tokens">At least one, together with <see cref="Count"/> at most <see cref="ContextLength"/>.</param>
    /// <param name="logits">Receives the logits of the token that follows [V].</param>
    void Forward(ReadOnlySpan<int> tokens, Span<float> logits);
}
