using NGpt.Core.Checkpoints;
using NGpt.Core.Configuration;
using NGpt.Core.Errors;
using NGpt.Core.Tokenizers;

namespace NGpt.Data.Evaluation;

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
