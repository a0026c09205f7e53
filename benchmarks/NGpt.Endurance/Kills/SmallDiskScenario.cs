using System.Diagnostics;

namespace NGpt.Endurance.Kills;

/// <summary>Training on a disk that is too small time and again, and killed besides. Needs the right to mount a file system.</summary>
internal sealed class SmallDiskScenario(string program) : TrainingScenario(program, "ngpt", gradientAccumulation: 1, evaluationBatches: 2)
{
    private const int EnoughKilobytes = 1 << 15;
    private const int MaxSmallRoomKilobytes = 900;

    // A disk that is always too small has no end.
    private const int MaxSmallDisks = 6;

    private int _starts;
    private bool _isMounted;

    /// <summary>Whether such a disk can be made here.</summary>
    public static bool IsPossible
    {
        get
        {
            using SmallDiskScenario probe = new(string.Empty);
            return probe.TryMount("size=64k");
        }
    }

    /// <inheritdoc/>
    protected override string Name => "small disk";

    /// <inheritdoc/>
    public override void Dispose()
    {
        if (_isMounted)
        {
            Run("umount", At("disk"));
        }

        base.Dispose();
    }

    /// <inheritdoc/>
    protected override string RunFolderOf(int number)
    {
        _starts = 0;
        EnduranceException.Require(_isMounted || TryMount("size=1m"), "a small file system cannot be mounted here");
        return At("disk", $"run-{number}");
    }

    /// <inheritdoc/>
    protected override void BeforeStart(Executioner executioner, string run)
    {
        long used = Directory.Exists(run) ? Directory.GetFiles(run, "*", SearchOption.AllDirectories).Sum(file => (new FileInfo(file).Length / 1024) + 5) : 0;
        long room = ++_starts > MaxSmallDisks ? EnoughKilobytes : used + executioner.Random.Next(8, MaxSmallRoomKilobytes);
        if (Run("mount", "-o", $"remount,size={room}k", At("disk")) != 0)
        {
            // What is there takes more than that.
            EnduranceException.Require(Run("mount", "-o", $"remount,size={EnoughKilobytes}k", At("disk")) == 0, "the disk cannot be made larger");
        }
    }

    /// <inheritdoc/>
    protected override bool MayFail(Executioner executioner, string error)
    {
        bool isFull = error.StartsWith("ngpt: ", StringComparison.Ordinal) && error.TrimEnd().Split('\n').Length == 1 && error.Contains("space", StringComparison.OrdinalIgnoreCase);
        if (isFull)
        {
            executioner.Count($"{Name}: stopped by the full disk, in one line");
        }

        return isFull;
    }

    private bool TryMount(string options)
    {
        Directory.CreateDirectory(At("disk"));
        return _isMounted = OperatingSystem.IsLinux() && Run("mount", "-t", "tmpfs", "-o", options, "tmpfs", At("disk")) == 0;
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
