using System.Text.Json;
using System.Text.Json.Serialization;
using NGpt.Data.Corpora;
using NGpt.Data.Preparation;

namespace NGpt.Cli.Display;

/// <summary>What a dataset holds, as one line of JSON.</summary>
internal static partial class DatasetJson
{
    public static string Of(Dataset dataset, TimeSpan? elapsed = null)
    {
        DatasetSummary summary = dataset.Summary;
        DatasetLine line = new(
            dataset.Folder,
            summary.Source,
            dataset.Tokenizer.Name,
            dataset.Tokenizer.VocabularySize,
            dataset.Fingerprint,
            SplitLine.Of(summary.Train),
            SplitLine.Of(summary.Validation),
            summary.Duplicates,
            summary.Repaired,
            summary.RejectedCount,
            [.. summary.Rejected],
            [.. summary.LeftOut],
            elapsed is TimeSpan time ? Math.Round(time.TotalSeconds, 3) : null);
        return JsonSerializer.Serialize(line, DatasetContext.Default.DatasetLine);
    }

    private sealed record DatasetLine(
        string Folder,
        string Source,
        string Tokenizer,
        int VocabularySize,
        string Fingerprint,
        SplitLine Train,
        SplitLine Validation,
        long Duplicates,
        long Repaired,
        long RejectedCount,
        RejectedDocument[] Rejected,
        LeftOut[] LeftOut,
        double? Seconds);

    private sealed record SplitLine(long Documents, long Bytes, long Tokens, string[] Files)
    {
        public static SplitLine Of(SplitSummary split) => new(split.Documents, split.Bytes, split.Tokens, [.. split.Shards.Select(shard => shard.Name)]);
    }

    [JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
    [JsonSerializable(typeof(DatasetLine))]
    private sealed partial class DatasetContext : JsonSerializerContext;
}
