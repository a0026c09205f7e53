using NGpt.Core.Configuration;
using NGpt.Core.Errors;
using NGpt.Lab.Runs;

namespace NGpt.Lab.Comparing;

/// <summary>The runs of both architectures that are compared, and in which respects they can be compared.</summary>
internal sealed class ComparedRuns
{
    /// <summary>
    /// Training times are compared only where the step times of every run, and those of an architecture's seeds, spread by
    /// no more than this share of their median. On a machine without other load the spread is a few percent; with other
    /// load it is often 50%, and a ratio of times would say more about the load than about the architectures.
    /// </summary>
    public const double MaxStepTimeSpread = 0.15;

    /// <summary>Compares finished runs.</summary>
    public ComparedRuns(IReadOnlyList<RecordedRun> nGpt, IReadOnlyList<RecordedRun> gpt, LossMeasure measure)
    {
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
                $"{All.First().Folder} (vocabulary {All.First().Config.Model.VocabularySize}, data {Short(All.First())}) and {other.Folder} (vocabulary {other.Config.Model.VocabularySize}, data {Short(other)}) cannot be compared in nats per token",
                "use --measure bits-per-byte");
        }

        ArePaired = HaveSameData
            && NGpt.Select(run => run.Config.Training.Seed).SequenceEqual(Gpt.Select(run => run.Config.Training.Seed))
            && All.Select(BatchesOf).Distinct().Count() == 1;
        Speedup = new Speedup(
            new LossCurves(NGpt, measure), new LossCurves(Gpt, measure), [.. NGpt.Select(run => run.SecondsPerToken)], [.. Gpt.Select(run => run.SecondsPerToken)], ArePaired);
        TimeProblem = FindTimeProblem();

        static string Short(RecordedRun run) => run.Config.Data.Fingerprint[..Math.Min(8, run.Config.Data.Fingerprint.Length)];
    }

    /// <summary>nGPT's runs by seed.</summary>
    public IReadOnlyList<RecordedRun> NGpt { get; }

    /// <summary>The baseline's runs by seed.</summary>
    public IReadOnlyList<RecordedRun> Gpt { get; }

    /// <summary>All runs.</summary>
    public IEnumerable<RecordedRun> All => NGpt.Concat(Gpt);

    /// <summary>The unit of the losses.</summary>
    public LossMeasure Measure { get; }

    /// <summary>Whether all runs have the same tokens and so the same held-out text.</summary>
    public bool HaveSameData { get; }

    /// <summary>Whether seed i of both architectures was trained on the same batches.</summary>
    public bool ArePaired { get; }

    /// <summary>Tokens and time of GPT over those of nGPT at equal loss.</summary>
    public Speedup Speedup { get; }

    /// <summary>Why the training times of the architectures cannot be compared; null where they can.</summary>
    public string? TimeProblem { get; }

    /// <summary>Reads run folders and takes, of each architecture, the recipe with the lowest final loss, with all its seeds.</summary>
    public static ComparedRuns Read(IReadOnlyList<string> folders, LossMeasure measure, Action<string> warn)
    {
        List<RecordedRun> runs = [];
        foreach (string folder in folders.Distinct())
        {
            try
            {
                runs.Add(RunReader.Read(folder));
            }
            catch (NGptException failure)
            {
                warn($"skipped: {failure.Message}{(failure.Remedy is string remedy ? $" ({remedy})" : "")}");
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
            warn($"{name} has {recipes.Length} different recipes: the one with the lowest final loss is compared ({string.Join(", ", recipes[0].Select(run => run.Name))})");
        }

        return recipes[0];
    }

    private string? FindTimeProblem()
    {
        if (All.FirstOrDefault(run => double.IsNaN(run.StepTimeSpread)) is RecordedRun brief)
        {
            return $"too few step times of {NameOf(brief)} were logged";
        }

        RecordedRun worst = All.MaxBy(run => run.StepTimeSpread)!;
        if (worst.StepTimeSpread > MaxStepTimeSpread)
        {
            return RunDescription.Text($"step times of {NameOf(worst)} spread by {worst.StepTimeSpread:0%} (interquartile range over median)");
        }

        foreach (IReadOnlyList<RecordedRun> runs in new[] { NGpt, Gpt })
        {
            double spread = (runs.Max(run => run.SecondsPerToken) / runs.Min(run => run.SecondsPerToken)) - 1;
            if (spread > MaxStepTimeSpread)
            {
                return RunDescription.Text($"median step times of {runs[0].Config.Model.Architecture.DisplayName()} differ by {spread:0%} between seeds");
            }
        }

        return null;
    }

    private static string NameOf(RecordedRun run) => $"{run.Config.Model.Architecture.DisplayName()}, seed {run.Config.Training.Seed},";

    // Everything besides the seed that determines the tokens of a step.
    private static (int, int, int, WindowSampling, WindowPacking) BatchesOf(RecordedRun run) => (
        run.Config.Training.BatchSize, run.Config.Training.GradientAccumulation, run.Config.Model.ContextLength, run.Config.Data.Sampling, run.Config.Data.Packing);
}
