using System.Globalization;
using NGpt.Core.Checkpoints;
using NGpt.Core.Errors;

namespace NGpt.Lab.Inspection;

/// <summary>Which checkpoint of a run is meant: <c>best</c>, <c>latest</c>, or the one of a step.</summary>
public sealed record CheckpointChoice
{
    private CheckpointChoice(string word, int? step) => (Word, Step) = (word, step);

    /// <summary>The one with the lowest held-out loss, or the newest where none is known to be best.</summary>
    public static CheckpointChoice Best { get; } = new("best", null);

    /// <summary>The newest.</summary>
    public static CheckpointChoice Latest { get; } = new("latest", null);

    /// <summary>The choice as it is written.</summary>
    public string Word { get; }

    /// <summary>The step asked for, or null.</summary>
    public int? Step { get; }

    /// <summary>Reads a choice.</summary>
    /// <param name="word">What the person gave.</param>
    /// <returns>The choice.</returns>
    /// <exception cref="UsageException">It is none of the three forms.</exception>
    public static CheckpointChoice Parse(string word) => word switch
    {
        "best" => Best,
        "latest" => Latest,
        _ when int.TryParse(word, NumberStyles.None, CultureInfo.InvariantCulture, out int step) => new CheckpointChoice(word, step),
        _ => throw new UsageException($"--checkpoint \"{word}\" is not best, latest or the number of a step"),
    };

    /// <summary>Finds the checkpoint.</summary>
    /// <param name="run">The run.</param>
    /// <returns>The checkpoint, whose files may be damaged.</returns>
    /// <exception cref="NGptException">The run has none, or none of that step.</exception>
    public CheckpointFolder Of(RunFolder run)
    {
        ArgumentNullException.ThrowIfNull(run);
        IReadOnlyList<CheckpointFolder> all = run.Checkpoints.All;
        if (all.Count == 0)
        {
            throw new NGptException($"{run.Path}: the run has no checkpoint yet", "let it train until it has saved one");
        }

        CheckpointFolder? chosen = Step is int step
            ? all.FirstOrDefault(checkpoint => checkpoint.Step == step)
            : this == Best ? run.Checkpoints.BestOrNewest : all[^1];
        return chosen ?? throw new NGptException(
            $"{run.Path}: there is no checkpoint of step {Word}",
            $"give one of {string.Join(", ", all.Select(checkpoint => checkpoint.Step))}, or best or latest");
    }
}
