using System.CommandLine;
using System.Net;
using NGpt.Cli.Display;
using NGpt.Core.Errors;
using NGpt.Core.Files;
using NGpt.Core.Generation;
using NGpt.Server;

namespace NGpt.Cli.Commands;

/// <summary><c>ngpt serve</c>: an OpenAI-compatible HTTP server with a web page, until a signal stops it.</summary>
internal sealed class ServeCommand : Command
{
    // A key on the command line is visible to everyone who can list processes.
    private const string KeyVariable = "NGPT_API_KEY";

    private static readonly ServerOptions Defaults = new();

    private readonly Argument<string> _model = new("MODEL")
    {
        Description = "Run folder (its best checkpoint), checkpoint folder or .gguf file",
    };

    private readonly Option<string> _host = new("--host")
    {
        Description = "Address to listen on: 127.0.0.1 for this machine only, 0.0.0.0 for all networks",
        HelpName = "ADDRESS",
        DefaultValueFactory = _ => Defaults.Host,
    };

    private readonly Option<int> _port = Integer("--port", Defaults.Port, "Port to listen on, 0 for any free one");
    private readonly Option<int> _slots = Integer("--slots", Defaults.Slots, "Maximum number of concurrent sequences", "--parallel");
    private readonly Option<int> _queue = Integer("--queue", Defaults.QueueLength, "Maximum number of queued sequences; a request beyond it is answered with 429");
    private readonly Option<int> _batch = Integer("--batch", Defaults.BatchTokens, "Maximum tokens per forward pass");
    private readonly Option<int> _timeout = Integer("--timeout", (int)Defaults.RequestTimeout.TotalSeconds, "Maximum seconds per request, time in the queue included");
    private readonly Option<int> _shutdown = Integer("--shutdown-timeout", (int)Defaults.ShutdownTimeout.TotalSeconds, "Seconds for active generations to finish after a stop signal");
    private readonly Option<int> _maxBody = Integer("--max-body", Defaults.MaxBodyBytes, "Maximum size of a request body in bytes");

    private readonly Option<int?> _contextLength = new("--context-length")
    {
        Description = "Context length of a sequence in tokens, prompt included; the trained length by default",
        HelpName = "N",
    };

    private readonly Option<int?> _maxTokens = new("--max-tokens")
    {
        Description = "Maximum number of generated tokens per sequence that a request may ask for",
        HelpName = "N",
    };

    private readonly Option<int?> _threads = ThreadOption.Create();
    private readonly Option<string?> _cacheType = CacheTypeOption.Create();
    private readonly LoadingOption _loading = new();

    private readonly Option<string?> _key = new("--api-key")
    {
        Description = $"API key that clients must send as a bearer token; better set as {KeyVariable}",
        HelpName = "KEY",
    };

    private readonly Option<string?> _template = new("--chat-template")
    {
        Description = $"Chat template: {string.Join(" or ", ChatTemplate.All.Select(template => template.Name))}; none by default, as for a base model",
        HelpName = "NAME",
    };

    private readonly Option<bool> _deterministic = new("--deterministic")
    {
        Description = "The text of a seed depends on nothing but its request: requests take turns, and no prefix is reused",
    };

    private readonly Option<string> _log = new("--log")
    {
        Description = "A line on standard error for each request: off, text or json",
        HelpName = "FORMAT",
        DefaultValueFactory = _ => RequestLogLines.Off,
    };

    private readonly Option<int> _connections = Integer("--max-connections", Defaults.MaxConnections, "Maximum number of concurrent connections");
    private readonly Option<int> _perAddress = Integer("--max-connections-per-address", Defaults.MaxConnectionsPerAddress, "Maximum number of concurrent connections from one address");

    private readonly Option<string[]> _origins = new("--allow-origin")
    {
        Description = "Allowed CORS origin besides localhost, * for all; may be given several times",
        HelpName = "ORIGIN",
    };

    private readonly Option<string[]> _hosts = new("--allow-host")
    {
        Description = "Allowed Host header besides localhost; may be given several times",
        HelpName = "NAME",
    };

    /// <summary>Creates the command.</summary>
    public ServeCommand()
        : base("serve", "Serve a trained model over HTTP, with an OpenAI-compatible API and a web page.")
    {
        Add(_model);
        foreach (Option option in (Option[])[_host, _port, _slots, _contextLength, _queue, _batch, _threads, _cacheType, _key, _template, _timeout, _shutdown, _maxTokens, _maxBody, _connections, _perAddress, _deterministic, _log, _origins, _hosts])
        {
            Add(option);
        }

        _loading.AddTo(this);
        SetAction(Run);
    }

    private static Option<int> Integer(string name, int fallback, string description, params string[] aliases) => new(name, aliases)
    {
        HelpName = "N",
        DefaultValueFactory = _ => fallback,
        Description = description,
    };

    private int Run(ParseResult result)
    {
        TextWriter error = result.InvocationConfiguration.Error;
        ServerOptions options = Read(result, error);
        string path = result.GetValue(_model)!;
        if (options.ApiKey is null && IPAddress.TryParse(options.Host.Trim('[', ']'), out IPAddress? address) && !IPAddress.IsLoopback(address))
        {
            error.WriteLine($"warning: {options.Host} accepts connections from other machines without an API key: set one as {KeyVariable}");
        }

        if (result.GetValue(_batch) < options.BatchTokens)
        {
            error.WriteLine($"warning: --batch {result.GetValue(_batch)} is raised to {options.BatchTokens}, the value of --slots: a forward pass has a token of every sequence");
        }

        using StopSignal stop = new();
        return ServeAsync(path, _loading.Read(result), options, result.InvocationConfiguration.Output, error, stop).GetAwaiter().GetResult();
    }

    private static async Task<int> ServeAsync(string path, FileLoading loading, ServerOptions options, TextWriter output, TextWriter error, StopSignal stop)
    {
        using LineLogs logs = new(error);
        await using NGptServer server = await NGptServer.StartAsync(options, () => ServedModel.Load(path, loading), logs: logs);
        TaskCompletionSource stopped = new();
        using CancellationTokenRegistration signal = stop.Token.Register(stopped.SetResult);
        if (await Task.WhenAny(server.Ready, stopped.Task) == server.Ready)
        {
            await server.Ready;
            if (server.ExceededTrainedContextLength is int trained)
            {
                error.WriteLine($"warning: --context-length {options.ContextLength} is beyond the {trained} tokens that the model was trained with: expect worse text there");
            }

            output.WriteLine(server.Description);
            output.WriteLine($"listening on {server.Address.ToString().TrimEnd('/')}");
            output.Flush();
            await stopped.Task;
        }

        error.WriteLine("ngpt: stopping: finishing active generations; a second signal exits immediately");
        await server.StopAsync();
        return ExitCode.Done;
    }

    private ServerOptions Read(ParseResult result, TextWriter error)
    {
        string? key = result.GetValue(_key) ?? Environment.GetEnvironmentVariable(KeyVariable);
        if (key is not null && string.IsNullOrWhiteSpace(key))
        {
            throw new UsageException(
                $"{(result.GetValue(_key) is null ? KeyVariable : _key.Name)} is empty: an empty key would let everybody in", "give a key, or unset it for a server without one");
        }

        return new ServerOptions
        {
            Host = result.GetValue(_host)!,
            Port = result.GetValue(_port),
            Slots = result.GetValue(_slots),
            QueueLength = result.GetValue(_queue),
            BatchTokens = Math.Max(result.GetValue(_batch), result.GetValue(_slots)),
            ContextLength = result.GetValue(_contextLength),
            Threads = ThreadOption.Read(result, _threads),
            CacheType = CacheTypeOption.Read(result, _cacheType),
            ApiKey = key,
            ChatTemplate = result.GetValue(_template) is string name ? ChatTemplate.Parse(name) : null,
            RequestTimeout = Seconds(result, _timeout),
            ShutdownTimeout = Seconds(result, _shutdown),
            MaxTokens = result.GetValue(_maxTokens) is int max and < 1 ? throw new UsageException($"--max-tokens {max} is below 1") : result.GetValue(_maxTokens),
            MaxBodyBytes = result.GetValue(_maxBody),
            MaxConnections = result.GetValue(_connections),
            MaxConnectionsPerAddress = result.GetValue(_perAddress),
            IsDeterministic = result.GetValue(_deterministic),
            RequestLog = RequestLogLines.Create(result.GetValue(_log)!, error),
            AllowedOrigins = result.GetValue(_origins) ?? [],
            AllowedHosts = result.GetValue(_hosts) ?? [],
        };
    }

    private static TimeSpan Seconds(ParseResult result, Option<int> option) => result.GetValue(option) is int seconds and >= 1
        ? TimeSpan.FromSeconds(seconds)
        : throw new UsageException($"{option.Name} {result.GetValue(option)} is below 1");
}
