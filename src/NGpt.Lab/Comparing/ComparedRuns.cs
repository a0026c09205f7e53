using NGpt.Core.Configuration;
using NGpt.Core.Errors;
using NGpt.Lab.Runs;

namespace NGpt.Lab.Comparing;

/// <summary>The runs of both architectures that are held against each other, and what may be said of them together.</summary>
public sealed class ComparedRuns
{
    /// <summary>Takes finished runs.</summary>
    /// <param name="nGpt">nGPT's runs, one a seed, at least one.</param>
    /// <param name="gpt">The baseline's runs, one a seed, at least one.</param>
    /// <param name="measure">In what loss is measured.</param>
    /// <exception cref="UsageException">Nats a token were asked for, and the runs have different vocabularies or data.</exception>
    public ComparedRuns(IReadOnlyList<RecordedRun> nGpt, IReadOnlyList<RecordedRun> gpt, LossMeasure measure)
    {
        ArgumentNullException.ThrowIfNull(nGpt);
        ArgumentNullException.ThrowIfNull(gpt);
        ArgumentOutOfRangeException.ThrowIfZero(nGpt.Count, nameof(nGpt));
        ArgumentOutOfRangeException.ThrowIfZero(gpt.Count, nameof(gpt));
        // Seeds in one order, so that seed i of both is the same one where they are paired.
        (NGpt, Gpt, Measure) = ([.. nGpt.OrderBy(run => run.Config.Training.Seed)], [.. gpt.OrderBy(run => run.Config.Training.Seed)], measure);
        HaveSameData = All.Select(run => run.Config.Data.Fingerprint).Distinct().Count() == 1
            && All.Select(run => run.Config.Model.VocabularySize).Distinct().Count() == 1;
        if (!HaveSameData && measure == LossMeasure.NatsPerToken)
        {
            RecordedRun other = All.First(run => run.Config.Data.Fingerprint != All.First().Config.Data.Fingerprint || run.Config.Model.VocabularySize != All.First().Config.Model.VocabularySize);
            throw new UsageException(
                $"{All.First().Folder} (vocabulary {All.First().Config.Model.VocabularySize}, data {Short(All.First())}) and {other.Folder} (vocabulary {other.Config.Model.VocabularySize}, data {Short(other)}) cannot share an axis of nats a token",
                "use --measure bits-per-byte");
        }

        ArePaired = HaveSameData
            && NGpt.Select(run => run.Config.Training.Seed).SequenceEqual(Gpt.Select(run => run.Config.Training.Seed))
            && All.Select(BatchesOf).Distinct().Count() == 1;
        Speedup = new Speedup(
            new LossCurves(NGpt, measure), new LossCurves(Gpt, measure), [.. NGpt.Select(run => run.SecondsPerToken)], [.. Gpt.Select(run => run.SecondsPerToken)], ArePaired);

        static string Short(RecordedRun run) => run.Config.Data.Fingerprint[..Math.Min(8, run.Config.Data.Fingerprint.Length)];
    }

    /// <summary>nGPT's runs by seed.</summary>
    public IReadOnlyList<RecordedRun> NGpt { get; }

    /// <summary>The baseline's runs by seed.</summary>
    public IReadOnlyList<RecordedRun> Gpt { get; }

    /// <summary>All runs.</summary>
    public IEnumerable<RecordedRun> All => NGpt.Concat(Gpt);

    /// <summary>In what loss is measured.</summary>
    public LossMeasure Measure { get; }

    /// <summary>Whether all runs have the same tokens and so the same held-out text.</summary>
    public bool HaveSameData { get; }

    /// <summary>Whether seed i of both architectures saw the same batches.</summary>
    public bool ArePaired { get; }

    /// <summary>How much sooner nGPT reaches the same loss.</summary>
    public Speedup Speedup { get; }

    /// <summary>Takes what run folders hold: of each architecture the recipe that ended lowest, with all its seeds.</summary>
    /// <param name="folders">Run folders of both architectures.</param>
    /// <param name="measure">In what loss is measured.</param>
    /// <param name="warn">Receives runs that are left out, and why.</param>
    /// <returns>The runs that are compared.</returns>
    /// <exception cref="NGptException">An architecture has no finished run, or the runs cannot be compared in that measure.</exception>
    public static ComparedRuns Read(IReadOnlyList<string> folders, LossMeasure measure, Action<string> warn)
    {
        ArgumentNullException.ThrowIfNull(folders);
        ArgumentNullException.ThrowIfNull(warn);
        List<RecordedRun> runs = [];
        foreach (string folder in folders.Distinct())
        {
            try
            {
                runs.Add(RunReader.Read(folder));
            }
            catch (NGptException failure)
            {
                warn($"left out: {failure.Message}{(failure.Remedy is string remedy ? $" ({remedy})" : "")}");
            }
        }

        return new ComparedRuns(BestRecipe(runs, Architecture.NGpt, measure, warn), BestRecipe(runs, Architecture.Gpt, measure, warn), measure);
    }

    private static RecordedRun[] BestRecipe(List<RecordedRun> runs, Architecture architecture, LossMeasure measure, Action<string> warn)
    {
        RecordedRun[][] recipes = [.. runs
            .Where(run => run.Config.Model.Architecture == architecture)
            .GroupBy(run => (run.Config.Model, run.Config.Training with { Seed = 0 }, run.Config.Data.Fingerprint))
            .Select(group => group.DistinctBy(run => run.Config.Training.Seed).ToArray())
            .OrderBy(group => group.Average(run => RecordedRun.LossOf(run.Last, measure)))];
        string name = architecture.DisplayName();
        if (recipes.Length == 0)
        {
            throw new NGptException($"there is no finished run of {name} to compare", "give runs of both architectures, or none to train them: ngpt compare --quick");
        }

        if (recipes.Length > 1)
        {
            warn($"{name} has {recipes.Length} different recipes: the one that ended lowest is compared ({string.Join(", ", recipes[0].Select(run => run.Name))})");
        }

        return recipes[0];
    }

    // What besides the seed decides which tokens a step sees.
    private static (int, int, int, WindowSampling, WindowPacking) BatchesOf(RecordedRun run) => (
        run.Config.Training.BatchSize, run.Config.Training.GradientAccumulation, run.Config.Model.ContextLength, run.Config.Data.Sampling, run.Config.Data.Packing);
}
