using System.CommandLine;
using System.Net;
using NGpt.Cli.Display;
using NGpt.Core.Errors;
using NGpt.Core.Generation;
using NGpt.Server;

namespace NGpt.Cli.Commands;

/// <summary><c>ngpt serve</c>: an HTTP server with OpenAI's interface and a page, until a signal stops it.</summary>
internal sealed class ServeCommand : Command
{
    // A key on the command line is seen by everybody who lists the processes.
    private const string KeyVariable = "NGPT_API_KEY";

    private static readonly ServerOptions Defaults = new();

    private readonly Argument<string> _model = new("MODEL")
    {
        Description = "Run folder (its best checkpoint), checkpoint folder or .gguf file",
    };

    private readonly Option<string> _host = new("--host")
    {
        Description = "Address to listen on; others than 127.0.0.1 let other machines in",
        HelpName = "ADDRESS",
        DefaultValueFactory = _ => Defaults.Host,
    };

    private readonly Option<int> _port = Integer("--port", Defaults.Port, "Port to listen on, 0 for any free one");
    private readonly Option<int> _slots = Integer("--slots", Defaults.Slots, "Texts that are written at a time", "--parallel");
    private readonly Option<int> _queue = Integer("--queue", Defaults.QueueLength, "Texts that may wait; beyond it requests are answered with 429");
    private readonly Option<int> _batch = Integer("--batch", Defaults.BatchTokens, "The most tokens in a step of the model");
    private readonly Option<int> _timeout = Integer("--timeout", (int)Defaults.RequestTimeout.TotalSeconds, "Seconds that a request may take, waiting included");
    private readonly Option<int> _shutdown = Integer("--shutdown-timeout", (int)Defaults.ShutdownLimit.TotalSeconds, "Seconds that texts may go on after a signal to stop");
    private readonly Option<int> _maxBody = Integer("--max-body", Defaults.MaxBodyBytes, "The largest body of a request, in bytes");

    private readonly Option<int?> _contextLength = new("--context-length")
    {
        Description = "Tokens that a text can have; as many as the model was trained with by default",
        HelpName = "N",
    };

    private readonly Option<int?> _maxTokens = new("--max-tokens")
    {
        Description = "The most tokens that a request may have generated for a text",
        HelpName = "N",
    };

    private readonly Option<int?> _threads = ThreadOption.Create();
    private readonly Option<string?> _cacheType = CacheTypeOption.Create();

    private readonly Option<string?> _key = new("--api-key")
    {
        Description = $"What clients must send as a bearer token; better given as {KeyVariable}",
        HelpName = "KEY",
    };

    private readonly Option<string?> _template = new("--chat-template")
    {
        Description = $"How conversations become text: {string.Join(" or ", ChatTemplate.All.Select(template => template.Name))}; a model of plain text has none",
        HelpName = "NAME",
    };

    private readonly Option<string[]> _origins = new("--allow-origin")
    {
        Description = "A web page that may call the server besides those of this machine; may be given several times",
        HelpName = "ORIGIN",
    };

    private readonly Option<string[]> _hosts = new("--allow-host")
    {
        Description = "A name that requests may call the server by besides this machine's own; may be given several times",
        HelpName = "NAME",
    };

    /// <summary>Creates the command.</summary>
    public ServeCommand()
        : base("serve", "Serve a trained model over HTTP, with OpenAI's interface and a page.")
    {
        Add(_model);
        foreach (Option option in (Option[])[_host, _port, _slots, _contextLength, _queue, _batch, _threads, _cacheType, _key, _template, _timeout, _shutdown, _maxTokens, _maxBody, _origins, _hosts])
        {
            Add(option);
        }

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
        ServerOptions options = Read(result);
        string path = result.GetValue(_model)!;
        TextWriter error = result.InvocationConfiguration.Error;
        if (options.ApiKey is null && IPAddress.TryParse(options.Host.Trim('[', ']'), out IPAddress? address) && !IPAddress.IsLoopback(address))
        {
            error.WriteLine($"warning: {options.Host} lets other machines in, and no key is asked for: give one as {KeyVariable}");
        }

        using StopSignal stop = new();
        return ServeAsync(path, options, result.InvocationConfiguration.Output, error, stop).GetAwaiter().GetResult();
    }

    private static async Task<int> ServeAsync(string path, ServerOptions options, TextWriter output, TextWriter error, StopSignal stop)
    {
        using LineLogs logs = new(error);
        await using NGptServer server = await NGptServer.StartAsync(options, () => ServedModel.Load(path), logs: logs);
        TaskCompletionSource stopped = new();
        using CancellationTokenRegistration signal = stop.Token.Register(stopped.SetResult);
        if (await Task.WhenAny(server.Ready, stopped.Task) == server.Ready)
        {
            await server.Ready;
            output.WriteLine(server.Description);
            output.WriteLine($"listening on {server.Address.ToString().TrimEnd('/')}");
            output.Flush();
            await stopped.Task;
        }

        error.WriteLine("ngpt: stopping: texts may go on for a moment; a second signal ends at once");
        await server.StopAsync();
        return stop.ExitCode;
    }

    private ServerOptions Read(ParseResult result)
    {
        string? key = result.GetValue(_key) ?? Environment.GetEnvironmentVariable(KeyVariable);
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
            ApiKey = string.IsNullOrEmpty(key) && result.GetValue(_key) is null ? null : key,
            ChatTemplate = result.GetValue(_template) is string name ? ChatTemplate.Parse(name) : null,
            RequestTimeout = Seconds(result, _timeout),
            ShutdownLimit = Seconds(result, _shutdown),
            MaxTokens = result.GetValue(_maxTokens) is int max and < 1 ? throw new UsageException($"--max-tokens {max} is below 1") : result.GetValue(_maxTokens),
            MaxBodyBytes = result.GetValue(_maxBody),
            AllowedOrigins = result.GetValue(_origins) ?? [],
            AllowedHosts = result.GetValue(_hosts) ?? [],
        };
    }

    private static TimeSpan Seconds(ParseResult result, Option<int> option) => result.GetValue(option) is int seconds and >= 1
        ? TimeSpan.FromSeconds(seconds)
        : throw new UsageException($"{option.Name} {result.GetValue(option)} is below 1");
}
