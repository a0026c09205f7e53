using NGpt.Core.Checkpoints;
using NGpt.Core.Configuration;
using NGpt.Core.Errors;

namespace NGpt.Lab.Inspection;

/// <summary>Where a model lies that is to be inspected.</summary>
/// <param name="Path">The folder that was given.</param>
/// <param name="Checkpoint">The checkpoint that it means, whose weights may be damaged.</param>
/// <param name="Model">The model's shape.</param>
/// <param name="Run">The configuration of its run; null for a checkpoint folder on its own.</param>
public sealed record SubjectLocation(string Path, CheckpointFolder Checkpoint, ModelConfig Model, RunConfig? Run)
{
    /// <summary>Finds the model that a folder means.</summary>
    /// <param name="path">A run folder or a checkpoint folder.</param>
    /// <param name="choice">Which checkpoint of a run.</param>
    /// <returns>Where it lies.</returns>
    /// <exception cref="NGptException">There is none, or a configuration is damaged.</exception>
    public static SubjectLocation Find(string path, CheckpointChoice choice)
    {
        ArgumentNullException.ThrowIfNull(path);
        ArgumentNullException.ThrowIfNull(choice);
        if (File.Exists(System.IO.Path.Combine(path, CheckpointFolder.ModelFile)))
        {
            CheckpointFolder checkpoint = new(path);
            return new SubjectLocation(path, checkpoint, checkpoint.LoadConfig(), RunFolder.OfCheckpoint(path)?.Folder.LoadConfig());
        }

        if (!Directory.Exists(path))
        {
            throw new NGptException($"{path}: there is no such folder", "give a run folder (runs/…) or a checkpoint folder");
        }

        RunFolder run = new(path);
        if (!run.HoldsRun && run.Checkpoints.All.Count == 0)
        {
            throw new NGptException($"{path}: the folder is neither a run nor a checkpoint", "give a run folder (runs/…) or a checkpoint folder");
        }

        CheckpointFolder chosen = choice.Of(run);
        return new SubjectLocation(path, chosen, chosen.LoadConfig(), run.HoldsRun ? run.LoadConfig() : null);
    }
}
