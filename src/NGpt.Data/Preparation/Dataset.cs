using System.Globalization;
using NGpt.Core.Configuration;
using NGpt.Core.Data;
using NGpt.Core.Errors;
using NGpt.Core.Tokenizers;
using NGpt.Data.Corpora;

namespace NGpt.Data.Preparation;

/// <summary>Prepared data, ready for training: tokens of both splits and their tokenizer. Disposing it closes the token files.</summary>
public sealed class Dataset : IDisposable
{
    internal Dataset(string folder, TokenShards train, TokenShards validation, ITokenizer tokenizer, string fingerprint, DatasetSummary summary)
    {
        Folder = folder;
        Train = train;
        Validation = validation;
        Tokenizer = tokenizer;
        Fingerprint = fingerprint;
        Summary = summary;
        Parts = [new DatasetPart(summary.Source, 1, train.Count, validation.Count) { Fingerprint = fingerprint }];
    }

    private Dataset(IReadOnlyList<Dataset> datasets, IReadOnlyList<DatasetPart> parts, string fingerprint)
    {
        Folder = datasets[0].Folder;
        Train = TokenShards.Join(datasets.Select(dataset => dataset.Train));
        Validation = TokenShards.Join(datasets.Select(dataset => dataset.Validation));
        if (datasets.All(dataset => dataset.Summary.HasAnswers))
        {
            TrainAnswers = TokenShards.Join(datasets.Select(dataset => dataset.TrainAnswers!));
            ValidationAnswers = TokenShards.Join(datasets.Select(dataset => dataset.ValidationAnswers!));
        }

        Tokenizer = datasets[0].Tokenizer;
        Fingerprint = fingerprint;
        DatasetSummary[] summaries = [.. datasets.Select(dataset => dataset.Summary)];
        Summary = new DatasetSummary(
            string.Join(", ", parts.Select(part => string.Create(CultureInfo.InvariantCulture, $"{part.Weight:0.##%} {part.Source}"))),
            SplitSummary.Sum([.. summaries.Select(summary => summary.Train)]),
            SplitSummary.Sum([.. summaries.Select(summary => summary.Validation)]),
            [.. summaries.SelectMany(summary => summary.Rejected).Take(DatasetSummary.MaxRejected)])
        {
            HasAnswers = summaries.All(summary => summary.HasAnswers),
            RejectedCount = summaries.Sum(summary => summary.RejectedCount),
            LeftOut = summaries.Aggregate((IReadOnlyList<LeftOut>)[], (counts, summary) => Corpora.LeftOut.Merge(counts, summary.LeftOut)),
            Duplicates = summaries.Sum(summary => summary.Duplicates),
            Repaired = summaries.Sum(summary => summary.Repaired),
        };
        Parts = parts;
    }

    /// <summary>The folder that holds the files; of a mixture, that of its first source.</summary>
    public string Folder { get; }

    /// <summary>The training tokens.</summary>
    public TokenShards Train { get; }

    /// <summary>The tokens held out for validation.</summary>
    public TokenShards Validation { get; }

    /// <summary>1 for each training token that is part of an answer, else 0; null where the documents are no conversations.</summary>
    public TokenShards? TrainAnswers { get; internal init; }

    /// <summary>The same for the held-out tokens.</summary>
    public TokenShards? ValidationAnswers { get; internal init; }

    /// <summary>The tokenizer that made the tokens.</summary>
    public ITokenizer Tokenizer { get; }

    /// <summary>SHA-256 over the contents of both token files and the tokenizer: equal where a run would see the same data.</summary>
    public string Fingerprint { get; }

    /// <summary>What it holds.</summary>
    public DatasetSummary Summary { get; }

    /// <summary>The sources, in the order of their tokens: one, or several with their shares for a mixture.</summary>
    public IReadOnlyList<DatasetPart> Parts { get; }

    /// <summary>Several datasets as one, whose tokens lie after one another and whose windows come in fixed shares.</summary>
    /// <param name="datasets">The datasets with their sources; owned by the result, also where they are rejected.</param>
    /// <returns>The mixture; the caller disposes of it.</returns>
    /// <exception cref="UsageException">Two of them have different tokenizers.</exception>
    public static Dataset Mix(IReadOnlyList<(DataSource Source, Dataset Dataset)> datasets)
    {
        ArgumentNullException.ThrowIfNull(datasets);
        ArgumentOutOfRangeException.ThrowIfZero(datasets.Count, nameof(datasets));
        if (datasets is [(_, Dataset only)])
        {
            return only;
        }

        (DataSource firstSource, Dataset first) = datasets[0];
        foreach ((DataSource source, Dataset dataset) in datasets)
        {
            if (!dataset.Tokenizer.IsSameAs(first.Tokenizer))
            {
                foreach ((_, Dataset each) in datasets)
                {
                    each.Dispose();
                }

                throw new UsageException(
                    $"the sources of a mixture need one tokenizer, and two differ: {TokenizerExtensions.Difference(first.Tokenizer, firstSource.Path, dataset.Tokenizer, source.Path)}",
                    "give the file of one tokenizer with --tokenizer; ngpt tokenizer train makes one from all of the text");
            }
        }

        using var hash = new SourceHash();
        foreach ((DataSource source, Dataset dataset) in datasets)
        {
            hash.Add(dataset.Fingerprint);
            hash.Add(source.Weight.ToString("R", CultureInfo.InvariantCulture));
        }

        DatasetPart[] parts = [.. datasets.Select(entry => new DatasetPart(entry.Source.Path, entry.Source.Weight, entry.Dataset.Train.Count, entry.Dataset.Validation.Count) { Fingerprint = entry.Dataset.Fingerprint })];
        return new Dataset([.. datasets.Select(entry => entry.Dataset)], parts, hash.Finish());
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Train.Dispose();
        Validation.Dispose();
        TrainAnswers?.Dispose();
        ValidationAnswers?.Dispose();
    }
}

/// <summary>What a dataset holds and where it came from.</summary>
/// <param name="Source">The corpus, human-readable.</param>
/// <param name="Train">The training split.</param>
/// <param name="Validation">The split held out for validation.</param>
/// <param name="Rejected">The first of what was left out of the corpus, with reasons: at most <see cref="MaxRejected"/>.</param>
public sealed record DatasetSummary(string Source, SplitSummary Train, SplitSummary Validation, IReadOnlyList<RejectedDocument> Rejected)
{
    /// <summary>How many rejections are kept by name.</summary>
    public const int MaxRejected = 100;

    /// <summary>What was left out by the kind of the reason, with the first of each.</summary>
    public IReadOnlyList<LeftOut> LeftOut { get; init; } = Corpora.LeftOut.Add([], Rejected);

    /// <summary>How many entries were left out in all.</summary>
    public long RejectedCount { get; init; } = Rejected.Count;

    /// <summary>Whether the documents are conversations whose answers are marked: a model can be trained on these alone.</summary>
    public bool HasAnswers { get; init; }

    /// <summary>Documents left out because an earlier one has the same text.</summary>
    public long Duplicates { get; init; }

    /// <summary>Documents in which bytes that were not UTF-8 were replaced.</summary>
    public long Repaired { get; init; }
}

/// <summary>What one split of a dataset holds.</summary>
/// <param name="Documents">Documents, or parts of documents.</param>
/// <param name="Bytes">UTF-8 bytes of text; blank lines between documents where the tokenizer has no end-of-text token.</param>
/// <param name="Tokens">Tokens, with those that keep documents apart.</param>
public sealed record SplitSummary(long Documents, long Bytes, long Tokens)
{
    /// <summary>The token files in their order.</summary>
    public IReadOnlyList<ShardFile> Shards { get; init; } = [];

    internal static SplitSummary Sum(IReadOnlyList<SplitSummary> splits) => new(splits.Sum(split => split.Documents), splits.Sum(split => split.Bytes), splits.Sum(split => split.Tokens))
    {
        Shards = [.. splits.SelectMany(split => split.Shards)],
    };

    /// <summary>Bytes a token stands for on average: converts a loss per token into a loss per byte.</summary>
    public double BytesPerToken => (double)Bytes / Tokens;
}

/// <summary>One token file of a split.</summary>
/// <param name="Name">Its name inside the folder of the dataset.</param>
/// <param name="Tokens">The number of its tokens.</param>
public sealed record ShardFile(string Name, long Tokens)
{
    /// <summary>Size of the vocabulary of <see cref="AnswersName"/>: 1 for a token of an answer, 0 for others.</summary>
    internal const int AnswerMarks = 2;

    /// <summary>Name of the file that marks the tokens of answers, a token file of as many tokens; only conversations have it.</summary>
    internal string AnswersName => Path.ChangeExtension(Name, ".answers");
}
