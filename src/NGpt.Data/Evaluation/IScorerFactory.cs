using NGpt.Core.Checkpoints;
using NGpt.Core.Configuration;
using NGpt.Core.Errors;
using NGpt.Core.Evaluation;
using NGpt.Core.Tokenizers;

namespace NGpt.Data.Evaluation;

/// <summary>What computes an evaluation: knows the models that it can read, and makes scorers of them.</summary>
public interface IScorerFactory
{
    /// <summary>Finds a model and reads what describes it.</summary>
    /// <param name="model">The path that the user gave.</param>
    /// <returns>The model.</returns>
    /// <exception cref="NGptException">There is none, or it is damaged.</exception>
    EvaluationSubject Find(string model);

    /// <summary>Reads the weights.</summary>
    /// <param name="subject">What <see cref="Find"/> gave.</param>
    /// <param name="batchTokens">Tokens that are computed at a time, above 0; null for the default.</param>
    /// <returns>The scorer; the caller disposes of it.</returns>
    /// <exception cref="NGptException">The weights are damaged, or the place to compute is not there.</exception>
    OpenScorer Open(EvaluationSubject subject, int? batchTokens);
}

/// <summary>A model that is to be measured, before its weights are read.</summary>
/// <param name="Path">The checkpoint or the file.</param>
/// <param name="Config">The model's shape.</param>
/// <param name="Tokenizer">Its tokenizer.</param>
/// <param name="TokenizerPath">The tokenizer's file; null where it is part of the model's.</param>
/// <param name="Run">The run that trained it, which says what was held out; null where that is not known.</param>
public sealed record EvaluationSubject(string Path, ModelConfig Config, ITokenizer Tokenizer, string? TokenizerPath, RunConfig? Run)
{
    /// <summary>Finds the checkpoint that a path means, and its run.</summary>
    /// <param name="path">A run folder, which means its best checkpoint, or a checkpoint folder.</param>
    /// <returns>The model, whose weights may still be damaged.</returns>
    /// <exception cref="NGptException">There is none, or a file that describes it is damaged.</exception>
    public static EvaluationSubject OfCheckpoint(string path)
    {
        CheckpointFolder checkpoint = CheckpointFolder.Find(path);
        RunConfig? run = RunFolder.OfModel(path)?.LoadConfig();
        return new EvaluationSubject(checkpoint.Path, checkpoint.LoadConfig(), checkpoint.LoadTokenizer(), checkpoint.TokenizerPath, run);
    }
}

/// <summary>A scorer and what it computes with. Disposing it frees that.</summary>
/// <param name="scorer">The scorer.</param>
/// <param name="owned">What it needs, in the order in which it is disposed of.</param>
public sealed class OpenScorer(ITokenScorer scorer, params IDisposable[] owned) : IDisposable
{
    /// <summary>The scorer.</summary>
    public ITokenScorer Scorer { get; } = scorer;

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (IDisposable part in owned)
        {
            part.Dispose();
        }
    }
}
