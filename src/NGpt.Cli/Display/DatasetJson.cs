using System.Text;
using System.Text.Json;
using NGpt.Data.Corpora;
using NGpt.Data.Preparation;

namespace NGpt.Cli.Display;

/// <summary>What a dataset holds, as one line of JSON.</summary>
internal static class DatasetJson
{
    public static string Of(Dataset dataset, TimeSpan? elapsed = null)
    {
        DatasetSummary summary = dataset.Summary;
        using MemoryStream buffer = new();
        using (Utf8JsonWriter json = new(buffer))
        {
            json.WriteStartObject();
            json.WriteString("folder", dataset.Folder);
            json.WriteString("source", summary.Source);
            json.WriteString("tokenizer", dataset.Tokenizer.Name);
            json.WriteNumber("vocabulary_size", dataset.Tokenizer.VocabularySize);
            json.WriteString("fingerprint", dataset.Fingerprint);
            Split(json, "train", summary.Train);
            Split(json, "validation", summary.Validation);
            json.WriteNumber("duplicates", summary.Duplicates);
            json.WriteNumber("repaired", summary.Repaired);
            json.WriteNumber("rejected_count", summary.RejectedCount);
            json.WriteStartArray("rejected");
            foreach (RejectedDocument document in summary.Rejected)
            {
                json.WriteStartObject();
                json.WriteString("name", document.Name);
                json.WriteString("reason", document.Reason);
                json.WriteEndObject();
            }

            json.WriteEndArray();
            if (elapsed is TimeSpan time)
            {
                json.WriteNumber("seconds", Math.Round(time.TotalSeconds, 3));
            }

            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.ToArray());
    }

    private static void Split(Utf8JsonWriter json, string name, SplitSummary split)
    {
        json.WriteStartObject(name);
        json.WriteNumber("documents", split.Documents);
        json.WriteNumber("bytes", split.Bytes);
        json.WriteNumber("tokens", split.Tokens);
        json.WriteStartArray("files");
        foreach (ShardFile shard in split.Shards)
        {
            json.WriteStringValue(shard.Name);
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }
}
