using NGpt.Core.Checkpoints;
using NGpt.Core.Configuration;
using NGpt.Core.Errors;
using NGpt.Core.Files;
using NGpt.Torch.Checkpoints;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace NGpt.Lab.Inspection;

/// <summary>A model that is inspected, with the configuration of its run where there is one.</summary>
internal sealed class InspectionSubject : IDisposable
{
    private InspectionSubject(SubjectLocation location, SavedModel saved) => (Location, Saved) = (location, saved);

    public SubjectLocation Location { get; }

    /// <summary>The model, on the CPU and in float32, and its tokenizer.</summary>
    public SavedModel Saved { get; }

    /// <summary>The configuration of its run; null for a checkpoint folder on its own.</summary>
    public RunConfig? Run => Location.Run;

    /// <summary>Steps that it was trained for; null where unknown.</summary>
    public int? Step => Saved.Folder.Step;

    public static InspectionSubject Open(SubjectLocation location)
    {
        SavedModel saved = SavedModel.Open(location.Checkpoint.Path, CPU);
        try
        {
            ThrowIfNotFinite(saved);
            return new InspectionSubject(location, saved);
        }
        catch
        {
            saved.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => Saved.Dispose();

    private static void ThrowIfNotFinite(SavedModel saved)
    {
        using IDisposable noGradient = no_grad();
        foreach ((string name, Parameter parameter) in saved.Model.named_parameters())
        {
            using IDisposable scope = NewDisposeScope();
            if (!parameter.isfinite().all().item<bool>())
            {
                throw new FileFormatException(saved.Folder.Path, $"{name} has values that are not finite", "use another checkpoint of the run");
            }
        }
    }
}

/// <summary>The checkpoint of a run folder or checkpoint folder. Run is null for a checkpoint outside a run.</summary>
internal sealed record SubjectLocation(string Path, CheckpointFolder Checkpoint, ModelConfig Model, RunConfig? Run)
{
    public static SubjectLocation Find(string path, CheckpointChoice choice)
    {
        if (File.Exists(System.IO.Path.Combine(path, CheckpointFolder.ModelFile)))
        {
            CheckpointFolder checkpoint = new(path);
            return new SubjectLocation(path, checkpoint, checkpoint.LoadConfig(), RunFolder.OfCheckpoint(path)?.Folder.LoadConfig());
        }

        if (!Directory.Exists(path))
        {
            throw new UsageException($"{path}: {FileKind.DescribeMissing(path, "folder")}", "give a run folder (runs/…) or a checkpoint folder");
        }

        RunFolder run = new(path);
        if (!run.HoldsRun && run.Checkpoints.All.Count == 0)
        {
            throw new NGptException($"{path}: is neither a run folder nor a checkpoint folder", "give a run folder (runs/…) or a checkpoint folder");
        }

        CheckpointFolder chosen = choice.Of(run);
        return new SubjectLocation(path, chosen, chosen.LoadConfig(), run.HoldsRun ? run.LoadConfig() : null);
    }
}

/// <summary>
/// Unique names of models in legends and tables: <c>nGPT</c>; <c>nGPT wide</c> with the folder's name where there are
/// several of an architecture; with the whole path where the folders' names are equal.
/// </summary>
internal static class SubjectNames
{
    public static IReadOnlyList<string> Of(IReadOnlyList<(Architecture Architecture, string Path)> models) =>
        [.. models.Select(model => NameOf(model, models))];

    private static string NameOf((Architecture Architecture, string Path) model, IReadOnlyList<(Architecture Architecture, string Path)> all)
    {
        string name = model.Architecture.DisplayName();
        if (all.Count(other => other.Architecture == model.Architecture) == 1)
        {
            return name;
        }

        string folder = FolderOf(model.Path);
        bool isUnique = all.Count(other => other.Architecture == model.Architecture && FolderOf(other.Path) == folder) == 1;
        return $"{name} {(isUnique ? folder : model.Path)}";
    }

    private static string FolderOf(string path) => Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(path)));
}
