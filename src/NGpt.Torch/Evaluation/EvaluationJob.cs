using System.Diagnostics;
using NGpt.Core.Configuration;
using NGpt.Core.Errors;
using NGpt.Core.Evaluation;
using NGpt.Core.Evaluation.Tasks;
using NGpt.Core.Tokenizers;
using NGpt.Data.Evaluation;
using NGpt.Data.Preparation;
using NGpt.Torch.Checkpoints;
using NGpt.Torch.Native;
using NGpt.Torch.Training;

namespace NGpt.Torch.Evaluation;

/// <summary>One call of <c>ngpt eval</c>: opens the model, the text and the tasks, and measures.</summary>
public sealed class EvaluationJob
{
    private readonly EvaluationJobOptions _options;
    private readonly IEvaluationObserver _observer;
    private readonly CheckpointFolder _checkpoint;
    private readonly RunConfig? _run;

    private EvaluationJob(EvaluationJobOptions options, IEvaluationObserver observer)
    {
        (_options, _observer) = (options, observer);
        _checkpoint = SavedModel.Find(options.Model);
        _run = RunSearch.OfModel(options.Model)?.LoadConfig();
    }

    /// <summary>Measures a model.</summary>
    /// <param name="options">What to measure.</param>
    /// <param name="observer">Hears what happens, on the calling thread.</param>
    /// <param name="stop">Ends it early with <see cref="OperationCanceledException"/>.</param>
    /// <returns>The figures.</returns>
    /// <exception cref="NGptException">The call is wrong, or the model, the text or a task cannot be used.</exception>
    public static EvaluationOutcome Run(EvaluationJobOptions options, IEvaluationObserver observer, CancellationToken stop)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(observer);
        return new EvaluationJob(options, observer).Run(stop);
    }

    private EvaluationOutcome Run(CancellationToken stop)
    {
        ModelConfig config = _checkpoint.LoadConfig();
        if (_options.Validate(config.ContextLength) is { Count: > 0 } problems)
        {
            throw new UsageException(string.Join("; ", problems));
        }

        int contextLength = _options.Perplexity.ContextLength ?? config.ContextLength;
        ITokenizer tokenizer = _checkpoint.LoadTokenizer();
        // What is wrong with any file is said before the first one is measured.
        List<EncodedTask> tasks = OpenTasks(tokenizer, contextLength);
        NativeEnvironment.Prepare(_options.Threads);
        using SavedModel saved = SavedModel.Open(_checkpoint.Path, _options.Device.Resolve(), _options.Precision);
        using EvaluationData? data = _options.Data is null && tasks.Count > 0 ? null : OpenData(tokenizer, stop);
        LanguageModelScorer scorer = new(saved.Model, BatchTokens(contextLength));
        PerplexityOptions text = _options.Perplexity with { Packing = _options.Packing ?? _run?.Data.Packing ?? WindowPacking.Stream };
        PerplexityEvaluator? evaluator = data is null ? null : new PerplexityEvaluator(scorer, data.Tokens, tokenizer, text);
        if (contextLength > config.ContextLength)
        {
            _observer.OnWarning($"the model was trained with {config.ContextLength} tokens at once and sees {contextLength} here: this measures how it extrapolates");
        }

        long start = Stopwatch.GetTimestamp();
        PerplexityReport? perplexity = evaluator?.Evaluate(_observer, stop);
        TaskReport[] reports = [.. tasks.Select(task => TaskEvaluator.Evaluate(scorer, task, _observer, stop))];
        return new EvaluationOutcome(_checkpoint.Path, config.ContextLength, data?.Description, perplexity, reports, Stopwatch.GetElapsedTime(start));
    }

    private int BatchTokens(int contextLength) => _options.BatchSize is int sequences
        ? (int)Math.Min((long)sequences * contextLength, int.MaxValue)
        : LanguageModelScorer.DefaultBatchTokens;

    private List<EncodedTask> OpenTasks(ITokenizer tokenizer, int contextLength)
    {
        List<EncodedTask> tasks = [];
        List<FileFormatException> failures = [];
        foreach (TaskFile file in _options.Tasks)
        {
            try
            {
                tasks.Add(EncodedTask.Create(TaskSet.Open(file, _options.Limit), tokenizer, contextLength));
            }
            catch (FileFormatException failure)
            {
                failures.Add(failure);
            }
        }

        return failures switch
        {
            [] => tasks,
            [FileFormatException only] => throw only,
            _ => throw new NGptException(string.Join("; ", failures.Select(failure => failure.Message)), failures[0].Remedy, failures[0]),
        };
    }

    private EvaluationData OpenData(ITokenizer tokenizer, CancellationToken stop)
    {
        string source = _options.Data ?? _run?.Data.Source ?? throw new UsageException(
            $"{_checkpoint.Path} is a checkpoint without its run: nothing says what text was held out", "give --data, or a run folder");
        bool isOwn = _run is not null && (source == _run.Data.Source || Path.GetFullPath(source) == _run.Data.Source);
        EvaluationRequest request = new()
        {
            Source = isOwn ? _run!.Data.Source : source,
            Split = _options.Split ?? (_options.Data is null ? DataSplit.Validation : null),
            Tokenizer = tokenizer,
            TokenizerPath = _checkpoint.TokenizerPath,
            MaxTokens = _options.Perplexity.MaxTokens,
            Files = _options.Files,
        };
        if (isOwn)
        {
            request = request with
            {
                // The same preparation as the run's is found in the cache, and divides the text in the same way.
                Preparation = _run!.Data.Tokenizer == DataConfig.TokenizerOfDataset ? null : TokenizerChoice.Parse(_run.Data.Tokenizer),
                ValidationFraction = _run.Data.ValidationFraction,
            };
        }

        EvaluationData data = EvaluationData.Open(request, _observer, stop);
        if (data.Rejected is string rejected)
        {
            _observer.OnWarning(rejected);
        }

        if (isOwn && data.Fingerprint is null && !DatasetFolder.Holds(source))
        {
            _observer.OnWarning($"{source} is what the model was trained on: give --split validation to measure the part that was held out");
        }
        else if (isOwn && data.Fingerprint != _run!.Data.Fingerprint)
        {
            _observer.OnWarning($"{source} has changed since the run began: what it holds out now may be what the model was trained on");
        }

        return data;
    }
}
