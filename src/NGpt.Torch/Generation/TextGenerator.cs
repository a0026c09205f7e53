using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text;
using NGpt.Core.Sampling;
using NGpt.Core.Tokenizers;
using NGpt.Torch.Models;
using static TorchSharp.torch;

namespace NGpt.Torch.Generation;

/// <summary>
/// Writes text with a model, a token at a time, with cached keys and values. When the context is full, its older half
/// is forgotten and the newer half is read again.
/// </summary>
public sealed class TextGenerator : IDisposable
{
    // What stands between two documents of a corpus: the natural beginning of a text.
    private const string DocumentBreak = "\n\n";

    private readonly LanguageModel _model;
    private readonly ITokenizer _tokenizer;
    private readonly KeyValueCache _cache;
    private readonly float[] _logits;

    /// <summary>Creates a generator for one text at a time.</summary>
    /// <param name="model">The model; outlives the generator.</param>
    /// <param name="tokenizer">The model's tokenizer.</param>
    public TextGenerator(LanguageModel model, ITokenizer tokenizer)
    {
        ArgumentNullException.ThrowIfNull(model);
        _model = model;
        _tokenizer = tokenizer;
        _cache = new KeyValueCache(model.Config, batch: 1, model.Type, model.Device);
        _logits = new float[model.Config.VocabularySize];
    }

    /// <summary>Continues a prompt.</summary>
    /// <param name="prompt">The beginning; empty to begin a new document.</param>
    /// <param name="options">How to sample, how much, and where to stop.</param>
    /// <param name="onText">Receives the text in pieces of whole characters, on the calling thread.</param>
    /// <param name="stop">Ends the text after the current token.</param>
    /// <returns>The text and how it ended.</returns>
    /// <exception cref="Core.Errors.UsageException">An option is out of range, or the prompt holds what the vocabulary lacks.</exception>
    public GenerationResult Generate(string prompt, SamplingOptions options, Action<string>? onText = null, CancellationToken stop = default)
    {
        ArgumentNullException.ThrowIfNull(prompt);
        ArgumentNullException.ThrowIfNull(options);
        long start = Stopwatch.GetTimestamp();
        TokenSampler sampler = new(options, _model.Config.VocabularySize);
        StopStringMatcher stops = new(options.StopStrings);
        Utf8StreamDecoder decoder = new();
        StringBuilder text = new();
        List<int> tokens = [.. Encode(prompt)];
        int promptTokens = tokens.Count;
        StopReason reason = StopReason.MaxTokens;
        _cache.Clear();
        for (int fed = 0; tokens.Count - promptTokens < options.MaxTokens;)
        {
            if (stop.IsCancellationRequested)
            {
                reason = StopReason.Cancelled;
                break;
            }

            Feed(tokens, ref fed);
            int token = sampler.Sample(_logits, CollectionsMarshal.AsSpan(tokens));
            tokens.Add(token);
            Emit(stops.Append(decoder.Append(_tokenizer.TokenBytes(token))));
            if (stops.Matched is not null)
            {
                reason = StopReason.StopString;
                break;
            }
        }

        if (stops.Matched is null)
        {
            Emit(stops.Append(decoder.Flush()));
            Emit(stops.Finish());
        }

        return new GenerationResult(text.ToString(), promptTokens, tokens.Count - promptTokens, reason, sampler.Seed, Stopwatch.GetElapsedTime(start));

        void Emit(string piece)
        {
            if (piece.Length > 0)
            {
                text.Append(piece);
                onText?.Invoke(piece);
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _cache.Dispose();

    private int[] Encode(string prompt)
    {
        if (prompt.Length > 0)
        {
            return _tokenizer.Encode(prompt);
        }

        try
        {
            return _tokenizer.Encode(DocumentBreak);
        }
        catch (Core.Errors.UsageException)
        {
            // A vocabulary of characters from a text without line ends: any token may begin.
            return [0];
        }
    }

    // Brings the cache up to the last token and reads the logits of the next one.
    private void Feed(List<int> tokens, ref int fed)
    {
        if (_cache.Count + (tokens.Count - fed) > _cache.Capacity)
        {
            _cache.Clear();
            fed = tokens.Count - Math.Min(tokens.Count, Math.Max(1, _cache.Capacity / 2));
        }

        using IDisposable noGradient = no_grad();
        using IDisposable scope = NewDisposeScope();
        long[] pending = [.. CollectionsMarshal.AsSpan(tokens)[fed..].ToArray().Select(token => (long)token)];
        Tensor input = tensor(pending, [1, pending.Length]).to(_model.Device);
        Tensor logits = _model.NextTokenLogits(input, _cache).flatten().to_type(ScalarType.Float32).cpu();
        logits.data<float>().CopyTo(_logits);
        fed = tokens.Count;
    }
}
