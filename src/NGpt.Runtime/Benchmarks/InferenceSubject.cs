using System.Diagnostics;
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

    /// <summary>Prepares a model.</summary>
    /// <param name="model">The model; disposed of with the subject.</param>
    /// <param name="options">What is measured.</param>
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
    /// <param name="bandwidth">Read bandwidth in this round, bytes a second.</param>
    /// <param name="peak">Multiply-add peak in this round, operations a second.</param>
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
