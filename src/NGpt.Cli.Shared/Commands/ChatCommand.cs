using System.CommandLine;
using NGpt.Cli.Display;
using NGpt.Core.Sampling;
using NGpt.Runtime.Generation;
using NGpt.Runtime.Inference;
using NGpt.Runtime.Models;

namespace NGpt.Cli.Commands;

/// <summary>
/// <c>ngpt chat</c>: interactive completion. A model that was trained on text alone knows no
/// roles and no chat template, so none is invented: it continues the text.
/// </summary>
internal sealed class ChatCommand : Command
{
    private readonly TextReader? _input;
    private readonly ModelChoice _model = new();
    private readonly Option<int?> _threads = ThreadOption.Create();
    private readonly Option<string?> _cacheType = CacheTypeOption.Create();
    private readonly LoadingOption _loading = new();
    private readonly SamplingOptionSet _sampling = new();

    /// <summary>Creates the command.</summary>
    public ChatCommand(TextReader? input = null)
        : base("chat", "Interactive completion: you type, the model continues the text. A base model has no chat template.")
    {
        _input = input;
        _model.AddTo(this);
        foreach (Option option in _sampling.All)
        {
            Add(option);
        }

        Add(_threads);
        Add(_cacheType);
        _loading.AddTo(this);
        SetAction(Run);
    }

    private int Run(ParseResult result)
    {
        string path = _model.Read(result);
        SamplingOptions options = _sampling.Read(result);
        ContextOptions context = new() { Threads = ThreadOption.Read(result, _threads), CacheType = CacheTypeOption.Read(result, _cacheType) };
        using RuntimeModel model = ModelChoice.Load(path, _loading.Read(result));
        using TextGenerator generator = new(model, context);
        TextWriter output = result.InvocationConfiguration.Output;
        bool isInteractive = _input is null && !Console.IsInputRedirected && VisibleText.IsNeeded(output);
        ChatSession session = new(generator, options, output, result.InvocationConfiguration.Error, isInteractive);
        if (isInteractive)
        {
            result.InvocationConfiguration.Error.WriteLine($"{model.Path}: type a text and the model continues it; /help lists the commands");
        }

        return session.Run(_input ?? Console.In);
    }
}
