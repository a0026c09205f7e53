using System.Diagnostics;
using NGpt.Core.Configuration;
using NGpt.Core.Errors;
using NGpt.Core.Evaluation;
using NGpt.Core.Evaluation.Tasks;
using NGpt.Core.Tokenizers;
using NGpt.Data.Corpora;
using NGpt.Data.Preparation;

namespace NGpt.Data.Evaluation;

/// <summary>One call of <c>ngpt eval</c>: opens the model, the text and the tasks, and measures.</summary>
public sealed class EvaluationJob
{
    private readonly EvaluationJobOptions _options;
    private readonly IScorerFactory _scorers;
    private readonly IEvaluationObserver _observer;
    private readonly EvaluationSubject _subject;

    private EvaluationJob(EvaluationJobOptions options, IScorerFactory scorers, IEvaluationObserver observer) =>
        (_options, _scorers, _observer, _subject) = (options, scorers, observer, scorers.Find(options.Model));

    /// <summary>Measures a model.</summary>
    /// <param name="options">What to measure.</param>
    /// <param name="scorers">What computes it.</param>
    /// <param name="observer">Receives events, on the calling thread.</param>
    /// <param name="stop">Ends it early with <see cref="OperationCanceledException"/>.</param>
    /// <returns>The figures.</returns>
    /// <exception cref="NGptException">The call is wrong, or the model, the text or a task cannot be used.</exception>
    public static EvaluationOutcome Run(EvaluationJobOptions options, IScorerFactory scorers, IEvaluationObserver observer, CancellationToken stop)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(scorers);
        ArgumentNullException.ThrowIfNull(observer);
        return new EvaluationJob(options, scorers, observer).Run(stop);
    }

    private EvaluationOutcome Run(CancellationToken stop)
    {
        ModelConfig config = _subject.Config;
        if (_options.Validate(config.ContextLength) is { Count: > 0 } problems)
        {
            throw new UsageException(string.Join("; ", problems));
        }

        int contextLength = _options.Perplexity.ContextLength ?? config.ContextLength;
        ITokenizer tokenizer = _subject.Tokenizer;
        // What is wrong with any file is said before the first one is measured.
        List<EncodedTask> tasks = OpenTasks(tokenizer, contextLength);
        using OpenScorer open = _scorers.Open(_subject, BatchTokens(contextLength));
        using EvaluationData? data = _options.Data is null && tasks.Count > 0 ? null : OpenData(tokenizer, stop);
        ITokenScorer scorer = open.Scorer;
        PerplexityOptions text = _options.Perplexity with { Packing = _options.Packing ?? _subject.Run?.Data.Packing ?? WindowPacking.Stream };
        PerplexityEvaluator? evaluator = data is null ? null : new PerplexityEvaluator(scorer, data.Tokens, tokenizer, text);
        if (_options.Perplexity.ContextLength is int asked && evaluator?.ContextLength < asked)
        {
            _observer.OnWarning($"the text has {evaluator.Tokens:N0} tokens to predict: no window has the {asked:N0} of --context-length");
        }

        int longest = tasks.Count > 0 ? contextLength : evaluator?.ContextLength ?? 0;
        if (longest > config.ContextLength)
        {
            _observer.OnWarning($"the model was trained with {config.ContextLength} tokens at once and sees {longest} here: this measures how it extrapolates");
        }

        long start = Stopwatch.GetTimestamp();
        PerplexityReport? perplexity = evaluator?.Evaluate(_observer, stop);
        TaskReport[] reports = [.. tasks.Select(task => TaskEvaluator.Evaluate(scorer, task, _observer, stop))];
        return new EvaluationOutcome(_subject.Path, config.ContextLength, data?.Description, perplexity, reports, Stopwatch.GetElapsedTime(start));
    }

    private int? BatchTokens(int contextLength) =>
        _options.BatchSize is int sequences ? (int)Math.Min((long)sequences * contextLength, int.MaxValue) : null;

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
        string source = _options.Data ?? _subject.Run?.Data.Source ?? throw new UsageException(
            $"{_subject.Path} {(_subject.TokenizerPath is null ? "does not name its run" : "is a checkpoint without its run")}: nothing says what text was held out", "give --data, or a run folder");
        DataConfig? own = _subject.Run?.Data is DataConfig run && (source == run.Source || Path.GetFullPath(source) == run.Source) ? run : null;
        EvaluationRequest request = new()
        {
            Source = own?.Source ?? source,
            Split = _options.Split ?? (_options.Data is null ? DataSplit.Validation : null),
            Tokenizer = tokenizer,
            TokenizerPath = _subject.TokenizerPath,
            MaxTokens = _options.Perplexity.MaxTokens,
            Files = _options.Files,
        };
        if (own is not null)
        {
            request = request with
            {
                // The run's tokens where the cache still has them, else the text divided in the same way.
                Fingerprint = own.Fingerprint,
                SourceFingerprints = own.SourceFingerprints?.Split('\n') ?? [],
                ValidationFraction = own.ValidationFraction,
            };
        }

        EvaluationData data = EvaluationData.Open(request, _observer, stop);
        foreach (LeftOut reason in data.LeftOut)
        {
            _observer.OnWarning($"left out {reason.Describe()}");
        }

        if (_subject.Run?.Data.LossOn == LossTokens.Assistant)
        {
            _observer.OnWarning("the model was trained on answers alone; this is the loss of all tokens (ngpt train --resume RUN --eval-only measures the answers)");
        }

        if (own is not null && data.Fingerprint is null && !DatasetFolder.Holds(source))
        {
            _observer.OnWarning($"{source} is what the model was trained on: give --split validation to measure the part that was held out");
        }
        else if (own is not null && data.Fingerprint != own.Fingerprint)
        {
            _observer.OnWarning($"{source} has changed since the run began: what it holds out now may be what the model was trained on");
        }

        return data;
    }
}

/// <summary>What an evaluation found.</summary>
/// <param name="Model">The checkpoint that was measured.</param>
/// <param name="TrainedContextLength">T, what it was trained with.</param>
/// <param name="Text">The text, human-readable; null where none was measured.</param>
/// <param name="Perplexity">How well the model predicts it, or null.</param>
/// <param name="Tasks">How it did on the tasks, in the order that they were asked for.</param>
/// <param name="Elapsed">Time of the measurement, without reading the model and the text.</param>
public sealed record EvaluationOutcome(
    string Model, int TrainedContextLength, string? Text, PerplexityReport? Perplexity, IReadOnlyList<TaskReport> Tasks, TimeSpan Elapsed);

/// <summary>Receives progress, on the thread that runs it.</summary>
public interface IEvaluationObserver : IProgress<EvaluationProgress>, IProgress<DatasetProgress>
{
    /// <summary>Something the user should know.</summary>
    /// <param name="message">One line.</param>
    void OnWarning(string message);
}
