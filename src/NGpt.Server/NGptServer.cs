using System.Globalization;
using System.Net;
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
using NGpt.Server.Security;

namespace NGpt.Server;

/// <summary>
/// An HTTP server with OpenAI's interface for one model. It listens before the model is loaded, and says so; it stops
/// gracefully: nothing new is accepted, texts go on for a while, and what is left ends with a reason.
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

    /// <summary>Where the server listens.</summary>
    public Uri Address { get; private set; } = new("http://127.0.0.1");

    /// <summary>Completes when the model is loaded; fails where it cannot be.</summary>
    public Task Ready { get; private set; }

    /// <summary>One line about the model, once it is loaded; null before.</summary>
    public string? Description => _state.Loaded is LoadedModel loaded ? Describe(loaded, _state.Options) : null;

    /// <summary>Whether the time that texts have to end is being counted.</summary>
    internal bool IsDraining { get; private set; }

    /// <summary>Whether all texts have ended or been told to.</summary>
    internal bool IsCutOff { get; private set; }

    /// <summary>Starts to listen, and to load the model.</summary>
    /// <param name="options">Where to listen, and the limits.</param>
    /// <param name="load">Loads the model, on another thread; the server disposes of it.</param>
    /// <param name="time">The clock; the system's by default.</param>
    /// <param name="logs">Receives failures; nobody by default.</param>
    /// <returns>The server, which listens.</returns>
    /// <exception cref="UsageException">An option is wrong.</exception>
    /// <exception cref="NGptException">The address cannot be listened on.</exception>
    public static async Task<NGptServer> StartAsync(ServerOptions options, Func<ServedModel> load, TimeProvider? time = null, ILoggerFactory? logs = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(load);
        ThrowIfInvalid(options);
        logs ??= NullLoggerFactory.Instance;
        NGptServer server = new(options, time ?? TimeProvider.System, logs);
        try
        {
            await server._application.StartAsync();
        }
        catch (IOException failure)
        {
            await server.DisposeAsync();
            throw new NGptException($"cannot listen on {options.Host}:{options.Port}: {failure.Message}", "another program may use the port: choose another with --port", failure);
        }

        server.Address = new Uri(server._application.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First());
        server.Ready = Task.Run(() => server.Load(load, logs));
        return server;
    }

    /// <summary>Stops gracefully; calling it again waits for the same end.</summary>
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
        _text.Dispose();
        _metrics.Dispose();
    }

    private static string Describe(LoadedModel loaded, ServerOptions options)
    {
        string shape = loaded.Model.Config is ModelConfig config
            ? string.Create(CultureInfo.InvariantCulture, $"{config.Architecture.DisplayName()} with {config.ParameterCount:N0} parameters, {loaded.Model.WeightType}, ")
            : string.Empty;
        string chat = options.ChatTemplate is null ? "no chat template" : $"chat template {options.ChatTemplate.Name}";
        return $"{loaded.Model.Id}: {shape}context {loaded.Scheduler.ContextLength}, {options.Slots} slots, {chat}";
    }

    private static void ThrowIfInvalid(ServerOptions options)
    {
        Require(options.Port is >= 0 and <= 65535, $"the port {options.Port} is outside 0 to 65535");
        Require(options.Slots is >= 1 and <= 1024, $"{options.Slots} slots are outside 1 to 1024");
        Require(options.QueueLength >= 0, $"a queue of {options.QueueLength} is below 0");
        Require(options.BatchTokens >= options.Slots, $"{options.BatchTokens} tokens a step are fewer than {options.Slots} slots");
        Require(options.BatchTokens <= InferenceContext.MaxBatchTokens, $"{options.BatchTokens} tokens a step are more than {InferenceContext.MaxBatchTokens}");
        Require(
            options.ContextLength is null or (>= 1 and <= InferenceContext.MaxContextLength),
            $"a context of {options.ContextLength} tokens is outside 1 to {InferenceContext.MaxContextLength}");
        Require(options.Threads is null or >= 1, $"{options.Threads} threads are below 1");
        Require(IsTime(options.RequestTimeout), $"the time that a request may take, {options.RequestTimeout}, is not above 0 and at most 30 days");
        Require(IsTime(options.SlowReaderLimit), $"the time that a client may read nothing, {options.SlowReaderLimit}, is not above 0 and at most 30 days");
        Require(IsTime(options.ShutdownLimit), $"the time that texts may go on, {options.ShutdownLimit}, is not above 0 and at most 30 days");
        Require(options.ApiKey is null || options.ApiKey.Trim().Length > 0, "the API key is empty");
        Require(options.MaxBodyBytes > 0, "the largest body is not above 0 bytes");

        static bool IsTime(TimeSpan time) => time > TimeSpan.Zero && time <= TimeSpan.FromDays(30);

        static void Require(bool holds, string problem)
        {
            if (!holds)
            {
                throw new UsageException(problem);
            }
        }
    }

    private static IPAddress AddressOf(string host) => host.Equals("localhost", StringComparison.OrdinalIgnoreCase)
        ? IPAddress.Loopback
        : IPAddress.TryParse(host.Trim('[', ']'), out IPAddress? address)
            ? address
            : throw new UsageException($"{host} is no IP address", "give 127.0.0.1 for this machine only, 0.0.0.0 for every network");

    private static WebApplication Build(ServerState state, PrometheusText metrics, ILoggerFactory logs)
    {
        // Nothing is read from settings files or variables: what listens where is decided by the options alone.
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => Limit(kestrel, state.Options));
        builder.Services.AddRoutingCore();
        builder.Services.AddCors();
        builder.Services.Replace(ServiceDescriptor.Singleton(logs));

        // Signals are the business of the command.
        builder.Services.AddSingleton<IHostLifetime, NoLifetime>();
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = Timeout.InfiniteTimeSpan);
        WebApplication application = builder.Build();
        RequestGate gate = new(state, logs.CreateLogger<NGptServer>());
        application.Use(gate.PassAsync);
        application.UseCors(policy => policy
            .SetIsOriginAllowed(origin => HostNames.AllowsOrigin(origin, state.Options.AllowedOrigins))
            .WithMethods("GET", "POST").WithHeaders("Authorization", "Content-Type"));
        application.UseRouting();
        application.Use(gate.RequireKeyAsync);
        application.MapApi(state, metrics);
        application.MapPage();
        return application;
    }

    private static void Limit(KestrelServerOptions kestrel, ServerOptions options)
    {
        kestrel.AddServerHeader = false;
        kestrel.Limits.MaxRequestBodySize = options.MaxBodyBytes;
        kestrel.Limits.MaxConcurrentConnections = options.MaxConnections;
        kestrel.Limits.MaxRequestHeadersTotalSize = 16 << 10;
        kestrel.Limits.RequestHeadersTimeout = TimeSpan.FromSeconds(15);
        kestrel.Limits.KeepAliveTimeout = TimeSpan.FromMinutes(2);
        kestrel.Limits.MinRequestBodyDataRate = new MinDataRate(bytesPerSecond: 240, gracePeriod: TimeSpan.FromSeconds(5));
        kestrel.Limits.MinResponseDataRate = new MinDataRate(bytesPerSecond: 240, gracePeriod: TimeSpan.FromSeconds(10));
        kestrel.Listen(AddressOf(options.Host), options.Port, listen => listen.Protocols = HttpProtocols.Http1);
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
                QueueLength = options.QueueLength,
                RequestTimeout = options.RequestTimeout,
                SlowReaderLimit = options.SlowReaderLimit,
            };
            ModelScheduler scheduler = new(context, model.Tokenizer, limits, _metrics, _time, logs.CreateLogger<ModelScheduler>());
            _state.Loaded = new LoadedModel(model, scheduler, _time.GetUtcNow());
        }
        catch (Exception failure)
        {
            context?.Dispose();
            model?.Dispose();
            _state.LoadFailure = failure is NGptException ? $"the model cannot be loaded: {failure.Message}" : "the model cannot be loaded; the server's log says why";
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
            // Whoever waits for Ready is told; here there is nothing to stop then.
        }

        ModelScheduler? scheduler = _state.Loaded?.Scheduler;
        scheduler?.Close();
        using CancellationTokenSource hurry = new();
        Task stopped = _application.StopAsync(hurry.Token);
        if (scheduler is not null)
        {
            Task limit = Task.Delay(_state.Options.ShutdownLimit, _time);
            IsDraining = true;
            await Task.WhenAny(scheduler.Drained, limit);
            scheduler.EndAll();
            IsCutOff = true;
        }

        // The last pieces are on their way; a client that does not take them is left behind.
        hurry.CancelAfter(TimeSpan.FromSeconds(5));
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
