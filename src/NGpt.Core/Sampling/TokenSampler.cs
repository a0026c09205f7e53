using NGpt.Core.Errors;
using NGpt.Core.Numerics;
using NGpt.Core.Sampling.Constraints;

namespace NGpt.Core.Sampling;

/// <summary>
/// Samples the next token from a model's logits [V]: penalties, top-k, top-p, min-p, temperature, and one draw. All memory
/// is allocated by the constructor, or shared. A sampler belongs to one sequence: it holds the random stream. The same
/// logits and seed give the same token on every processor. Not thread-safe.
/// </summary>
public sealed class TokenSampler
{
    private readonly SamplingOptions _options;
    private readonly SplitMix64 _random;
    private readonly SamplerMemory _memory;

    /// <summary>Creates a sampler with its own memory.</summary>
    /// <param name="options">The settings.</param>
    /// <param name="vocabularySize">V, the number of logits.</param>
    /// <exception cref="UsageException">A setting is out of range.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="vocabularySize"/> is below 1.</exception>
    public TokenSampler(SamplingOptions options, int vocabularySize)
        : this(options, new SamplerMemory(vocabularySize))
    {
    }

    /// <summary>Creates a sampler that shares memory.</summary>
    /// <param name="options">The settings.</param>
    /// <param name="memory">The memory, which other samplers may use, one call at a time.</param>
    /// <exception cref="UsageException">A setting is out of range.</exception>
    public TokenSampler(SamplingOptions options, SamplerMemory memory)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(memory);
        options.ThrowIfInvalid();
        (_options, _memory) = (options, memory);

        // A random seed stays in the range of the option, so that it can reproduce the text.
        Seed = (ulong)(options.Seed >= 0 ? options.Seed : Random.Shared.NextInt64());
        _random = new SplitMix64(Seed);
    }

    /// <summary>The seed in use: that of the options, or the random one where they have −1.</summary>
    public ulong Seed { get; }

    /// <summary>Samples a token.</summary>
    /// <param name="logits">The model's logits [V] for the next token; not modified.</param>
    /// <param name="history">
    /// The tokens so far, oldest first. The repeat penalty applies to the last <see cref="SamplingOptions.RepeatLastN"/> of
    /// them, those of the prompt included.
    /// </param>
    /// <param name="promptTokens">How many of them are the prompt; the presence and frequency penalties apply to all others.</param>
    /// <returns>The token id; of equally probable ones the lowest when greedy.</returns>
    /// <exception cref="NGptException">A logit is NaN or infinite.</exception>
    /// <exception cref="ArgumentException">The number of logits is not V.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A token of the history is not in the vocabulary.</exception>
    public int Sample(ReadOnlySpan<float> logits, ReadOnlySpan<int> history, int promptTokens = 0) => Sample(logits, history, promptTokens, filter: null);

    /// <summary>Samples a token after a filter has changed the logits.</summary>
    internal int Sample(ReadOnlySpan<float> logits, ReadOnlySpan<int> history, int promptTokens, LogitFilter? filter)
    {
        if (logits.Length != _memory.VocabularySize)
        {
            throw new ArgumentException($"{logits.Length} logits were given for a vocabulary of {_memory.VocabularySize}.", nameof(logits));
        }

        ThrowIfNotFinite(logits);
        logits.CopyTo(_memory.Logits);
        ApplyPenalties(history, promptTokens);
        filter?.Apply(_memory.Logits, history.Length - promptTokens);
        return _options.IsGreedy ? Argmax() : Draw();
    }

    private static void ThrowIfNotFinite(ReadOnlySpan<float> logits)
    {
        if (FloatScan.AllFinite(logits))
        {
            return;
        }

        int id = 0;
        while (float.IsFinite(logits[id]))
        {
            id++;
        }

        throw new NGptException(
            $"the model gave the logit {logits[id]} to token {id}; expected a finite number",
            "the weights are damaged or training diverged: use an earlier checkpoint or a wider number type");
    }

    private void ApplyPenalties(ReadOnlySpan<int> history, int promptTokens)
    {
        // What a token occurs among, in one number: the generated tokens are counted, the recent ones are a bit.
        const int Recent = 1 << 30;
        int last = _options.RepeatLastN;
        double repeat = _options.RepeatPenalty;
        double presence = _options.PresencePenalty;
        double frequency = _options.FrequencyPenalty;
        ReadOnlySpan<int> recent = repeat == 1 ? [] : last < 0 || last >= history.Length ? history : history[^last..];
        ReadOnlySpan<int> generated = presence == 0 && frequency == 0 ? [] : history[promptTokens..];
        foreach (int token in generated)
        {
            Occurrence(token)++;
        }

        foreach (int token in recent)
        {
            Occurrence(token) |= Recent;
        }

        Penalize(generated);
        Penalize(recent);

        ref int Occurrence(int token)
        {
            if ((uint)token >= (uint)_memory.Occurrences.Length)
            {
                Array.Clear(_memory.Occurrences);
                throw new ArgumentOutOfRangeException(nameof(history), token, $"Token ids go from 0 to {_memory.Occurrences.Length - 1}.");
            }

            return ref _memory.Occurrences[token];
        }

        void Penalize(ReadOnlySpan<int> tokens)
        {
            foreach (int token in tokens)
            {
                int occurrence = _memory.Occurrences[token];
                if (occurrence == 0)
                {
                    continue;
                }

                _memory.Occurrences[token] = 0;
                double logit = _memory.Logits[token];
                logit = occurrence < Recent ? logit : logit > 0 ? logit / repeat : logit * repeat;
                int count = occurrence & ~Recent;

                // Extreme penalties must not turn finite logits into infinities.
                _memory.Logits[token] = (float)Math.Clamp(logit - (count * frequency) - (count > 0 ? presence : 0), float.MinValue, float.MaxValue);
            }
        }
    }

    // The first of equal ones.
    private int Argmax() => _memory.Logits.AsSpan().IndexOf(FloatScan.Max(_memory.Logits));

    private int Draw()
    {
        CandidateList candidates = _memory.Candidates;
        candidates.Fill();
        candidates.KeepTopK(_options.TopK);
        candidates.KeepTopP(_options.TopP);
        candidates.KeepMinP(_options.MinP);
        return candidates.Draw(_options.Temperature, _random.NextDouble());
    }
}

/// <summary>
/// The working memory of a <see cref="TokenSampler"/>, about 20 bytes per token of the vocabulary. It holds nothing between
/// calls, so any number of samplers can share one, as long as only one of them is called at a time.
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

    /// <summary>Occurrences of each recent token [V]; zero between calls.</summary>
    internal int[] Occurrences { get; }

    /// <summary>The candidate tokens.</summary>
    internal CandidateList Candidates { get; }
}
