using NGpt.Core.Errors;
using NGpt.Core.Generation;
using NGpt.Core.Numerics.Threads;
using NGpt.Runtime.Inference;

namespace NGpt.Server;

/// <summary>The address of a server, who may call it, and its limits.</summary>
public sealed record ServerOptions
{
    private const int MaxSlots = 1024;

    /// <summary>The address to listen on: an IP address or <c>localhost</c>. Only this machine by default.</summary>
    public string Host { get; init; } = "127.0.0.1";

    /// <summary>The port, 0 for any free one.</summary>
    public int Port { get; init; } = 8080;

    /// <summary>Maximum number of concurrent sequences, at least 1.</summary>
    public int Slots { get; init; } = 4;

    /// <summary>Maximum number of queued sequences; a request beyond it is answered with 429.</summary>
    public int QueueLength { get; init; } = 256;

    /// <summary>Context length of a sequence in tokens, prompt included; null for the length that the model was trained with.</summary>
    public int? ContextLength { get; init; }

    /// <summary>Maximum tokens per forward pass, at least <see cref="Slots"/>.</summary>
    public int BatchTokens { get; init; } = 512;

    /// <summary>
    /// Whether a text depends on nothing but its request: no forward pass is shared with other requests, and no prefix is reused.
    /// Requests at the same time take their turns, so all of them together are slower.
    /// </summary>
    public bool IsDeterministic { get; init; }

    /// <summary>Receives an entry for each request that was answered; null for none. Called by several threads at once.</summary>
    public Action<RequestLogEntry>? RequestLog { get; init; }

    /// <summary>Compute threads; null for one per core.</summary>
    public int? Threads { get; init; }

    /// <summary>The type of the KV cache; null as in <see cref="ContextOptions.CacheType"/>.</summary>
    public CacheType? CacheType { get; init; }

    /// <summary>The key that clients must send as <c>Authorization: Bearer</c>; null for none.</summary>
    public string? ApiKey { get; init; }

    /// <summary>How messages are rendered as a prompt; null where the model was not trained on conversations.</summary>
    public ChatTemplate? ChatTemplate { get; init; }

    /// <summary>Maximum time of a request, time in the queue included.</summary>
    public TimeSpan RequestTimeout { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>Maximum time for which a client may stop reading its stream.</summary>
    public TimeSpan SlowReaderTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Time for active generations to finish when the server stops.</summary>
    public TimeSpan ShutdownTimeout { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>Maximum size of a request body in bytes.</summary>
    public int MaxBodyBytes { get; init; } = 2 << 20;

    /// <summary>Maximum number of generated tokens per sequence that a request may ask for; null for as many as the context has room for.</summary>
    public int? MaxTokens { get; init; }

    /// <summary>Maximum number of stop strings in a request.</summary>
    public int MaxStopStrings { get; init; } = 16;

    /// <summary>Maximum number of choices per prompt.</summary>
    public int MaxChoices { get; init; } = 16;

    /// <summary>Maximum number of prompts in a request.</summary>
    public int MaxPrompts { get; init; } = 128;

    /// <summary>Maximum number of concurrent connections.</summary>
    public int MaxConnections { get; init; } = 1024;

    /// <summary>Maximum number of concurrent connections from one address, or from one IPv6 network of 64 bits.</summary>
    public int MaxConnectionsPerAddress { get; init; } = 512;

    /// <summary>
    /// Maximum time from the beginning of a connection to its first byte: longer than browsers keep connections that they opened
    /// in advance, so that none is closed as it begins to be used.
    /// </summary>
    internal TimeSpan FirstByteTimeout { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>How long an answer 429 is held back, so that clients that retry at once do not take the time of the model.</summary>
    internal TimeSpan RefusalDelay { get; init; } = TimeSpan.FromMilliseconds(500);

    /// <summary>Maximum time for a body to arrive, and for the answer of <c>/tokenize</c> to be read.</summary>
    internal TimeSpan TransferTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Allowed CORS origins besides this machine's own pages, such as <c>https://example.org</c>; <c>*</c> allows all.</summary>
    public IReadOnlyList<string> AllowedOrigins { get; init; } = [];

    /// <summary>Allowed host names besides this machine's own, where the server listens on this machine only.</summary>
    public IReadOnlyList<string> AllowedHosts { get; init; } = [];

    /// <summary>Rejects options that are out of range.</summary>
    internal void ThrowIfInvalid()
    {
        Require(Port is >= 0 and <= 65535, $"the port {Port} is outside 0 to 65535");
        Require(Slots is >= 1 and <= MaxSlots, $"{Slots} slots are outside 1 to {MaxSlots}");
        Require(QueueLength >= 0, $"a queue of {QueueLength} sequences is below 0");
        Require(BatchTokens >= Slots, $"{BatchTokens} tokens per forward pass are fewer than {Slots} slots");
        Require(BatchTokens <= InferenceContext.MaxBatchTokens, $"{BatchTokens} tokens per forward pass are more than {InferenceContext.MaxBatchTokens}");
        Require(
            ContextLength is null or (>= 1 and <= InferenceContext.MaxContextLength),
            $"a context length of {ContextLength} tokens is outside 1 to {InferenceContext.MaxContextLength}");
        Require(Threads is null or (>= 1 and <= ProcessorCores.MaxThreads), $"threads must be between 1 and {ProcessorCores.MaxThreads}, not {Threads}");
        Require(IsTimeout(RequestTimeout), $"the request timeout {RequestTimeout} is not above 0 and at most 30 days");
        Require(IsTimeout(SlowReaderTimeout), $"the slow reader timeout {SlowReaderTimeout} is not above 0 and at most 30 days");
        Require(IsTimeout(ShutdownTimeout), $"the shutdown timeout {ShutdownTimeout} is not above 0 and at most 30 days");
        Require(ApiKey is null || ApiKey.Trim().Length > 0, "the API key is empty");
        Require(MaxConnections > 0 && MaxConnectionsPerAddress > 0, "the maximum number of connections must be above 0");
        _ = Http.AllowedOrigins.Parse(AllowedOrigins);
        Require(MaxBodyBytes > 0, "the maximum body size must be above 0 bytes");

        static bool IsTimeout(TimeSpan time) => time > TimeSpan.Zero && time <= TimeSpan.FromDays(30);

        static void Require(bool isValid, string problem)
        {
            if (!isValid)
            {
                throw new UsageException(problem);
            }
        }
    }
}
