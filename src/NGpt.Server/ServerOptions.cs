using NGpt.Core.Generation;
using NGpt.Runtime.Inference;

namespace NGpt.Server;

/// <summary>Where a server listens, what it allows, and how much it takes on.</summary>
public sealed record ServerOptions
{
    /// <summary>The address to listen on: an IP address or <c>localhost</c>. Only this machine by default.</summary>
    public string Host { get; init; } = "127.0.0.1";

    /// <summary>The port, 0 for any free one.</summary>
    public int Port { get; init; } = 8080;

    /// <summary>Texts that are written at a time, at least 1.</summary>
    public int Slots { get; init; } = 4;

    /// <summary>Texts that may wait for a slot; beyond it requests are answered with 429.</summary>
    public int QueueLength { get; init; } = 256;

    /// <summary>Tokens that a text can have, prompt included; null for the length that the model was trained with.</summary>
    public int? ContextLength { get; init; }

    /// <summary>The most tokens that the model computes in a step, at least <see cref="Slots"/>.</summary>
    public int BatchTokens { get; init; } = 512;

    /// <summary>Threads that compute; null for one on each core.</summary>
    public int? Threads { get; init; }

    /// <summary>How keys and values are kept; null as in <see cref="ContextOptions.CacheType"/>.</summary>
    public CacheType? CacheType { get; init; }

    /// <summary>What clients must send as <c>Authorization: Bearer</c>; null for nothing.</summary>
    public string? ApiKey { get; init; }

    /// <summary>How messages become text; null where the model was not trained on conversations.</summary>
    public ChatTemplate? ChatTemplate { get; init; }

    /// <summary>How long a request may take, waiting included.</summary>
    public TimeSpan RequestTimeout { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>How long a client may read nothing of what was written for it.</summary>
    public TimeSpan SlowReaderLimit { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How long texts may go on when the server is asked to stop.</summary>
    public TimeSpan ShutdownLimit { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>The largest body of a request, in bytes.</summary>
    public int MaxBodyBytes { get; init; } = 2 << 20;

    /// <summary>The most tokens that a request may ask for in one text; null for as many as the context has room for.</summary>
    public int? MaxTokens { get; init; }

    /// <summary>The most stop strings in a request.</summary>
    public int MaxStopStrings { get; init; } = 16;

    /// <summary>The most texts for one prompt.</summary>
    public int MaxChoices { get; init; } = 16;

    /// <summary>The most prompts in a request.</summary>
    public int MaxPrompts { get; init; } = 128;

    /// <summary>The most connections at a time.</summary>
    public int MaxConnections { get; init; } = 1024;

    /// <summary>Web pages that may call the server besides those of this machine, such as <c>https://example.org</c>.</summary>
    public IReadOnlyList<string> AllowedOrigins { get; init; } = [];

    /// <summary>Host names that requests may carry besides this machine's own, where the server listens on this machine only.</summary>
    public IReadOnlyList<string> AllowedHosts { get; init; } = [];
}
