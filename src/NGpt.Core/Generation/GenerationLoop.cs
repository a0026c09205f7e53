using System.Diagnostics;
using System.Text;
using NGpt.Core.Errors;
using NGpt.Core.Sampling;
using NGpt.Core.Tokenizers;

namespace NGpt.Core.Generation;

/// <summary>
/// Writes texts with a model, one after the other, a token at a time. When the context is full, its older half is
/// forgotten and the newer half is read again.
/// </summary>
public sealed class GenerationLoop
{
    private readonly INextTokenModel _model;
    private readonly ITokenizer _tokenizer;
    private readonly float[] _logits;
    private readonly SamplerMemory _memory;

    /// <summary>Prepares to write with a model.</summary>
    /// <param name="model">The model; nobody else uses it meanwhile.</param>
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
    /// <exception cref="UsageException">An option is out of range, or the prompt holds what the vocabulary lacks.</exception>
    public GenerationResult Write(string prompt, SamplingOptions options, Action<string>? onText = null, CancellationToken stop = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        long start = Stopwatch.GetTimestamp();
        GenerationState continuation = Begin(prompt, options);
        StringBuilder text = new();
        foreach (string piece in Pieces(continuation, stop))
        {
            text.Append(piece);
            onText?.Invoke(piece);
        }

        return new GenerationResult(
            text.ToString(), continuation.PromptTokens, continuation.GeneratedTokens, continuation.Ended!.Value, continuation.Seed, Stopwatch.GetElapsedTime(start));
    }

    /// <summary>Begins a text, in memory that this object's texts share.</summary>
    /// <param name="prompt">The beginning; empty to begin a new document.</param>
    /// <param name="options">How to sample, how much, and where to stop.</param>
    /// <exception cref="UsageException">An option is out of range, or the prompt holds what the vocabulary lacks.</exception>
    public GenerationState Begin(string prompt, SamplingOptions options) => new(_tokenizer, options, _memory, _tokenizer.EncodePrompt(prompt));

    /// <summary>Goes on with a text until it ends.</summary>
    /// <param name="continuation">A text that nothing was computed for yet.</param>
    /// <param name="stop">Ends the text after the current token.</param>
    /// <returns>The text in pieces of whole characters, none of them empty; each is computed when it is asked for.</returns>
    public IEnumerable<string> Pieces(GenerationState continuation, CancellationToken stop = default)
    {
        ArgumentNullException.ThrowIfNull(continuation);
        return WritePieces(continuation, stop);
    }

    private IEnumerable<string> WritePieces(GenerationState continuation, CancellationToken stop)
    {
        _model.Clear();
        for (int read = 0; continuation.Ended is null;)
        {
            string piece = stop.IsCancellationRequested ? continuation.End(StopReason.Cancelled) : Next(continuation, ref read);
            if (piece.Length > 0)
            {
                yield return piece;
            }
        }
    }

    private string Next(GenerationState continuation, ref int read)
    {
        ReadOnlySpan<int> tokens = continuation.Tokens;
        if (_model.Count + (tokens.Length - read) > _model.ContextLength)
        {
            _model.Clear();
            read = tokens.Length - Math.Min(tokens.Length, Math.Max(1, _model.ContextLength / 2));
        }

        _model.Read(tokens[read..], _logits);
        read = tokens.Length;
        return continuation.Next(_logits);
    }
}
