using System.Runtime.InteropServices;
using NGpt.Core.Generation;
using NGpt.Core.Sampling;
using NGpt.Core.Tokenizers;
using NGpt.Torch.Models;
using static TorchSharp.torch;

namespace NGpt.Torch.Generation;

/// <summary>
/// Writes text with a model that is being trained, with cached keys and values: the sample of a run, and what the
/// runtime is compared with.
/// </summary>
public sealed class TextGenerator : IDisposable
{
    private readonly CachedModel _model;
    private readonly GenerationLoop _loop;

    /// <summary>Creates a generator for one text at a time.</summary>
    /// <param name="model">The model; outlives the generator.</param>
    /// <param name="tokenizer">The model's tokenizer.</param>
    public TextGenerator(LanguageModel model, ITokenizer tokenizer)
    {
        ArgumentNullException.ThrowIfNull(model);
        _model = new CachedModel(model);
        _loop = new GenerationLoop(_model, tokenizer);
    }

    /// <inheritdoc cref="GenerationLoop.Generate"/>
    public GenerationResult Generate(string prompt, SamplingOptions options, Action<string>? onText = null, CancellationToken stop = default) =>
        _loop.Generate(prompt, options, onText, stop);

    /// <inheritdoc/>
    public void Dispose() => _model.Dispose();

    private sealed class CachedModel(LanguageModel model) : INextTokenModel, IDisposable
    {
        private readonly KeyValueCache _cache = new(model.Config, batch: 1, model.Type, model.Device);

        public int VocabularySize => model.Config.VocabularySize;

        public int ContextLength => _cache.Capacity;

        public int Count => _cache.Count;

        public void Clear() => _cache.Clear();

        public void Forward(ReadOnlySpan<int> tokens, Span<float> logits)
        {
            using IDisposable noGradient = no_grad();
            using IDisposable scope = NewDisposeScope();
            long[] pending = [.. tokens.ToArray().Select(token => (long)token)];
            Tensor input = tensor(pending, [1, pending.Length]).to(model.Device);
            Tensor next = model.NextTokenLogits(input, _cache).flatten().to_type(ScalarType.Float32).cpu();
            MemoryMarshal.Cast<byte, float>(next.bytes).CopyTo(logits);
        }

        public void Dispose() => _cache.Dispose();
    }
}
