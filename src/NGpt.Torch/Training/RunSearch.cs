using NGpt.Core.Checkpoints;
using NGpt.Core.Errors;

namespace NGpt.Torch.Training;

/// <summary>Finds the run that <c>--resume</c> means.</summary>
internal static class RunSearch
{
    private const string RunsFolder = "runs";

    /// <summary>Finds the run of a path.</summary>
    /// <param name="path">A run folder, or one of its checkpoint folders.</param>
    /// <returns>The run, and the checkpoint where the path names one.</returns>
    /// <exception cref="UsageException">The path is neither.</exception>
    public static (RunFolder Folder, CheckpointFolder? Chosen) At(string path)
    {
        if (!Directory.Exists(path))
        {
            throw new UsageException($"--resume {path}: there is no such folder", "Give the folder of a run (runs/…), or --resume auto for the newest");
        }

        RunFolder folder = new(path);
        if (folder.HoldsRun && !File.Exists(Path.Combine(path, CheckpointFolder.ModelFile)))
        {
            return (folder, null);
        }

        if (RunFolder.OfCheckpoint(path) is (RunFolder, CheckpointFolder) found)
        {
            return found;
        }

        throw new UsageException(
            $"--resume {path}: the folder is neither a run nor a checkpoint of one",
            "Give the folder of a run (runs/…), or --init-from to begin a new run with the weights of any model");
    }

    /// <summary>Finds the run of <c>--resume auto</c>: the one in the folder asked for, else the newest.</summary>
    /// <param name="given">The folder asked for, or null.</param>
    /// <param name="names">The names that the folder may have under <c>runs</c>, where preset or architecture were given; null for any.</param>
    /// <returns>The folder of a run.</returns>
    /// <exception cref="UsageException">There is no such run.</exception>
    public static RunFolder Newest(string? given, IReadOnlyList<string>? names)
    {
        if (given is not null)
        {
            RunFolder folder = new(given);
            return folder.HoldsRun ? folder : throw new UsageException($"{given} holds no run to continue", "Leave --resume out to start one");
        }

        RunFolder? newest = Directory.Exists(RunsFolder)
            ? Directory.GetDirectories(RunsFolder)
                .Where(path => names is null || names.Any(name => IsNumbered(Path.GetFileName(path), name)))
                .Select(path => new RunFolder(path))
                .Where(folder => folder.HoldsRun)
                .MaxBy(LastWritten)
            : null;
        string wanted = names is null ? "no run" : $"no run named {string.Join(" or ", names)}";
        return newest ?? throw new UsageException(
            $"there is {wanted} to continue in {Path.GetFullPath(RunsFolder)}",
            "Leave --resume out to start one, or give its folder: --resume PATH");
    }

    private static bool IsNumbered(string folder, string name) =>
        folder == name
        || (folder.StartsWith(name + "-", StringComparison.Ordinal) && int.TryParse(folder.AsSpan(name.Length + 1), out _));

    private static DateTime LastWritten(RunFolder folder) =>
        File.GetLastWriteTimeUtc(File.Exists(folder.MetricsPath) ? folder.MetricsPath : folder.ConfigPath);
}
