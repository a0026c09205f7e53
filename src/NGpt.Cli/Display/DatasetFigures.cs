using NGpt.Core.Data;
using NGpt.Data.Preparation;

namespace NGpt.Cli.Display;

/// <summary>What a dataset holds, as labels and values.</summary>
internal static class DatasetFigures
{
    public static IReadOnlyList<(string Label, string Value)> Of(Dataset dataset)
    {
        DatasetSummary summary = dataset.Summary;
        List<(string Label, string Value)> figures =
        [
            ("dataset", dataset.Folder),
            ("source", summary.Source),
            ("tokenizer", $"{dataset.Tokenizer.Name}, {NumberFormat.Count(dataset.Tokenizer.VocabularySize)} tokens"
                + (dataset.Train.DocumentStartWith(dataset.Tokenizer) is int start ? $", token {start} before each document" : ", no end-of-text token")),
            ("train", Split(summary.Train)),
            ("validation", Split(summary.Validation)),
            ("tokens", $"{NumberFormat.Count(summary.Train.Tokens + summary.Validation.Tokens)}, {BytesPerToken(summary):0.000} bytes each"),
        ];
        if (dataset.TrainAnswers is { } train && dataset.ValidationAnswers is { } validation)
        {
            figures.Add(("answers", $"{NumberFormat.Count(CountAnswers(train) + CountAnswers(validation))} tokens: train on these alone with --loss-on assistant"));
        }

        if (summary.Duplicates > 0)
        {
            figures.Add(("duplicates", $"{NumberFormat.Count(summary.Duplicates, "document")} left out, equal to earlier ones"));
        }

        if (summary.Repaired > 0)
        {
            figures.Add(("repaired", $"{NumberFormat.Count(summary.Repaired, "document")} with bytes that were not UTF-8, replaced by U+FFFD"));
        }

        if (summary.RejectedCount > 0)
        {
            figures.Add(("left out", NumberFormat.Count(summary.RejectedCount)));
            figures.AddRange(summary.LeftOut.Select(reason => ("", VisibleText.Of(reason.Describe()))));
            if (summary.RejectedCount > summary.LeftOut.Count)
            {
                figures.Add(("", summary.RejectedCount > summary.Rejected.Count ? $"the first {summary.Rejected.Count} are listed in {DatasetFolder.DescriptionFile}" : $"all are listed in {DatasetFolder.DescriptionFile}"));
            }
        }

        figures.Add(("fingerprint", dataset.Fingerprint[..16]));
        return figures;
    }

    private static long CountAnswers(TokenShards marks)
    {
        int[] part = new int[1 << 14];
        long count = 0;
        for (long offset = 0; offset < marks.Count; offset += part.Length)
        {
            Span<int> read = part.AsSpan(0, (int)Math.Min(part.Length, marks.Count - offset));
            marks.Read(offset, read);
            count += read.Count(1);
        }

        return count;
    }

    private static double BytesPerToken(DatasetSummary summary) =>
        (double)(summary.Train.Bytes + summary.Validation.Bytes) / (summary.Train.Tokens + summary.Validation.Tokens);

    private static string Split(SplitSummary split) =>
        $"{NumberFormat.Count(split.Tokens)} tokens, {NumberFormat.Count(split.Documents, "document")}, {NumberFormat.Bytes(split.Bytes)}, {NumberFormat.Count(split.Shards.Count, "file")}";
}
