using System.Diagnostics.Metrics;
using NGpt.Server.Scheduling;

namespace NGpt.Server.Metrics;

/// <summary>What the server counts and times, as instruments of the platform: any listener can read them.</summary>
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
    private readonly Counter<long> _refused;

    /// <summary>Creates the instruments.</summary>
    public ServerMetrics()
    {
        Meter = new Meter(MeterName);
        _firstToken = Meter.CreateHistogram<double>(
            "ngpt.time_to_first_token", "s", "From the acceptance of a request to its first token", tags: null, new() { HistogramBucketBoundaries = FirstTokenBounds });
        _nextToken = Meter.CreateHistogram<double>(
            "ngpt.time_per_output_token", "s", "From one token of a text to the next", tags: null, new() { HistogramBucketBoundaries = NextTokenBounds });
        _promptTokens = Meter.CreateCounter<long>("ngpt.prompt_tokens", null, "Tokens of prompts that were computed");
        _generatedTokens = Meter.CreateCounter<long>("ngpt.generated_tokens", null, "Tokens that were generated");
        _accepted = Meter.CreateCounter<long>("ngpt.texts_accepted", null, "Texts that were accepted; each ends with a reason");
        _ended = Meter.CreateCounter<long>("ngpt.texts_ended", null, "Texts by the reason of their end");
        _refused = Meter.CreateCounter<long>("ngpt.requests_refused", null, "Requests that were answered with an error, by status");
    }

    /// <summary>The meter, for listeners of this server only.</summary>
    public Meter Meter { get; }

    /// <summary>Shows the length of the queue and the number of texts in work.</summary>
    public void Observe(Func<int> waiting, Func<int> running)
    {
        Meter.CreateObservableGauge("ngpt.queue_length", waiting, null, "Texts that wait for a slot");
        Meter.CreateObservableGauge("ngpt.running", running, null, "Texts that have a slot");
    }

    /// <summary>Texts were accepted.</summary>
    public void Accepted(int texts) => _accepted.Add(texts);

    /// <summary>Tokens of a prompt were computed.</summary>
    public void Computed(int promptTokens) => _promptTokens.Add(promptTokens);

    /// <summary>A token was chosen.</summary>
    public void Generated(bool isFirst, TimeSpan waited)
    {
        _generatedTokens.Add(1);
        (isFirst ? _firstToken : _nextToken).Record(waited.TotalSeconds);
    }

    /// <summary>A text ended.</summary>
    public void Ended(EndReason reason) => _ended.Add(1, new KeyValuePair<string, object?>("reason", reason.Name()));

    /// <summary>A request was answered with an error.</summary>
    public void Refused(int status) => _refused.Add(1, new KeyValuePair<string, object?>("status", status));

    /// <inheritdoc/>
    public void Dispose() => Meter.Dispose();
}
