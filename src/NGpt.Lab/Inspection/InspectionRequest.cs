using NGpt.Core.Errors;

namespace NGpt.Lab.Inspection;

/// <summary>What is to be inspected, and how.</summary>
public sealed record InspectionRequest
{
    /// <summary>Windows of the longest length, unless another number is asked for.</summary>
    public const int DefaultWindows = 8;

    /// <summary>Seed of the random pairs of embeddings: always the same, so that the same checkpoint gives the same figures.</summary>
    public const long Seed = 1;

    /// <summary>Run folders and checkpoint folders, in the order of the legends.</summary>
    public required IReadOnlyList<string> Paths { get; init; }

    /// <summary>Which checkpoint of a run.</summary>
    public CheckpointChoice Checkpoint { get; init; } = CheckpointChoice.Best;

    /// <summary>Text or prepared tokens to measure on; null for each run's own held-out data.</summary>
    public string? Data { get; init; }

    /// <summary>Whether only the parameters are looked at.</summary>
    public bool SkipsData { get; init; }

    /// <summary>Windows of the longest length that are read; each is cut into as many of the shorter lengths as it holds.</summary>
    public int Windows { get; init; } = DefaultWindows;

    /// <summary>Refuses a request that makes no sense.</summary>
    /// <exception cref="UsageException">All that is wrong with it.</exception>
    public void Check()
    {
        List<string> problems = [];
        if (Paths.Count == 0)
        {
            problems.Add("there is nothing to inspect");
        }

        if (Windows is < 1 or > 10_000)
        {
            problems.Add($"--windows {Windows} is outside 1 to 10000");
        }

        if (SkipsData && Data is not null)
        {
            problems.Add("--data and --skip-data are both given");
        }

        if (problems.Count > 0)
        {
            throw new UsageException(string.Join("; ", problems), Paths.Count == 0 ? "give the folder of a run (runs/…) or of a checkpoint" : null);
        }
    }
}
