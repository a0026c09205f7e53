using NGpt.Core.Errors;
using NGpt.Core.Numerics;

namespace NGpt.Core.Sampling;

/// <summary>
/// Chooses the next token from a model's logits [V]: penalties, top-k, top-p, min-p, temperature, and one draw. All
/// memory is taken when it is made. One sampler belongs to one text: it holds the random stream. Not thread-safe.
/// </summary>
public sealed class TokenSampler
{
    private readonly SamplingOptions _options;
    private readonly SplitMix64 _random;
    private readonly float[] _logits;
    private readonly int[] _occurrences;
    private readonly CandidateList _candidates;

    /// <summary>Makes a sampler.</summary>
    /// <param name="options">The settings.</param>
    /// <param name="vocabularySize">V, the number of logits.</param>
    /// <exception cref="UsageException">A setting is out of range.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="vocabularySize"/> is below 1.</exception>
    public TokenSampler(SamplingOptions options, int vocabularySize)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentOutOfRangeException.ThrowIfLessThan(vocabularySize, 1);
        options.RequireValid();
        _options = options;

        // A drawn seed stays in the range of the option, so that it can be given to repeat the run.
        Seed = (ulong)(options.Seed >= 0 ? options.Seed : Random.Shared.NextInt64());
        _random = new SplitMix64(Seed);
        _logits = new float[vocabularySize];
        _occurrences = new int[vocabularySize];
        _candidates = new CandidateList(vocabularySize);
    }

    /// <summary>The seed in use: the one of the options, or the one drawn when they say −1.</summary>
    public ulong Seed { get; }

    /// <summary>
    /// The natural logarithm of the probability that the model itself, before penalties and all other settings, gave to
    /// the token last chosen: its logit minus <see cref="LogSumExp"/> of all. NaN before the first.
    /// </summary>
    public double LogProbability { get; private set; } = double.NaN;

    /// <summary>Chooses a token.</summary>
    /// <param name="logits">The model's logits [V] for the next token; they are not changed.</param>
    /// <param name="history">
    /// The tokens so far, oldest first, prompt included if it is to be penalized; only the last
    /// <see cref="SamplingOptions.RepeatLastN"/> are looked at.
    /// </param>
    /// <returns>The token id; of equally likely ones the lowest when greedy.</returns>
    /// <exception cref="NGptException">A logit is NaN or infinite.</exception>
    /// <exception cref="ArgumentException">The number of logits is not V.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A token of the history is not in the vocabulary.</exception>
    public int Sample(ReadOnlySpan<float> logits, ReadOnlySpan<int> history)
    {
        if (logits.Length != _logits.Length)
        {
            throw new ArgumentException($"{logits.Length} logits were given for a vocabulary of {_logits.Length}.", nameof(logits));
        }

        RequireFinite(logits);
        logits.CopyTo(_logits);
        ApplyPenalties(history);
        int token = _options.IsGreedy ? Likeliest() : Draw();
        LogProbability = logits[token] - LogSumExp.Of(logits);
        return token;
    }

    private static void RequireFinite(ReadOnlySpan<float> logits)
    {
        for (int id = 0; id < logits.Length; id++)
        {
            if (!float.IsFinite(logits[id]))
            {
                throw new NGptException(
                    $"the model gave the logit {logits[id]} to token {id}; expected a finite number",
                    "the weights are damaged or training diverged: use an earlier checkpoint or a wider number type");
            }
        }
    }

    private void ApplyPenalties(ReadOnlySpan<int> history)
    {
        int last = _options.RepeatLastN;
        ReadOnlySpan<int> window = last < 0 || last >= history.Length ? history : history[^last..];
        double repeat = _options.RepeatPenalty;
        double presence = _options.PresencePenalty;
        double frequency = _options.FrequencyPenalty;
        if (repeat == 1 && presence == 0 && frequency == 0)
        {
            return;
        }

        foreach (int token in window)
        {
            if ((uint)token >= (uint)_occurrences.Length)
            {
                Array.Clear(_occurrences);
                throw new ArgumentOutOfRangeException(nameof(history), token, $"Token ids go from 0 to {_occurrences.Length - 1}.");
            }

            _occurrences[token]++;
        }

        foreach (int token in window)
        {
            int count = _occurrences[token];
            if (count == 0)
            {
                continue;
            }

            _occurrences[token] = 0;
            double logit = _logits[token];
            logit = logit > 0 ? logit / repeat : logit * repeat;

            // Extreme penalties must not turn finite logits into infinities.
            _logits[token] = (float)Math.Clamp(logit - (count * frequency) - presence, float.MinValue, float.MaxValue);
        }
    }

    private int Likeliest()
    {
        int best = 0;
        for (int id = 1; id < _logits.Length; id++)
        {
            if (_logits[id] > _logits[best])
            {
                best = id;
            }
        }

        return best;
    }

    private int Draw()
    {
        _candidates.Fill(_logits);
        _candidates.KeepTopK(_options.TopK);
        _candidates.KeepTopP(_options.TopP);
        _candidates.KeepMinP(_options.MinP);
        return _candidates.Draw(_options.Temperature, _random.NextDouble());
    }
}
