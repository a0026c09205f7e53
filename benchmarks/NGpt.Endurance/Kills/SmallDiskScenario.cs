using NGpt.Endurance.Disks;

namespace NGpt.Endurance.Kills;

/// <summary>Training on a disk that is too small time and again, and killed besides. Needs the right to mount a file system.</summary>
internal sealed class SmallDiskScenario(string program) : TrainingScenario(program, "ngpt", gradientAccumulation: 1, evaluationBatches: 2)
{
    private const int MaxSmallRoomKilobytes = 900;

    // A disk that is always too small has no end.
    private const int MaxSmallDisks = 6;

    private int _starts;
    private SmallDisk? _disk;
    private bool _isSmall;

    /// <inheritdoc/>
    public override bool IsPossible => (_disk ??= SmallDisk.TryMount(At("disk"))) is not null;

    /// <inheritdoc/>
    protected override string Name => "small disk";

    /// <inheritdoc/>
    protected override bool HasRoom => !_isSmall;

    /// <inheritdoc/>
    public override void Dispose()
    {
        _disk?.Dispose();
        base.Dispose();
    }

    /// <inheritdoc/>
    protected override string RunFolderOf(int number)
    {
        _starts = 0;
        return At("disk", $"run-{number}");
    }

    /// <inheritdoc/>
    protected override void BeforeStart(Executioner executioner, string run)
    {
        long used = Directory.Exists(run) ? Directory.GetFiles(run, "*", SearchOption.AllDirectories).Sum(file => (new FileInfo(file).Length / 1024) + 5) : 0;
        _isSmall = ++_starts <= MaxSmallDisks && _disk!.TryResize(used + executioner.Random.Next(8, MaxSmallRoomKilobytes));
        if (!_isSmall)
        {
            _disk!.Enlarge();
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
}
