using NGpt.Core.Errors;
using NGpt.Core.Files;

namespace NGpt.Core.Checkpoints;

/// <summary>The checkpoints of one run: the newest few and the best, with pointers <c>latest</c> and <c>best</c>.</summary>
public sealed class CheckpointStore
{
    private readonly string _folder;

    /// <summary>Refers to a folder, which is created with the first checkpoint.</summary>
    /// <param name="folder">The run's <c>checkpoints</c> folder.</param>
    public CheckpointStore(string folder) => _folder = folder;

    /// <summary>The checkpoints that are there, oldest first, whole or not.</summary>
    public IReadOnlyList<CheckpointFolder> All => Directory.Exists(_folder)
        ? [.. Directory.GetDirectories(_folder)
            .Where(path => CheckpointFolder.StepOf(Path.GetFileName(path)) is not null)
            .Select(path => new CheckpointFolder(path))
            .OrderBy(checkpoint => checkpoint.Step)]
        : [];

    /// <summary>The best checkpoint if it is known and there, else the newest, else null.</summary>
    public CheckpointFolder? BestOrNewest => Pointed("best") ?? Pointed("latest") ?? (All is [.., { } newest] ? newest : null);

    /// <summary>The folder that a checkpoint of a step has, whether it is there or not.</summary>
    /// <param name="step">Steps taken.</param>
    /// <returns>The folder.</returns>
    public CheckpointFolder At(int step) => new(Path.Combine(_folder, CheckpointFolder.NameOf(step)));

    /// <summary>Removes what a crash left half-made. Only while the run's lock is held.</summary>
    public void RemoveLeftovers()
    {
        DurableFolder.RemoveLeftovers(_folder);
        foreach (CheckpointFolder checkpoint in All.Where(checkpoint => checkpoint.IsHalfDeleted))
        {
            checkpoint.Delete();
        }
    }

    /// <summary>Finds the newest checkpoint whose files are all as they were written.</summary>
    /// <param name="onDamage">Receives every damaged checkpoint that is passed over.</param>
    /// <returns>The checkpoint with its state, or null when there is none.</returns>
    public (CheckpointFolder Folder, TrainerState State)? NewestValid(Action<CheckpointFolder, FileFormatException> onDamage)
    {
        ArgumentNullException.ThrowIfNull(onDamage);
        foreach (CheckpointFolder checkpoint in All.Reverse())
        {
            try
            {
                return (checkpoint, checkpoint.Verify());
            }
            catch (FileFormatException damage)
            {
                onDamage(checkpoint, damage);
            }
        }

        return null;
    }

    /// <summary>
    /// Makes a new checkpoint with <paramref name="save"/>, points to it, and deletes old ones. Checkpoints of later
    /// steps are deleted too: the run has gone back to before them, because they are damaged or because it was told to.
    /// </summary>
    /// <param name="step">Steps taken.</param>
    /// <param name="bestStep">Step of the best checkpoint, or null.</param>
    /// <param name="keep">How many of the newest to keep, besides the best.</param>
    /// <param name="save">Writes the folder given.</param>
    /// <returns>The folder written.</returns>
    public CheckpointFolder Add(int step, int? bestStep, int keep, Action<CheckpointFolder> save)
    {
        ArgumentNullException.ThrowIfNull(save);
        if (!Directory.Exists(_folder))
        {
            // Created durably: a power cut must not take the folder away with the checkpoints in it.
            DurableFolder.Create(_folder, static _ => { });
        }

        CheckpointFolder added = At(step);
        if (Directory.Exists(added.Path))
        {
            added.Delete();
        }

        save(added);
        FinishAdding(step, bestStep, keep);
        foreach (CheckpointFolder later in All.Where(checkpoint => checkpoint.Step > step))
        {
            later.Delete();
        }

        return added;
    }

    /// <summary>
    /// Points to a checkpoint and deletes old ones: what a process did not come to that was killed after it had written the
    /// checkpoint. Only while the run's lock is held.
    /// </summary>
    /// <param name="step">Step of the newest whole checkpoint.</param>
    /// <param name="bestStep">Step of the best checkpoint, or null.</param>
    /// <param name="keep">How many up to the newest to keep, besides the best.</param>
    public void FinishAdding(int step, int? bestStep, int keep)
    {
        PointTo(step, bestStep);
        foreach (CheckpointFolder old in All.Where(checkpoint => checkpoint.Step <= step).SkipLast(keep).Where(checkpoint => checkpoint.Step != bestStep))
        {
            old.Delete();
        }
    }

    /// <summary>Writes the pointers <c>latest</c> and <c>best</c>.</summary>
    /// <param name="step">Step of the newest checkpoint.</param>
    /// <param name="bestStep">Step of the best one; the pointer stays as it is when null or when that checkpoint is gone.</param>
    public void PointTo(int step, int? bestStep)
    {
        Point("latest", step);
        if (bestStep is int best && Directory.Exists(At(best).Path))
        {
            Point("best", best);
        }
    }

    private void Point(string pointer, int step)
    {
        (string path, string name) = (Path.Combine(_folder, pointer), CheckpointFolder.NameOf(step));
        if (!PointsTo(path, name))
        {
            PointerFile.Write(path, name);
        }
    }

    private static bool PointsTo(string path, string name)
    {
        try
        {
            return PointerFile.Read(path) == name;
        }
        catch (FileFormatException)
        {
            return false;
        }
    }

    private CheckpointFolder? Pointed(string pointer) =>
        PointerFile.Read(Path.Combine(_folder, pointer)) is string name && Directory.Exists(Path.Combine(_folder, name))
            ? new CheckpointFolder(Path.Combine(_folder, name))
            : null;
}
