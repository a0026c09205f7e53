using System.Globalization;
using NGpt.Core.Checkpoints;
using NGpt.Core.Errors;

namespace NGpt.Lab.Inspection;

/// <summary>The models of an inspection and its options.</summary>
internal sealed record InspectionRequest
{
    /// <summary>Default number of windows of the longest length.</summary>
    public const int DefaultWindows = 8;

    /// <summary>Seed of the random pairs of embeddings: constant, so that the same checkpoint gives the same figures.</summary>
    public const long Seed = 1;

    /// <summary>Run folders and checkpoint folders, in the order of the legends.</summary>
    public required IReadOnlyList<string> Paths { get; init; }

    /// <summary>Which checkpoint of a run.</summary>
    public CheckpointChoice Checkpoint { get; init; } = CheckpointChoice.Best;

    /// <summary>Text or prepared tokens to measure on; null for each run's own held-out data.</summary>
    public string? Data { get; init; }

    /// <summary>Whether only the parameters are measured.</summary>
    public bool SkipsData { get; init; }

    /// <summary>Windows of the longest length; each is divided into windows of the shorter lengths.</summary>
    public int Windows { get; init; } = DefaultWindows;

    /// <summary>Rejects invalid options.</summary>
    public void ThrowIfInvalid()
    {
        List<string> problems = [];
        if (Paths.Count == 0)
        {
            problems.Add("no model to inspect");
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

/// <summary>A checkpoint of a run: <c>best</c>, <c>latest</c>, or that of a step.</summary>
internal sealed record CheckpointChoice
{
    private CheckpointChoice(string text, int? step) => (Text, Step) = (text, step);

    /// <summary>The checkpoint with the lowest held-out loss, or the newest where none is known to be best.</summary>
    public static CheckpointChoice Best { get; } = new("best", null);

    /// <summary>The newest checkpoint.</summary>
    public static CheckpointChoice Latest { get; } = new("latest", null);

    /// <summary>The choice as given on the command line.</summary>
    public string Text { get; }

    /// <summary>The given step, or null.</summary>
    public int? Step { get; }

    /// <summary>Parses a choice.</summary>
    public static CheckpointChoice Parse(string text) => text switch
    {
        "best" => Best,
        "latest" => Latest,
        _ when int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int step) => new CheckpointChoice(text, step),
        _ => throw new UsageException($"--checkpoint \"{text}\" is not best, latest or the number of a step"),
    };

    /// <summary>Finds the checkpoint.</summary>
    public CheckpointFolder Of(RunFolder run)
    {
        IReadOnlyList<CheckpointFolder> all = run.Checkpoints.All;
        if (all.Count == 0)
        {
            throw new NGptException($"{run.Path}: the run has no checkpoint yet", "train until the first one is saved");
        }

        CheckpointFolder? chosen = Step is int step
            ? all.FirstOrDefault(checkpoint => checkpoint.Step == step)
            : this == Best ? run.Checkpoints.BestOrNewest : all[^1];
        return chosen ?? throw new NGptException(
            $"{run.Path}: there is no checkpoint of step {Text}",
            $"give one of {string.Join(", ", all.Select(checkpoint => checkpoint.Step))}, or best or latest");
    }
}
