using NGpt.Server.Http;
using NGpt.Server.Metrics;
using NGpt.Server.Scheduling;

namespace NGpt.Server;

/// <summary>A loaded model and its scheduler.</summary>
internal sealed record LoadedModel(ServedModel Model, ModelScheduler Scheduler, DateTimeOffset Created)
{
    /// <summary>Number of token ids that requests may name: those that the model and its tokenizer have.</summary>
    public int TokenCount => Math.Min(Scheduler.VocabularySize, Model.Tokenizer.VocabularySize);
}

/// <summary>What the endpoints share: the options, the metrics, and the model once it is loaded.</summary>
internal sealed class ServerState(ServerOptions options, ServerMetrics metrics, TimeProvider time) : IDisposable
{
    private volatile LoadedModel? _loaded;

    /// <summary>Bounds the memory of request bodies.</summary>
    public BodyMemory Bodies { get; } = new(options, time);

    /// <summary>The options.</summary>
    public ServerOptions Options => options;

    /// <summary>The metrics.</summary>
    public ServerMetrics Metrics => metrics;

    /// <summary>The clock.</summary>
    public TimeProvider Time => time;

    /// <summary>Why the model cannot be served; null unless loading failed.</summary>
    public string? LoadFailure { get; set; }

    /// <summary>Whether the server was asked to stop.</summary>
    public bool IsStopping { get; set; }

    /// <summary>The model, or null while it is being loaded.</summary>
    public LoadedModel? Loaded
    {
        get => _loaded;
        set => _loaded = value;
    }

    /// <inheritdoc/>
    public void Dispose() => Bodies.Dispose();

    /// <summary>The model.</summary>
    public LoadedModel RequireModel() => Loaded ?? throw ApiException.Unavailable(LoadFailure ?? ApiException.Loading);
}
