using System.CommandLine;
using NGpt.Cli.Display;
using NGpt.Core.Errors;
using NGpt.Core.Evaluation;
using NGpt.Core.Quantization;
using NGpt.Data.Evaluation;
using NGpt.Runtime.Quantization;

namespace NGpt.Cli.Commands;

/// <summary>
/// <c>ngpt quantize</c>: writes a checkpoint as a GGUF file with its matrices in fewer bits, and measures what that costs. Progress
/// goes to standard error.
/// </summary>
internal sealed class QuantizeCommand : Command
{
    private const long DefaultMaxTokens = 100_000;

    private static readonly string Types = string.Join(", ", Enum.GetValues<WeightType>().Select(type => type.Name()));

    private readonly Argument<string> _model = new("RUN") { Description = "Run folder (its best checkpoint) or checkpoint folder" };

    private readonly Option<string?> _type = new("--type") { Description = $"How matrices are stored: {Types}", HelpName = "TYPE", Required = true };

    private readonly Option<string?> _out = new("--out")
    {
        Description = "The file, or a folder for it; default beside the run, named like small-ngpt-2.1M-v1.0-Q8_0.gguf",
        HelpName = "PATH",
    };

    private readonly Option<string?> _embedding = new("--token-embedding-type")
    {
        Description = "How the token embedding is stored; default --type, and Q8_0 for types of four bits",
        HelpName = "TYPE",
    };

    private readonly Option<string?> _output = new("--output-tensor-type")
    {
        Description = "How the output matrix is stored; default --type, and Q8_0 for types of four bits",
        HelpName = "TYPE",
    };

    private readonly Option<string?> _data = new("--data")
    {
        Description = "Text that the loss is measured on, as for ngpt eval; default what the run held out",
        HelpName = "PATH",
    };

    private readonly Option<long> _maxTokens = new("--max-tokens")
    {
        Description = $"Predict only the first N tokens of the text; default {NumberFormat.Count(DefaultMaxTokens)}",
        HelpName = "N",
        DefaultValueFactory = _ => DefaultMaxTokens,
    };

    private readonly Option<bool> _noEval = new("--no-eval") { Description = "Write the file and measure nothing" };

    private readonly Option<bool> _force = new("--force") { Description = "Replace a file that is there already" };

    private readonly Option<int?> _threads = ThreadOption.Create();

    private readonly Option<bool> _json = new("--json")
    {
        Description = "Print the result as one line of JSON on standard output; everything else goes to standard error",
    };

    /// <summary>Creates the command.</summary>
    public QuantizeCommand()
        : base("quantize", "Write a trained model as one GGUF file in fewer bits, and measure what that costs.")
    {
        Add(_model);
        foreach (Option option in (Option[])[_type, _out, _embedding, _output, _data, _maxTokens, _noEval, _force, _threads, _json])
        {
            Add(option);
        }

        SetAction(Run);
    }

    private int Run(ParseResult result)
    {
        TextWriter output = result.InvocationConfiguration.Output;
        TextWriter error = result.InvocationConfiguration.Error;
        (QuantizationRequest request, EvaluationJobOptions evaluation) = Read(result);
        RuntimeScorerFactory scorers = new(ThreadOption.Read(result, _threads));
        bool json = result.GetValue(_json);
        if (result.GetValue(_noEval) && result.GetResult(_maxTokens) is { Implicit: false })
        {
            error.WriteLine($"warning: {_maxTokens.Name} has no effect: {_noEval.Name} measures nothing");
        }

        using StopSignal stop = new();
        QuantizationResult? written = null;
        QuantizationLoss? loss = null;
        try
        {
            using (QuantizationProgressLine progress = new(error))
            {
                written = Quantizer.Write(request, progress, stop.Token);
            }

            if (!result.GetValue(_noEval))
            {
                using EvaluationDisplay display = new(error);
                loss = QuantizationLoss.Measure(written, evaluation, scorers, display, stop.Token);
            }
        }
        catch (OperationCanceledException) when (stop.Token.IsCancellationRequested)
        {
            error.WriteLine(written is null ? "ngpt: stopped before the file was written" : $"ngpt: stopped before the loss was measured; {written.Path} is written");
            return stop.ExitCode;
        }

        QuantizationText.Write(json ? error : output, written, loss);
        if (json)
        {
            output.WriteLine(QuantizationJson.Write(written, loss));
        }

        return ExitCode.Done;
    }

    private (QuantizationRequest Request, EvaluationJobOptions Evaluation) Read(ParseResult result)
    {
        List<string> problems = [];
        WeightType type = Type(_type) ?? default;
        WeightType? embedding = Type(_embedding);
        WeightType? outputType = Type(_output);
        EvaluationJobOptions evaluation = new()
        {
            Model = result.GetValue(_model)!,
            Data = result.GetValue(_data),
            Perplexity = new PerplexityOptions { MaxTokens = result.GetValue(_maxTokens) },
        };
        problems.AddRange(evaluation.Validate(contextLength: null));
        if (result.GetValue(_noEval) && evaluation.Data is not null)
        {
            problems.Add($"{_data.Name} and {_noEval.Name} exclude each other");
        }

        return problems.Count > 0
            ? throw new UsageException(string.Join("; ", problems))
            : (new QuantizationRequest
            {
                Model = evaluation.Model,
                Type = type,
                TokenEmbeddingType = embedding,
                OutputType = outputType,
                Output = result.GetValue(_out),
                Replaces = result.GetValue(_force),
            }, evaluation);

        WeightType? Type(Option<string?> option)
        {
            if (result.GetValue(option) is not string name)
            {
                return null;
            }

            if (!WeightTypes.TryParse(name, out WeightType known))
            {
                problems.Add($"{option.Name} \"{name}\" is not one of {Types}");
            }

            return known;
        }
    }
}

/// <summary>What storing a model in fewer bits costs.</summary>
internal sealed record QuantizationLoss(string Text, PerplexityReport Before, PerplexityReport After, LossDifference Increase)
{
    /// <summary>Measures both on the same tokens.</summary>
    public static QuantizationLoss? Measure(
        QuantizationResult written, EvaluationJobOptions options, IScorerFactory scorers, IEvaluationObserver observer, CancellationToken stop)
    {
        if (options.Data is null && scorers.Find(options.Model).Run is null)
        {
            observer.OnWarning("the loss was not measured: nothing says what text was held out. Give --data, or a run folder");
            return null;
        }

        EvaluationOutcome before = EvaluationJob.Run(options, scorers, observer, stop);
        EvaluationOutcome after = EvaluationJob.Run(options with { Model = written.Path }, scorers, new QuietObserver(observer), stop);
        return before is { Text: string text, Perplexity: PerplexityReport first } && after.Perplexity is PerplexityReport second
            ? new QuantizationLoss(text, first, second, LossDifference.Between(first, second))
            : null;
    }

    /// <summary>What is to be said about the text has been said when it was read for the first time.</summary>
    private sealed class QuietObserver(IEvaluationObserver inner) : IEvaluationObserver
    {
        public void OnWarning(string message)
        {
        }

        public void Report(EvaluationProgress value) => inner.Report(value);

        public void Report(Data.Preparation.DatasetProgress value) => inner.Report(value);
    }
}
