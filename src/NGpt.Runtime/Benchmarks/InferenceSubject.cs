using System.Diagnostics;
using NGpt.Core.Configuration;
using NGpt.Core.Numerics;
using NGpt.Runtime.Inference;
using NGpt.Runtime.Models;

namespace NGpt.Runtime.Benchmarks;

/// <summary>A model with weights of one type, and the times that it took.</summary>
internal sealed class InferenceSubject : IDisposable
{
    private readonly RuntimeModel _model;
    private readonly InferenceContext _context;
    private readonly InferenceBenchmarkOptions _options;
    private readonly InferenceCost _cost;
    private readonly int[] _tokens;
    private readonly List<double> _promptRates = [];
    private readonly List<double> _promptShares = [];
    private readonly List<double>[] _rates;
    private readonly List<double>[] _bandwidthShares;
    private readonly List<double>[] _peakShares;

    /// <summary>Prepares a model. <paramref name="model"/>: the model; disposed of with the subject.</summary>
    public InferenceSubject(RuntimeModel model, InferenceBenchmarkOptions options)
    {
        (_model, _options, _cost) = (model, options, new InferenceCost(model.Config));
        _context = model.CreateContext(new ContextOptions { ContextLength = options.ContextLength, Threads = options.Threads, CacheType = options.CacheType });
        // Tokens of a text are all over the vocabulary.
        SplitMix64 random = new(1);
        _tokens = [.. Enumerable.Range(0, options.ContextLength).Select(_ => (int)random.NextBelow(model.Config.VocabularySize))];
        _rates = [.. options.Contexts.Select(_ => new List<double>())];
        _bandwidthShares = [.. options.Contexts.Select(_ => new List<double>())];
        _peakShares = [.. options.Contexts.Select(_ => new List<double>())];
    }

    /// <summary>Threads that compute.</summary>
    public int Threads => _context.Threads;

    /// <summary>Runs everything once, so that code is compiled and memory is there.</summary>
    public void WarmUp()
    {
        Read(_options.PromptTokens);
        Decode(1);
    }

    /// <summary>Takes one measurement of everything.</summary>
    public void Measure(double bandwidth, double peak)
    {
        double seconds = Read(_options.PromptTokens);
        _promptRates.Add(_options.PromptTokens / seconds);
        _promptShares.Add(_cost.Prompt(_options.PromptTokens) / seconds / peak);
        for (int i = 0; i < _options.Contexts.Count; i++)
        {
            Read(_options.Contexts[i]);
            double token = Decode(_options.DecodeTokens) / _options.DecodeTokens;
            _rates[i].Add(1 / token);
            _bandwidthShares[i].Add(BytesPerToken(_options.Contexts[i]) / token / bandwidth);
            _peakShares[i].Add(_cost.Decode(Seen(_options.Contexts[i])) / token / peak);
        }
    }

    /// <summary>The figures of all measurements.</summary>
    public TypeFigures Figures() => new(
        _model.WeightType,
        _context.CacheType,
        _model.WeightBytes,
        Spread.Of(_promptRates)!,
        Spread.Of(_promptShares)!,
        [.. _options.Contexts.Select((context, i) => new DecodeFigures(
            context, Spread.Of(_rates[i])!, BytesPerToken(context), Spread.Of(_bandwidthShares[i])!, Spread.Of(_peakShares[i])!))]);

    /// <inheritdoc/>
    public void Dispose()
    {
        _context.Dispose();
        _model.Dispose();
    }

    // On average over the tokens that are decoded.
    private double Seen(int context) => context + ((_options.DecodeTokens + 1) / 2.0);

    private long BytesPerToken(int context) => _model.BytesPerToken + (long)_cost.CacheBytes(Seen(context), _context.CacheType);

    private double Read(int count)
    {
        _context.Truncate(0, 0);
        long start = Stopwatch.GetTimestamp();
        for (int done = 0; done < count;)
        {
            int piece = Math.Min(_context.BatchTokens, count - done);
            bool isLast = done + piece == count;
            _context.Run([new SequenceStep(0, _tokens.AsMemory(done, piece), isLast ? LogitRows.Last : LogitRows.None)]);
            done += piece;
        }

        return Stopwatch.GetElapsedTime(start).TotalSeconds;
    }

    private double Decode(int count)
    {
        int held = _context.Length(0);
        count = Math.Min(count, _context.ContextLength - held);
        long start = Stopwatch.GetTimestamp();
        for (int i = 0; i < count; i++)
        {
            _context.Run([new SequenceStep(0, _tokens.AsMemory(held + i, 1))]);
        }

        return Stopwatch.GetElapsedTime(start).TotalSeconds;
    }
}

/// <summary>What a token costs, from the shape alone.</summary>
internal readonly struct InferenceCost(ModelConfig config)
{
    /// <summary>Values of the matrices that every token is multiplied with in the blocks.</summary>
    private long BlockWeights => (long)config.LayerCount * config.EmbeddingWidth * ((2L * config.EmbeddingWidth) + (2L * config.KeyValueWidth) + (3L * config.MlpWidth));

    private long OutputWeights => (long)config.VocabularySize * config.EmbeddingWidth;

    /// <summary>Operations of a token after others, logits included.</summary>
    public double Decode(double seen) => (2.0 * (BlockWeights + OutputWeights)) + Attention(seen);

    /// <summary>Operations of a prompt of which only the last token's logits are requested.</summary>
    public double Prompt(int tokens) => (2.0 * BlockWeights * tokens) + (2.0 * OutputWeights) + (tokens * Attention((tokens + 1) / 2.0));

    /// <summary>Bytes of keys and values that a token reads.</summary>
    public double CacheBytes(double seen, CacheType type) =>
        2.0 * config.LayerCount * config.KeyValueWidth * seen * type.ElementBytes();

    private double Attention(double seen) => 4.0 * config.LayerCount * config.EmbeddingWidth * seen;
}
