using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using NGpt.Core.Configuration;
using NGpt.Core.Errors;
using NGpt.Runtime.Inference;
using NGpt.Server.Http;
using NGpt.Server.Metrics;
using NGpt.Server.Page;
using NGpt.Server.Scheduling;

namespace NGpt.Server;

/// <summary>
/// An HTTP server with an OpenAI-compatible API for one model. It listens before the model is loaded and answers 503 until
/// then. It stops gracefully: new requests are rejected, active generations get time to finish, and the rest ends with a
/// reason.
/// </summary>
public sealed class NGptServer : IAsyncDisposable
{
    private readonly WebApplication _application;
    private readonly ServerState _state;
    private readonly ServerMetrics _metrics;
    private readonly PrometheusText _text;
    private readonly TimeProvider _time;
    private readonly Lock _gate = new();
    private Task? _stopping;

    private NGptServer(ServerOptions options, TimeProvider time, ILoggerFactory logs)
    {
        _time = time;
        _metrics = new ServerMetrics();
        _text = new PrometheusText(_metrics.Meter);
        _state = new ServerState(options, _metrics, time);
        _application = Build(_state, _text, logs);
        Ready = Task.CompletedTask;
    }

    /// <summary>The address on which the server listens.</summary>
    public Uri Address { get; private set; } = new("http://127.0.0.1");

    /// <summary>Completes when the model is loaded; fails if it cannot be.</summary>
    public Task Ready { get; private set; }

    /// <summary>One line about the model, once it is loaded; null before.</summary>
    public string? Description => _state.Loaded is LoadedModel loaded ? Describe(loaded, _state.Options) : null;

    /// <summary>The context length that the model was trained with, where that of the server is longer; null elsewhere and before the model is loaded.</summary>
    public int? ExceededTrainedContextLength =>
        _state.Loaded is { Model.Config: ModelConfig trained } loaded && trained.ContextLength < loaded.Scheduler.ContextLength ? trained.ContextLength : null;

    /// <summary>Whether the server waits for active generations to finish.</summary>
    internal bool IsDraining { get; private set; }

    /// <summary>Whether the time for active generations is over and the remaining ones were told to end.</summary>
    internal bool IsStopForced { get; private set; }

    /// <summary>Starts listening and loading the model.</summary>
    /// <param name="options">The address and the limits.</param>
    /// <param name="load">Loads the model on another thread; the server disposes of it.</param>
    /// <param name="time">The clock; the system's by default.</param>
    /// <param name="logs">Receives failures; none by default.</param>
    /// <returns>The listening server.</returns>
    /// <exception cref="UsageException">An option is out of range.</exception>
    /// <exception cref="NGptException">The server cannot listen on the address.</exception>
    public static async Task<NGptServer> StartAsync(ServerOptions options, Func<ServedModel> load, TimeProvider? time = null, ILoggerFactory? logs = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(load);
        options.ThrowIfInvalid();
        logs ??= NullLoggerFactory.Instance;
        NGptServer server = new(options, time ?? TimeProvider.System, logs);
        try
        {
            await server._application.StartAsync();
        }
        catch (Exception failure) when (failure is IOException or SocketException)
        {
            await server.DisposeAsync();
            (string problem, string remedy) = (failure.InnerException?.InnerException ?? failure.InnerException ?? failure) is SocketException socket
                ? Explain(socket)
                : (failure.Message, "choose another port with --port");
            throw new NGptException($"cannot listen on {options.Host}:{options.Port}: {problem}", remedy, failure);
        }

        server.Address = new Uri(server._application.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First());
        server.Ready = Task.Run(() => server.Load(load, logs));
        return server;
    }

    /// <summary>Stops gracefully; a second call waits for the same stop.</summary>
    public Task StopAsync()
    {
        lock (_gate)
        {
            return _stopping ??= Task.Run(StopOnceAsync);
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        await _application.DisposeAsync();
        _state.Loaded?.Scheduler.Dispose();
        _state.Loaded?.Model.Dispose();
        _state.Dispose();
        _text.Dispose();
        _metrics.Dispose();
    }

    private static string Describe(LoadedModel loaded, ServerOptions options)
    {
        string shape = loaded.Model.Config is ModelConfig config
            ? string.Create(CultureInfo.InvariantCulture, $"{config.Architecture.DisplayName()} with {config.ParameterCount:N0} parameters, {loaded.Model.WeightType}, ")
            : string.Empty;
        string chat = options.ChatTemplate is null ? "no chat template" : $"chat template {options.ChatTemplate.Name}";
        string beyond = loaded.Model.Config is ModelConfig trained && trained.ContextLength < loaded.Scheduler.ContextLength ? $" (trained with {trained.ContextLength})" : string.Empty;
        return $"{loaded.Model.Id}: {shape}context {loaded.Scheduler.ContextLength}{beyond}, {options.Slots} {(options.Slots == 1 ? "slot" : "slots")}, {chat}";
    }

    private static (string Problem, string Remedy) Explain(SocketException failure) => failure.SocketErrorCode switch
    {
        SocketError.AddressAlreadyInUse => ("the port is in use", "choose another with --port, or 0 for any free one"),
        SocketError.AccessDenied => ("it is not permitted", "choose a port of 1024 or above with --port"),
        SocketError.AddressNotAvailable => ("this machine has no such address", "give --host 127.0.0.1 for this machine only, 0.0.0.0 for all networks"),
        _ => (failure.Message, "choose another address with --host or port with --port"),
    };

    private static IPAddress AddressOf(string host) => host.Equals("localhost", StringComparison.OrdinalIgnoreCase)
        ? IPAddress.Loopback
        : IPAddress.TryParse(host.Trim('[', ']'), out IPAddress? address)
            ? address
            : throw new UsageException($"{host} is not a valid IP address", "use 127.0.0.1 for this machine only, 0.0.0.0 for all networks");

    private static WebApplication Build(ServerState state, PrometheusText metrics, ILoggerFactory logs)
    {
        // Settings files and environment variables are not read: the options alone decide.
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => Limit(kestrel, state.Options, state.Time));
        builder.Services.AddRoutingCore();
        builder.Services.AddCors();
        builder.Services.Replace(ServiceDescriptor.Singleton<ILoggerFactory>(new HostLogs(logs)));

        // The command handles signals.
        builder.Services.AddSingleton<IHostLifetime, NoLifetime>();
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = Timeout.InfiniteTimeSpan);
        WebApplication application = builder.Build();
        RequestMiddleware middleware = new(state, logs.CreateLogger<NGptServer>());
        application.Use(middleware.HandleAsync);
        AllowedOrigins origins = AllowedOrigins.Parse(state.Options.AllowedOrigins);

        // Clients in pages send headers of their own: a preflight allows those that it asks for.
        application.UseCors(policy => policy
            .SetIsOriginAllowed(origins.Allow)
            .WithMethods("GET", "HEAD", "POST").AllowAnyHeader().WithExposedHeaders("Retry-After").SetPreflightMaxAge(TimeSpan.FromHours(1)));
        application.UseRouting();
        application.Use(middleware.AuthorizeAsync);
        application.MapApi(state, metrics);
        application.MapPage();
        return application;
    }

    private static void Limit(KestrelServerOptions kestrel, ServerOptions options, TimeProvider time)
    {
        kestrel.AddServerHeader = false;
        kestrel.Limits.MaxRequestBodySize = options.MaxBodyBytes;
        // A body waits at the client until it is read.
        kestrel.Limits.MaxRequestBufferSize = 64 << 10;

        // The limiter decides; this leaves room for connections that it is closing.
        kestrel.Limits.MaxConcurrentConnections = 2L * options.MaxConnections;
        kestrel.Limits.MaxRequestHeadersTotalSize = 16 << 10;
        kestrel.Limits.RequestHeadersTimeout = TimeSpan.FromSeconds(15);
        kestrel.Limits.KeepAliveTimeout = TimeSpan.FromMinutes(2);
        kestrel.Limits.MinRequestBodyDataRate = new MinDataRate(bytesPerSecond: 240, gracePeriod: TimeSpan.FromSeconds(5));
        kestrel.Limits.MinResponseDataRate = new MinDataRate(bytesPerSecond: 240, gracePeriod: TimeSpan.FromSeconds(10));
        ConnectionLimiter limiter = new(options, time);
        kestrel.Listen(AddressOf(options.Host), options.Port, listen =>
        {
            listen.Protocols = HttpProtocols.Http1;
            listen.Use(next => connection => limiter.HandleAsync(connection, next));
        });
    }

    private void Load(Func<ServedModel> load, ILoggerFactory logs)
    {
        ServedModel? model = null;
        IInferenceContext? context = null;
        try
        {
            ServerOptions options = _state.Options;
            model = load();
            context = model.CreateContext(
                new ContextOptions
                {
                    Slots = options.Slots,
                    ContextLength = options.ContextLength,
                    BatchTokens = options.BatchTokens,
                    Threads = options.Threads,
                    CacheType = options.CacheType,
                });
            SchedulerOptions limits = new()
            {
                MaxQueued = options.QueueLength,
                IsDeterministic = options.IsDeterministic,
                RequestTimeout = options.RequestTimeout,
                SlowReaderTimeout = options.SlowReaderTimeout,
            };
            ModelScheduler scheduler = new(context, model.Tokenizer, limits, _metrics, _time, logs.CreateLogger<ModelScheduler>());
            _state.Loaded = new LoadedModel(model, scheduler, _time.GetUtcNow());
        }
        catch (Exception failure)
        {
            context?.Dispose();
            model?.Dispose();
            _state.LoadFailure = failure is NGptException ? $"the model cannot be loaded: {failure.Message}" : "the model cannot be loaded; see the server's log";
            throw;
        }
    }

    private async Task StopOnceAsync()
    {
        _state.IsStopping = true;
        try
        {
            await Ready;
        }
        catch (Exception)
        {
            // Ready reports the failure; without a model there is nothing to stop.
        }

        ModelScheduler? scheduler = _state.Loaded?.Scheduler;
        scheduler?.Close();
        using CancellationTokenSource abort = new();
        Task stopped = _application.StopAsync(abort.Token);
        if (scheduler is not null)
        {
            Task limit = Task.Delay(_state.Options.ShutdownTimeout, _time);
            IsDraining = true;
            await Task.WhenAny(scheduler.Drained, limit);
            scheduler.Stop();
            IsStopForced = true;
        }

        // The last events are being sent; a client that does not read them is disconnected.
        abort.CancelAfter(TimeSpan.FromSeconds(5));
        try
        {
            await stopped;
        }
        catch (OperationCanceledException)
        {
        }
    }

    private sealed class NoLifetime : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
