using System.CommandLine;
using NGpt.Cli.Display;
using NGpt.Core.Configuration;
using NGpt.Core.Errors;
using NGpt.Core.Evaluation;
using NGpt.Core.Evaluation.Tasks;
using NGpt.Data.Corpora;
using NGpt.Data.Evaluation;

namespace NGpt.Cli.Commands;

/// <summary><c>ngpt eval</c>: how well a model predicts a text, and how it does on tasks. Progress goes to standard error.</summary>
internal sealed class EvalCommand : Command
{
    private readonly Argument<string> _model = new("MODEL") { Description = "Run folder (its best checkpoint), checkpoint folder or .gguf file" };

    private readonly Option<string?> _data = new("--data")
    {
        Description = $"Text file, folder, pattern, .jsonl or .parquet, - for standard input, a prepared dataset, or {DataConfig.SdkDocumentation}; default what the run held out",
        HelpName = "PATH",
    };

    private readonly Option<string?> _split = new("--split")
    {
        Description = $"validation or train: the part of the data; default validation of a prepared dataset and of {DataConfig.SdkDocumentation}, all of other text",
        HelpName = "NAME",
    };

    private readonly Option<string[]> _textField = TextFieldOption.Create();

    private readonly Option<int?> _contextLength = new("--context-length")
    {
        Description = "Tokens that the model sees at once; default what it was trained with, more is allowed",
        HelpName = "N",
    };

    private readonly Option<int?> _stride = new("--stride")
    {
        Description = "Tokens from one window to the next; default the context length. A smaller one gives every token more context, and takes longer",
        HelpName = "N",
    };

    private readonly Option<string?> _packing = new("--packing")
    {
        Description = "stream (a token sees all earlier ones of its window) or documents (those of its document); default as the run was trained",
        HelpName = "NAME",
    };

    private readonly Option<bool> _byPosition = new("--by-position") { Description = "Show the loss by the number of tokens seen" };

    private readonly Option<long?> _maxTokens = new("--max-tokens") { Description = "Predict only the first N tokens of the text", HelpName = "N" };

    private readonly Option<string[]> _tasks = new("--task")
    {
        Description = $"JSON lines of a task, once for each: {string.Join(", ", TaskCatalog.Names)}; without a name the records tell",
        HelpName = "[NAME=]FILE",
    };

    private readonly Option<int?> _limit = new("--limit") { Description = "Only the first N questions of each task", HelpName = "N" };

    private readonly Option<int?> _batchSize = new("--batch-size")
    {
        Description = "Sequences that are computed at a time; default as many as suit what computes",
        HelpName = "N",
    };

    private readonly Option<bool> _json = new("--json")
    {
        Description = "Print the result as one line of JSON on standard output; everything else goes to standard error",
    };

    private readonly ScorerOptions _scorers;

    /// <summary>Creates the command.</summary>
    public EvalCommand(ScorerOptions scorers)
        : base("eval", "Measure a model: loss, perplexity and bits per byte on any text; multiple-choice and last-word tasks.")
    {
        _scorers = scorers;
        Add(_model);
        foreach (Option option in (Option[])[
            _data, _split, _textField, _contextLength, _stride, _packing, _byPosition, _maxTokens,
            _tasks, _limit, _batchSize, .. scorers.All, _json])
        {
            Add(option);
        }

        SetAction(Run);
    }

    private int Run(ParseResult result)
    {
        TextWriter output = result.InvocationConfiguration.Output;
        TextWriter error = result.InvocationConfiguration.Error;
        (EvaluationJobOptions options, IScorerFactory scorers) = Read(result);
        using StopSignal stop = new();
        EvaluationOutcome outcome;
        using (EvaluationDisplay display = new(error))
        {
            foreach (string name in WithoutEffect(result, options))
            {
                display.OnWarning(name);
            }

            try
            {
                outcome = EvaluationJob.Run(options, scorers, display, stop.Token);
            }
            catch (OperationCanceledException) when (stop.Token.IsCancellationRequested)
            {
                display.Dispose();
                error.WriteLine("ngpt: stopped before the evaluation was done");
                return stop.ExitCode;
            }
        }

        bool json = result.GetValue(_json);
        EvaluationText.Write(json ? error : output, outcome, result.GetValue(_byPosition));
        if (json)
        {
            output.WriteLine(EvaluationJson.Write(outcome));
        }

        return ExitCode.Done;
    }

    private (EvaluationJobOptions Options, IScorerFactory Scorers) Read(ParseResult result)
    {
        // Everything that is wrong at once.
        List<string> problems = [];
        string? remedy = null;
        EvaluationJobOptions options = new()
        {
            Model = result.GetValue(_model)!,
            Data = result.GetValue(_data),
            Split = Word<DataSplit>(_split, [("validation", DataSplit.Validation), ("train", DataSplit.Train)]),
            Files = Try(() => TextFieldOption.Read(result, _textField)) is [_, ..] fields ? new FileCorpusOptions { TextFields = fields } : null,
            Packing = Word<WindowPacking>(_packing, [("stream", WindowPacking.Stream), ("documents", WindowPacking.Documents)]),
            Perplexity = new PerplexityOptions
            {
                ContextLength = result.GetValue(_contextLength),
                Stride = result.GetValue(_stride),
                MaxTokens = result.GetValue(_maxTokens),
            },
            Tasks = [.. (result.GetValue(_tasks) ?? []).Select(text => Try(() => TaskFile.Parse(text))).OfType<TaskFile>()],
            Limit = result.GetValue(_limit),
            BatchSize = result.GetValue(_batchSize),
        };
        // The model decides the rest: its context is the limit of a stride.
        problems.AddRange(options.Validate(contextLength: null));
        IScorerFactory? scorers = Try(() => _scorers.Read(result, options.Model));
        return problems.Count == 0 ? (options, scorers!) : throw new UsageException(string.Join("; ", problems), problems.Count == 1 ? remedy : null);

        T? Try<T>(Func<T> read)
            where T : class
        {
            try
            {
                return read();
            }
            catch (UsageException problem)
            {
                problems.Add(problem.Message);
                remedy = problem.Remedy;
                return null;
            }
        }

        T? Word<T>(Option<string?> option, (string Name, T Value)[] known)
            where T : struct
        {
            if (result.GetValue(option) is not string given)
            {
                return null;
            }

            int place = Array.FindIndex(known, word => word.Name == given);
            if (place < 0)
            {
                problems.Add($"{option.Name} \"{given}\" is not one of {string.Join(", ", known.Select(word => word.Name))}");
            }

            return place < 0 ? null : known[place].Value;
        }
    }

    private IEnumerable<string> WithoutEffect(ParseResult result, EvaluationJobOptions options)
    {
        bool isTasksOnly = options.Data is null && options.Tasks.Count > 0;
        foreach (Option option in isTasksOnly ? [_split, _stride, _packing, _byPosition, _maxTokens, _textField] : Array.Empty<Option>())
        {
            if (result.GetResult(option) is { Implicit: false })
            {
                yield return $"{option.Name} has no effect: only tasks are measured; give --data for a text too";
            }
        }

        if (options.Tasks.Count == 0 && options.Limit is not null)
        {
            yield return $"{_limit.Name} has no effect: there is no --task; --max-tokens shortens a text";
        }

        if (options.Data is null && options.Tasks.Count == 0 && options.Files is not null)
        {
            yield return $"{_textField.Name} has no effect: the run's own data is measured";
        }
    }
}
