using NGpt.Core.Configuration;
using NGpt.Core.Data;
using NGpt.Core.Errors;

namespace NGpt.Data.Preparation;

/// <summary>One source of a dataset.</summary>
/// <param name="Source">The source, human-readable.</param>
/// <param name="Weight">Its share of the training windows and of the held-out loss; the shares of a dataset add up to 1.</param>
/// <param name="TrainTokens">Tokens of its training split.</param>
/// <param name="ValidationTokens">Tokens of its held-out split.</param>
public sealed record DatasetPart(string Source, double Weight, long TrainTokens, long ValidationTokens)
{
    /// <summary>The fingerprint of the source's own dataset; null where it is not known.</summary>
    public string? Fingerprint { get; init; }
}

/// <summary>The windows of one source that an evaluation reads.</summary>
/// <param name="Source">The source, human-readable.</param>
/// <param name="Weight">Its share in the loss; the shares add up to 1.</param>
/// <param name="Starts">The place of each window's first token in the joined tokens, ascending; at least one.</param>
public sealed record EvaluationPart(string Source, double Weight, IReadOnlyList<long> Starts);

/// <summary>Chooses windows of a dataset whose sources lie after one another in its tokens.</summary>
public static class DatasetWindows
{
    /// <summary>Rejects a context that does not fit a split of every source, with one that does.</summary>
    /// <param name="parts">The sources.</param>
    /// <param name="contextLength">The number of inputs of a window C, above 0.</param>
    /// <exception cref="UsageException">A source has fewer than C + 1 training or held-out tokens.</exception>
    public static void ThrowIfTooShort(IReadOnlyList<DatasetPart> parts, int contextLength)
    {
        ArgumentNullException.ThrowIfNull(parts);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(contextLength);
        (DatasetPart part, string split, long tokens) = parts
            .SelectMany(part => new[] { (part, "training", part.TrainTokens), (part, "validation", part.ValidationTokens) })
            .MinBy(candidate => candidate.Item3);
        if (tokens > contextLength)
        {
            return;
        }

        string source = parts.Count > 1 ? $"{part.Source}: " : "";
        throw new UsageException(
            $"{source}the {split} data has {tokens:N0} tokens, fewer than the {(long)contextLength + 1:N0} of one window (context length {contextLength:N0} and one more)",
            tokens > 1 ? $"give --context-length {tokens - 1} or less, or more data" : "give more data");
    }

    /// <summary>Makes the sampler of the training windows, at position 0.</summary>
    /// <param name="parts">The sources in the order of their tokens.</param>
    /// <param name="sampling">How the windows of a source are chosen.</param>
    /// <param name="contextLength">The number of inputs of a window C, above 0.</param>
    /// <param name="seed">Chooses the windows.</param>
    /// <exception cref="UsageException">A source has fewer than C + 1 training tokens.</exception>
    public static IWindowSampler CreateSampler(IReadOnlyList<DatasetPart> parts, WindowSampling sampling, int contextLength, ulong seed)
    {
        ArgumentNullException.ThrowIfNull(parts);
        if (parts is [DatasetPart only])
        {
            return WindowSamplers.Create(sampling, only.TrainTokens, contextLength, seed);
        }

        List<(IWindowSampler, long, double)> sources = [];
        long offset = 0;
        foreach (DatasetPart part in parts)
        {
            // With one seed, sources of equal length would be read in the same order.
            ulong seedOfPart = seed + (ulong)sources.Count;
            sources.Add((NameErrors(part, () => WindowSamplers.Create(sampling, part.TrainTokens, contextLength, seedOfPart)), offset, part.Weight));
            offset += part.TrainTokens;
        }

        return new MixtureWindowSampler(sources);
    }

    /// <summary>Chooses the windows of an evaluation.</summary>
    /// <param name="parts">The sources in the order of their tokens.</param>
    /// <param name="contextLength">The number of inputs of a window C, above 0.</param>
    /// <param name="count">How many are wanted, above 0: of each source its share, at least one and at most what it has.</param>
    /// <returns>The windows of each source.</returns>
    /// <exception cref="UsageException">A source has fewer than C + 1 held-out tokens.</exception>
    public static IReadOnlyList<EvaluationPart> ChooseForEvaluation(IReadOnlyList<DatasetPart> parts, int contextLength, int count)
    {
        ArgumentNullException.ThrowIfNull(parts);
        if (parts is [DatasetPart only])
        {
            return [new EvaluationPart(only.Source, 1, new EvaluationWindows(only.ValidationTokens, contextLength, count).Starts.ToArray())];
        }

        List<EvaluationPart> chosen = [];
        long offset = 0;
        foreach (DatasetPart part in parts)
        {
            int share = Math.Max(1, (int)Math.Round(part.Weight * count));
            long first = offset;
            long[] starts = NameErrors(part, () => new EvaluationWindows(part.ValidationTokens, contextLength, share)).Starts.ToArray();
            chosen.Add(new EvaluationPart(part.Source, part.Weight, [.. starts.Select(start => first + start)]));
            offset += part.ValidationTokens;
        }

        return chosen;
    }

    private static T NameErrors<T>(DatasetPart part, Func<T> make)
    {
        try
        {
            return make();
        }
        catch (UsageException error)
        {
            throw new UsageException($"{part.Source}: {error.Message}", error.Remedy);
        }
    }
}
