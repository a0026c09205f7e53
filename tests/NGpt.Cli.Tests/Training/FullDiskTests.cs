using System.Diagnostics;
using NGpt.Cli.Commands;
using NGpt.Core.Checkpoints;

namespace NGpt.Cli.Tests.Training;

[Collection(OneAtATime.Name)]
public sealed class FullDiskTests : IDisposable
{
    private const int DiskSize = 16 << 20;

    private readonly TrainingFolder _folder = new();
    private bool _mounted;

    public void Dispose()
    {
        if (_mounted)
        {
            Run("umount", _folder.At("disk"));
        }

        _folder.Dispose();
    }

    // The room left: none at all, a line of metrics, and ever more files of a checkpoint of 60 KB.
    [Fact]
    public void A_full_disk_stops_the_run_with_its_last_checkpoint_whole()
    {
        Directory.CreateDirectory(_folder.At("disk"));
        _mounted = OperatingSystem.IsLinux() && Run("mount", "-t", "tmpfs", "-o", $"size={DiskSize}", "tmpfs", _folder.At("disk")) == 0;
        Assert.SkipUnless(_mounted, "A small file system cannot be mounted here.");
        Assert.Equal(0, TrainingFolder.Train(_folder.Begin("whole", "--keep-checkpoints", "99")).ExitCode);
        string run = _folder.At("disk", "run");
        string filler = _folder.At("disk", "filler");
        foreach (int room in new[] { 4, 12, 24, 40, 60, 80, 100 })
        {
            RunState.Copy(_folder.At("whole"), run);
            foreach (int step in RunState.Checkpoints(run).Where(step => step > 5))
            {
                Directory.Delete(RunState.Checkpoint(run, step), recursive: true);
            }

            Fill(filler, room << 10);
            CommandResult result = TrainingFolder.Train("--resume", run);
            TestContext.Current.TestOutputHelper?.WriteLine($"{room} KB: {result.Error.TrimEnd()}");
            Assert.Equal(1, result.ExitCode);
            Assert.StartsWith("ngpt: ", result.Error);
            Assert.Single(result.Error.TrimEnd().Split('\n'));
            Assert.Contains("space", result.Error, StringComparison.OrdinalIgnoreCase);
            Assert.DoesNotContain("internal error", result.Error);
            int[] saved = RunState.Checkpoints(run);
            Assert.Contains(5, saved);
            Assert.All(saved, step => new CheckpointFolder(RunState.Checkpoint(run, step)).Verify());
            File.Delete(filler);
            CommandResult resumed = TrainingFolder.Train("--resume", run);
            Assert.Equal((0, ""), (resumed.ExitCode, resumed.Error));
            RunState.AssertSame(_folder.At("whole"), run, TrainingFolder.Steps);
            Directory.Delete(run, recursive: true);
        }
    }

    [Fact]
    public void A_log_that_cannot_be_written_does_not_end_the_run()
    {
        using FullWriter output = new(lines: 12);
        using StringWriter error = new();
        Assert.Equal(0, new CommandLine(new TrainCommand()).Run(["train", .. _folder.Begin("run")], output, error));
        Assert.Equal(TrainingFolder.Steps, RunState.Latest(_folder.At("run")));
        Assert.Equal(
            "ngpt: warning: the output cannot be written (No space left on device): training continues without its lines; metrics.jsonl has every step",
            error.ToString().TrimEnd());
    }

    private static void Fill(string file, int room)
    {
        using FileStream stream = new(file, FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 0);
        long free = new DriveInfo(Path.GetDirectoryName(file)!).AvailableFreeSpace;
        stream.Write(new byte[free - room]);
    }

    // As standard output that is redirected into a file on a disk which gets full.
    private sealed class FullWriter(int lines) : StringWriter
    {
        private int _left = lines;

        public override void WriteLine(string? value)
        {
            if (_left-- <= 0)
            {
                throw new IOException("No space left on device");
            }

            base.WriteLine(value);
        }
    }

    private static int Run(string program, params string[] arguments)
    {
        try
        {
            using Process process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true })!;
            process.WaitForExit();
            return process.ExitCode;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return -1;
        }
    }
}
