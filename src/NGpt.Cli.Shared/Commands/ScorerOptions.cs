using System.CommandLine;
using NGpt.Data.Evaluation;
using NGpt.Runtime.Evaluation;
using NGpt.Runtime.Models;

namespace NGpt.Cli.Commands;

/// <summary>What can compute an evaluation in a program, and the options that choose it.</summary>
internal abstract class ScorerOptions
{
    /// <summary>The options, in the order of the help.</summary>
    public abstract IReadOnlyList<Option> All { get; }

    /// <summary>Reads what the user asked for.</summary>
    public abstract IScorerFactory Read(ParseResult result, string model);
}

/// <summary>The runtime computes every evaluation; only its threads can be chosen.</summary>
internal sealed class RuntimeScorerOptions : ScorerOptions
{
    private readonly Option<int?> _threads = ThreadOption.Create();

    /// <inheritdoc/>
    public override IReadOnlyList<Option> All => [_threads];

    /// <inheritdoc/>
    public override IScorerFactory Read(ParseResult result, string model) => new RuntimeScorerFactory(ThreadOption.Read(result, _threads));
}

/// <summary>Evaluates checkpoints and GGUF files with the runtime.</summary>
/// <param name="threads">CPU threads, above 0; null for the default.</param>
internal sealed class RuntimeScorerFactory(int? threads) : IScorerFactory
{
    /// <inheritdoc/>
    public EvaluationSubject Find(string model)
    {
        if (!File.Exists(model))
        {
            return EvaluationSubject.OfCheckpoint(model);
        }

        using RuntimeModel loaded = RuntimeModel.Load(model);
        return new EvaluationSubject(model, loaded.Config, loaded.Tokenizer, TokenizerPath: null, GgufRun.Of(model));
    }

    /// <inheritdoc/>
    public OpenScorer Open(EvaluationSubject subject, int? batchTokens)
    {
        RuntimeModel model = RuntimeModel.Load(subject.Path);
        try
        {
            RuntimeScorer scorer = new(model, threads, batchTokens ?? RuntimeScorer.DefaultBatchTokens);
            return new OpenScorer(scorer, scorer, model);
        }
        catch
        {
            model.Dispose();
            throw;
        }
    }
}
