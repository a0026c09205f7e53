using NGpt.Data.Evaluation;
using NGpt.Runtime.Evaluation;
using NGpt.Runtime.Models;

namespace NGpt.Cli.Commands;

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
        return new EvaluationSubject(model, loaded.Config, loaded.Tokenizer, TokenizerPath: null, Run: null);
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
