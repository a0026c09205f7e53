using NGpt.Server.Http;
using NGpt.Server.Metrics;

namespace NGpt.Server;

/// <summary>What the endpoints share: the options, the numbers, and the model once it is loaded.</summary>
internal sealed class ServerState(ServerOptions options, ServerMetrics metrics, TimeProvider time)
{
    private volatile LoadedModel? _loaded;

    /// <summary>The options.</summary>
    public ServerOptions Options => options;

    /// <summary>The numbers.</summary>
    public ServerMetrics Metrics => metrics;

    /// <summary>The clock.</summary>
    public TimeProvider Time => time;

    /// <summary>Why the model cannot be served; null as long as it can.</summary>
    public string? LoadFailure { get; set; }

    /// <summary>Whether the server has been asked to stop.</summary>
    public bool IsStopping { get; set; }

    /// <summary>The model, or null while it is being loaded.</summary>
    public LoadedModel? Loaded
    {
        get => _loaded;
        set => _loaded = value;
    }

    /// <summary>The model.</summary>
    /// <exception cref="ApiException">503: it is not loaded yet, or cannot be.</exception>
    public LoadedModel RequireModel() => Loaded ?? throw ApiException.Unavailable(LoadFailure ?? ApiException.Loading);
}
