using NGpt.Core.Checkpoints;
using NGpt.Core.Configuration;
using NGpt.Core.Errors;
using NGpt.Endurance.Kills;
using NGpt.Endurance.Steps;
using NGpt.Torch.Native;
using NGpt.Torch.Training;

namespace NGpt.Endurance.Disks;

/// <summary>
/// A run resumes on a disk that becomes full: with no page left, with one, with two, and so on until its next checkpoint is
/// saved, and the same with the number of files. Each time the earlier checkpoint must be whole, and with room again the run
/// must end as one that never met a full disk.
/// </summary>
internal sealed class FullDiskRun : IDisposable
{
    private const int SavedStep = 5;
    private const int Steps = 10;

    // Beyond this the disk is not what is too small.
    private const int MaxPoints = 1000;

    private readonly string _folder = Directory.CreateTempSubdirectory("ngpt-disk-").FullName;

    private string Whole => Path.Combine(_folder, "whole");

    private string Early => Path.Combine(_folder, "early");

    /// <summary>Runs all points and prints what came of it.</summary>
    /// <returns>Whether nothing was lost.</returns>
    public bool Run()
    {
        using SmallDisk? disk = SmallDisk.TryMount(Path.Combine(_folder, "disk"));
        if (disk is null)
        {
            Console.WriteLine("a small file system cannot be mounted here");
            return false;
        }

        try
        {
            Prepare();
            int pages = CountPoints(disk, "page", (room, used) => disk.TryResize(used + (4 * room)));
            int files = CountPoints(disk, "file", (room, _) => disk.TryLimitFiles(room + 1));
            Console.WriteLine($"passed: the disk was full at {pages} pages and at {files} files of a checkpoint, every end state identical");
            return true;
        }
        catch (EnduranceException problem)
        {
            Console.WriteLine($"FAILED: {problem.Message}");
            return false;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private void Prepare()
    {
        LibTorch.Load();
        Environment.SetEnvironmentVariable("NGPT_CACHE_DIR", Path.Combine(_folder, "cache"));
        string text = Path.Combine(_folder, "text.txt");
        File.WriteAllLines(text, Enumerable.Range(0, 300).Select(number => $"line {number} of the text on the sphere"));
        (string, string)[] settings =
        [
            ("data", text), ("tokenizer", "bytes"), ("layers", "2"), ("heads", "3"), ("embedding-width", "18"), ("mlp-width", "23"), ("context-length", "17"),
            ("batch-size", "3"), ("steps", $"{Steps}"), ("checkpoint-interval", $"{SavedStep}"), ("eval-interval", $"{SavedStep}"), ("eval-batches", "2"),
            ("log-interval", "1"), ("threads", "1"), ("device", "cpu"),
        ];
        Train([.. settings, ("out", Whole)]);

        // As it was right after the first checkpoint.
        CopyRun(Whole, Early);
        Directory.Delete(new RunFolder(Early).Checkpoints.At(Steps).Path, recursive: true);
        new RunFolder(Early).Checkpoints.PointTo(SavedStep, SavedStep);
        File.Delete(new RunFolder(Early).SamplePath);
    }

    // Limits the disk more and more loosely until the run goes through; a limit that what is there exceeds is none.
    private int CountPoints(SmallDisk disk, string unit, Func<int, long, bool> tryLimit)
    {
        int points = 0;
        string run = Path.Combine(disk.Path, "run");
        for (int room = 0; room < MaxPoints; room++)
        {
            CopyRun(Early, run);
            DriveInfo drive = new(disk.Path);
            long used = (drive.TotalSize - drive.AvailableFreeSpace) / 1024;
            if (!tryLimit(room, used))
            {
                Directory.Delete(run, recursive: true);
                continue;
            }

            string? failure = Resume(run);
            if (failure is not null)
            {
                points++;
                EnduranceException.Require(
                    !failure.Any(char.IsControl) && failure.Contains("space", StringComparison.OrdinalIgnoreCase), $"with room for {room} of {unit}: {failure}");
                foreach (CheckpointFolder checkpoint in new RunFolder(run).Checkpoints.All)
                {
                    _ = checkpoint.Verify();
                }

                EnduranceException.Require(Directory.Exists(new RunFolder(run).Checkpoints.At(SavedStep).Path), $"with room for {room} of {unit}: the earlier checkpoint is lost");
            }

            disk.Enlarge();
            EnduranceException.Require(Resume(run) is null, $"with room for {room} of {unit}: the run does not resume on a larger disk");
            RunDifferences.RequireSame(Whole, run);
            Directory.Delete(run, recursive: true);
            if (failure is null)
            {
                return points;
            }
        }

        throw new EnduranceException($"the run does not go through with room for {MaxPoints} of {unit}");
    }

    private static string? Resume(string run)
    {
        try
        {
            Train([("resume", run)]);
            return null;
        }
        catch (NGptException failure)
        {
            return failure.Message;
        }
    }

    private static void Train((string Name, string Value)[] settings) =>
        TrainingJob.Run(SettingLayers.Create([.. settings, ("sample-tokens", "8")]), new StepSampler(int.MaxValue), CancellationToken.None);

    private static void CopyRun(string from, string to)
    {
        foreach (string folder in Directory.GetDirectories(from, "*", SearchOption.AllDirectories).Prepend(from))
        {
            Directory.CreateDirectory(Path.Combine(to, Path.GetRelativePath(from, folder)));
        }

        foreach (string file in Directory.GetFiles(from, "*", SearchOption.AllDirectories))
        {
            File.Copy(file, Path.Combine(to, Path.GetRelativePath(from, file)));
        }
    }
}
