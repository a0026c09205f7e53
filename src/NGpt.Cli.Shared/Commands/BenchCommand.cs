using System.CommandLine;
using NGpt.Cli.Display;
using NGpt.Runtime.Benchmarks;

namespace NGpt.Cli.Commands;

/// <summary>
/// <c>ngpt bench</c>: how fast a model reads prompts and writes, by type of its weights and length of the text. The report
/// goes to standard output, progress to standard error.
/// </summary>
internal sealed class BenchCommand : Command
{
    private readonly Argument<string?> _model = new("MODEL")
    {
        Description = "Run folder, checkpoint folder or .gguf file; without one, random weights of a shape",
        Arity = ArgumentArity.ZeroOrOne,
    };

    private readonly InferenceBenchmarkSettings _settings = new();

    private readonly Option<bool> _json = new("--json")
    {
        Description = "Print the report as one line of JSON on standard output; everything else goes to standard error",
    };

    /// <summary>Creates the command.</summary>
    public BenchCommand(params IEnumerable<Command> others)
        : base("bench", "Measure how fast a model runs on this machine, against what the machine can do at best.")
    {
        Add(_model);
        foreach (Option option in _settings.All)
        {
            Add(option);
        }

        Add(_json);
        foreach (Command other in others)
        {
            Add(other);
        }

        SetAction(Run);
    }

    private int Run(ParseResult result)
    {
        InferenceBenchmarkOptions options = _settings.Read(result);
        TextWriter output = result.InvocationConfiguration.Output;
        TextWriter error = result.InvocationConfiguration.Error;
        string? model = result.GetValue(_model);
        if (model is not null)
        {
            foreach (string option in _settings.GivenShape(result))
            {
                error.WriteLine($"warning: {option} has no effect: the model has its shape");
            }
        }

        using StopSignal stop = new();
        InferenceBenchmarkReport report;
        try
        {
            LineProgress progress = new(error);
            report = model is null
                ? InferenceBenchmark.Run(_settings.Shape(result), options, progress, stop.Token)
                : InferenceBenchmark.Run(model, options, progress, stop.Token);
        }
        catch (OperationCanceledException) when (stop.Token.IsCancellationRequested)
        {
            error.WriteLine("ngpt: stopped before anything was measured");
            return stop.ExitCode;
        }

        bool json = result.GetValue(_json);
        InferenceBenchmarkText.Write(json ? error : output, report);
        if (json)
        {
            output.WriteLine(InferenceBenchmarkJson.Write(report));
        }

        return stop.Token.IsCancellationRequested ? stop.ExitCode : ExitCode.Done;
    }

    // Reports come from the measuring thread, one by one: Progress<T> would show them later, out of order.
    private sealed class LineProgress(TextWriter output) : IProgress<string>
    {
        public void Report(string value) => output.WriteLine(value);
    }
}
