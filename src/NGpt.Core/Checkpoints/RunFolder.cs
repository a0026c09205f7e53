using NGpt.Core.Configuration;
using NGpt.Core.Errors;
using NGpt.Core.Files;

namespace NGpt.Core.Checkpoints;

/// <summary>The folder that <c>ngpt train</c> writes: where each of its files is.</summary>
public sealed class RunFolder
{
    /// <summary>The folder of runs whose folder is not given.</summary>
    public const string DefaultParent = "runs";

    /// <summary>Refers to a folder, which need not exist.</summary>
    /// <param name="path">The folder, as the user gave it.</param>
    public RunFolder(string path)
    {
        Path = System.IO.Path.TrimEndingDirectorySeparator(path);
        Checkpoints = new CheckpointStore(At("checkpoints"));
    }

    /// <summary>The folder.</summary>
    public string Path { get; }

    /// <summary>The resolved configuration of the run.</summary>
    public string ConfigPath => At("config.json");

    /// <summary>One JSON object a step or evaluation.</summary>
    public string MetricsPath => At("metrics.jsonl");

    /// <summary>Event files for TensorBoard.</summary>
    public string TensorBoardPath => At("tensorboard");

    /// <summary>Texts written by the model during training.</summary>
    public string SamplesPath => At("samples");

    /// <summary>Text written by the trained model.</summary>
    public string SamplePath => At("sample.txt");

    /// <summary>Text written by the model during training.</summary>
    /// <param name="step">Completed steps.</param>
    /// <returns>The file.</returns>
    public string SamplePathOf(int step) => System.IO.Path.Combine(SamplesPath, $"{CheckpointFolder.NameOf(step)}.txt");

    /// <summary>The saved states.</summary>
    public CheckpointStore Checkpoints { get; }

    /// <summary>Whether a run was begun here.</summary>
    public bool HoldsRun => File.Exists(ConfigPath);

    /// <summary>Chooses the folder of a new run and takes its lock.</summary>
    /// <param name="given">The folder asked for, or null for a free one under <c>runs</c>.</param>
    /// <param name="name">Name of the folder under <c>runs</c>.</param>
    /// <returns>The folder, which exists and holds no run, and its lock, which the caller disposes of.</returns>
    /// <exception cref="NGptException">The folder holds a run, is in use, or cannot be created.</exception>
    public static (RunFolder Folder, RunLock Lock) CreateNew(string? given, string name)
    {
        if (given is not null)
        {
            if (File.Exists(given))
            {
                throw new UsageException($"--out {given} is a file", "give a folder");
            }

            RunFolder folder = new(given);
            folder.RequireNothingForeign();
            MakeDurably(System.IO.Path.GetFullPath(given));
            RunLock taken = RunLock.Acquire(given);
            if (folder.HoldsRun || folder.Checkpoints.All.Count > 0)
            {
                taken.Dispose();
                throw folder.HoldsRun
                    ? new UsageException($"{given} already holds a run", $"Continue it with --resume {given}, or give another --out")
                    : new UsageException($"{given} holds checkpoints of a run without its config.json", "Give another --out, and --init-from to begin with those weights");
            }

            return (folder, taken);
        }

        for (int number = 1; ; number++)
        {
            RunFolder folder = new(System.IO.Path.Combine(DefaultParent, number == 1 ? name : $"{name}-{number}"));
            if (folder.HoldsRun)
            {
                continue;
            }

            // Another process may begin a run there at this moment: the next name is free.
            MakeDurably(System.IO.Path.GetFullPath(folder.Path));
            if (RunLock.TryAcquire(folder.Path) is not { } taken)
            {
                continue;
            }

            if (!folder.HoldsRun)
            {
                return (folder, taken);
            }

            taken.Dispose();
        }
    }

    /// <summary>Finds the run that a model belongs to.</summary>
    /// <param name="path">A run folder or a checkpoint folder, which exists.</param>
    /// <returns>The run, or null for a checkpoint that lies by itself.</returns>
    public static RunFolder? OfModel(string path)
    {
        RunFolder folder = new(path);
        return folder.HoldsRun && !File.Exists(folder.At(CheckpointFolder.ModelFile)) ? folder : OfCheckpoint(path)?.Folder;
    }

    /// <summary>Finds the run that a checkpoint was made by.</summary>
    /// <param name="path">A folder.</param>
    /// <returns>The run, and its checkpoint at this path; null where the path is not of a run's checkpoint.</returns>
    public static (RunFolder Folder, CheckpointFolder Chosen)? OfCheckpoint(string path)
    {
        string full = System.IO.Path.TrimEndingDirectorySeparator(System.IO.Path.GetFullPath(path));
        if (CheckpointFolder.StepOf(System.IO.Path.GetFileName(full)) is int step
            && System.IO.Path.GetDirectoryName(System.IO.Path.GetDirectoryName(full)) is string above)
        {
            RunFolder run = new(above);
            CheckpointFolder chosen = run.Checkpoints.At(step);
            if (run.HoldsRun && chosen.Path == full)
            {
                return (run, chosen);
            }
        }

        return null;
    }

    /// <summary>Reads the resolved configuration.</summary>
    /// <returns>A valid configuration.</returns>
    /// <exception cref="FileFormatException">The file is damaged or of a newer version.</exception>
    public RunConfig LoadConfig() => RunConfigJson.Load(ConfigPath);

    /// <summary>Writes the resolved configuration; from then on the folder holds a run.</summary>
    /// <param name="config">The configuration.</param>
    public void SaveConfig(RunConfig config) =>
        DurableFile.Write(ConfigPath, stream => stream.Write(RunConfigJson.Serialize(config)));

    /// <summary>Removes what a crash left half-made. Only while the run's lock is held.</summary>
    public void RemoveLeftovers()
    {
        foreach (string folder in (string[])[Path, SamplesPath, TensorBoardPath])
        {
            DurableFolder.RemoveLeftovers(folder);
        }

        Checkpoints.RemoveLeftovers();
    }

    // Durably, as the checkpoints are that it will hold: its name and the names above it survive a power cut too.
    private static void MakeDurably(string path)
    {
        if (Directory.Exists(path))
        {
            return;
        }

        if (System.IO.Path.GetDirectoryName(path) is string parent)
        {
            MakeDurably(parent);
        }

        try
        {
            DurableFolder.Create(path, static _ => { });
        }
        catch (NGptException) when (Directory.Exists(path))
        {
            // Another process created it in the same moment.
        }
        catch (NGptException failure)
        {
            throw new NGptException($"the run folder {path} cannot be created: {failure.Message}", "give another --out", failure);
        }
    }

    // A run among other files would be in the way of cleaning up and of --data.
    private void RequireNothingForeign()
    {
        string? foreign = Directory.Exists(Path) && !HoldsRun && Checkpoints.All.Count == 0
            ? Directory.GetFileSystemEntries(Path).Select(System.IO.Path.GetFileName).Order(StringComparer.Ordinal)
                .FirstOrDefault(name => name is not (RunLock.FileName or "checkpoints" or "tensorboard") && !name!.StartsWith('.'))
            : null;
        if (foreign is not null)
        {
            throw new UsageException($"{Path} holds other files, such as {foreign}", "give --out a new or empty folder");
        }
    }

    private string At(string name) => System.IO.Path.Combine(Path, name);
}
