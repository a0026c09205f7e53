using System.Diagnostics.Metrics;
using NGpt.Server.Scheduling;

namespace NGpt.Server.Metrics;

/// <summary>Counts and times of the server, as .NET instruments that any listener can read.</summary>
internal sealed class ServerMetrics : IDisposable
{
    /// <summary>The meter's name.</summary>
    public const string MeterName = "NGpt.Server";

    private static readonly double[] FirstTokenBounds = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60];
    private static readonly double[] NextTokenBounds = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5];

    private readonly Histogram<double> _firstToken;
    private readonly Histogram<double> _nextToken;
    private readonly Counter<long> _promptTokens;
    private readonly Counter<long> _generatedTokens;
    private readonly Counter<long> _accepted;
    private readonly Counter<long> _ended;
    private readonly Counter<long> _rejected;

    /// <summary>Creates the instruments.</summary>
    public ServerMetrics()
    {
        Meter = new Meter(MeterName);
        _firstToken = Meter.CreateHistogram<double>(
            "ngpt.time_to_first_token", "s", "Time from the acceptance of a request to its first token", tags: null, new() { HistogramBucketBoundaries = FirstTokenBounds });
        _nextToken = Meter.CreateHistogram<double>(
            "ngpt.time_per_output_token", "s", "Time between two tokens of a sequence", tags: null, new() { HistogramBucketBoundaries = NextTokenBounds });
        _promptTokens = Meter.CreateCounter<long>("ngpt.prompt_tokens", null, "Prompt tokens processed, without cached ones");
        _generatedTokens = Meter.CreateCounter<long>("ngpt.generated_tokens", null, "Generated tokens");
        _accepted = Meter.CreateCounter<long>("ngpt.texts_accepted", null, "Accepted sequences; each ends with a reason");
        _ended = Meter.CreateCounter<long>("ngpt.texts_ended", null, "Ended sequences by reason");
        _rejected = Meter.CreateCounter<long>("ngpt.requests_refused", null, "Requests answered with an error, by status");
    }

    /// <summary>The meter, for listeners of this server.</summary>
    public Meter Meter { get; }

    /// <summary>Observes the numbers of queued and running sequences.</summary>
    public void Observe(Func<int> queued, Func<int> running)
    {
        Meter.CreateObservableGauge("ngpt.queue_length", queued, null, "Sequences that wait for a slot");
        Meter.CreateObservableGauge("ngpt.running", running, null, "Sequences that have a slot");
    }

    /// <summary>Sequences were accepted.</summary>
    public void Accepted(int sequences) => _accepted.Add(sequences);

    /// <summary>Tokens of a prompt were processed.</summary>
    public void Prefilled(int promptTokens) => _promptTokens.Add(promptTokens);

    /// <summary>A token was generated.</summary>
    public void Generated(bool isFirst, TimeSpan elapsed)
    {
        _generatedTokens.Add(1);
        (isFirst ? _firstToken : _nextToken).Record(elapsed.TotalSeconds);
    }

    /// <summary>A sequence ended.</summary>
    public void Ended(EndReason reason) => _ended.Add(1, new KeyValuePair<string, object?>("reason", reason.Name()));

    /// <summary>A request was answered with an error.</summary>
    public void Rejected(int status) => _rejected.Add(1, new KeyValuePair<string, object?>("status", status));

    /// <inheritdoc/>
    public void Dispose() => Meter.Dispose();
}
