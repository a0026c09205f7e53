using NGpt.Core.Checkpoints;
using NGpt.Core.Configuration;
using NGpt.Core.Errors;
using NGpt.Core.Files;

namespace NGpt.Torch.Training;

/// <summary>Finds the run of <c>--resume</c>.</summary>
internal static class RunSearch
{
    /// <summary>The name of a new run's folder, which gets a number where it is taken.</summary>
    public static string NameOf(Preset preset, Architecture architecture) => $"{preset.Name}-{architecture.ToString().ToLowerInvariant()}";

    /// <summary>Finds the run of <c>--resume</c>: a path, or <c>auto</c> for the newest of the given preset and architecture.</summary>
    public static (RunFolder Folder, CheckpointFolder? Chosen) Find(SettingLayers layers, RunOptions options, string from)
    {
        if (from != "auto")
        {
            layers.HasNoEffect(RunOptions.OutSetting, "--resume names the run");
            return At(from);
        }

        bool architectureIsGiven = layers.IsGiven(ModelConfig.ArchitectureSetting);
        string[]? names = layers.PresetIsGiven || architectureIsGiven
            ? [.. from preset in layers.PresetIsGiven ? [layers.Preset] : Presets.All
               from architecture in architectureIsGiven ? [layers.Architecture] : Enum.GetValues<Architecture>()
               select NameOf(preset, architecture)]
            : null;
        return (Newest(options.Out, names), null);
    }

    // A run folder, or one of its checkpoint folders.
    private static (RunFolder Folder, CheckpointFolder? Chosen) At(string path)
    {
        if (!Directory.Exists(path))
        {
            throw new UsageException($"--resume {path}: {FileKind.DescribeMissing(path, "folder")}", "Give the folder of a run (runs/…), or --resume auto for the newest");
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
            $"--resume {path}: the folder is neither a run nor a checkpoint of a run",
            "Give the folder of a run (runs/…), or --init-from to start a new run with the weights of any model");
    }

    // The run in the given folder, else the newest under runs with one of the given names (null: any).
    private static RunFolder Newest(string? given, IReadOnlyList<string>? names)
    {
        if (given is not null)
        {
            RunFolder folder = new(given);
            return folder.HoldsRun ? folder : throw new UsageException($"{given} has no run to resume", "Leave --resume out to start one");
        }

        RunFolder? newest = Directory.Exists(RunFolder.DefaultParent)
            ? Directory.GetDirectories(RunFolder.DefaultParent)
                .Where(path => names is null || names.Any(name => IsNumbered(Path.GetFileName(path), name)))
                .Select(path => new RunFolder(path))
                .Where(folder => folder.HoldsRun)
                .MaxBy(LastWritten)
            : null;
        string wanted = names is null ? "no run" : $"no run named {string.Join(" or ", names)}";
        return newest ?? throw new UsageException(
            $"{wanted} to resume in {Path.GetFullPath(RunFolder.DefaultParent)}",
            "Leave --resume out to start one, or give its folder: --resume PATH");
    }

    private static bool IsNumbered(string folder, string name) =>
        folder == name
        || (folder.StartsWith(name + "-", StringComparison.Ordinal) && int.TryParse(folder.AsSpan(name.Length + 1), out _));

    private static DateTime LastWritten(RunFolder folder) =>
        File.GetLastWriteTimeUtc(File.Exists(folder.MetricsPath) ? folder.MetricsPath : folder.ConfigPath);
}
