using System.Text.Json;
using NGpt.Core.Errors;
using NGpt.Core.Files;
using NGpt.Data.Corpora;

namespace NGpt.Data.Preparation;

/// <summary>The content of <c>dataset.json</c>.</summary>
/// <param name="Request">Hash of everything the dataset depends on: source and options.</param>
/// <param name="Tokenizer">The tokenizer's name.</param>
/// <param name="VocabularySize">V.</param>
/// <param name="Fingerprint">The dataset's fingerprint.</param>
/// <param name="Summary">Counts, files, source and rejected documents.</param>
internal sealed record DatasetManifest(string Request, string Tokenizer, int VocabularySize, string Fingerprint, DatasetSummary Summary)
{
    /// <summary>Changes when prepared datasets of older versions must not be used.</summary>
    public const int FormatVersion = 2;

    public const string FileName = "dataset.json";

    private const long MaxFileSize = 100_000_000;

    /// <summary>Writes the file; it appears as a whole.</summary>
    public void Write(string path) => DurableFile.Write(path, stream =>
    {
        using var json = new Utf8JsonWriter(stream, new JsonWriterOptions { Indented = true, NewLine = "\n" });
        json.WriteStartObject();
        json.WriteNumber("format_version", FormatVersion);
        json.WriteString("source", Summary.Source);
        json.WriteString("request", Request);
        json.WriteString("tokenizer", Tokenizer);
        json.WriteNumber("vocabulary_size", VocabularySize);
        json.WriteString("fingerprint", Fingerprint);
        WriteSplit(json, "train", Summary.Train);
        WriteSplit(json, "validation", Summary.Validation);
        json.WriteNumber("duplicates", Summary.Duplicates);
        json.WriteNumber("repaired", Summary.Repaired);
        json.WriteNumber("rejected_count", Summary.RejectedCount);
        json.WriteStartArray("rejected");
        foreach (RejectedDocument document in Summary.Rejected)
        {
            json.WriteStartObject();
            json.WriteString("name", document.Name);
            json.WriteString("reason", document.Reason);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    });

    /// <summary>Reads the file.</summary>
    public static DatasetManifest Read(string path)
    {
        try
        {
            if (new FileInfo(path).Length > MaxFileSize)
            {
                throw new FileFormatException(path, $"the file is larger than {MaxFileSize:N0} bytes");
            }

            using JsonDocument json = JsonDocument.Parse(File.ReadAllBytes(path));
            JsonElement root = json.RootElement;
            int version = root.GetProperty("format_version").GetInt32();
            if (version != FormatVersion)
            {
                throw new FileFormatException(path, $"format version {version}, expected {FormatVersion}", "prepare the data again");
            }

            RejectedDocument[] rejected = [.. root.GetProperty("rejected").EnumerateArray().Select(entry => new RejectedDocument(Text(entry, "name"), Text(entry, "reason")))];
            var summary = new DatasetSummary(Text(root, "source"), ReadSplit(root, "train"), ReadSplit(root, "validation"), rejected)
            {
                RejectedCount = root.GetProperty("rejected_count").GetInt64(),
                Duplicates = root.GetProperty("duplicates").GetInt64(),
                Repaired = root.GetProperty("repaired").GetInt64(),
            };
            return new DatasetManifest(Text(root, "request"), Text(root, "tokenizer"), root.GetProperty("vocabulary_size").GetInt32(), Text(root, "fingerprint"), summary);
        }
        catch (Exception error) when (error is JsonException or KeyNotFoundException or InvalidOperationException or FormatException or IOException)
        {
            throw new FileFormatException(path, $"not a dataset description: {error.Message}", "prepare the data again", error);
        }
    }

    private static void WriteSplit(Utf8JsonWriter json, string name, SplitSummary split)
    {
        json.WriteStartObject(name);
        json.WriteNumber("documents", split.Documents);
        json.WriteNumber("bytes", split.Bytes);
        json.WriteNumber("tokens", split.Tokens);
        json.WriteStartArray("files");
        foreach (ShardFile shard in split.Shards)
        {
            json.WriteStartObject();
            json.WriteString("name", shard.Name);
            json.WriteNumber("tokens", shard.Tokens);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static SplitSummary ReadSplit(JsonElement root, string name)
    {
        JsonElement split = root.GetProperty(name);
        ShardFile[] shards = [.. split.GetProperty("files").EnumerateArray().Select(file => new ShardFile(Text(file, "name"), file.GetProperty("tokens").GetInt64()))];
        return shards.FirstOrDefault(shard => !DatasetFolder.IsShardName(shard.Name)) is { } foreign
            ? throw new FormatException($"{foreign.Name} is not the name of a token file")
            : new SplitSummary(split.GetProperty("documents").GetInt64(), split.GetProperty("bytes").GetInt64(), split.GetProperty("tokens").GetInt64()) { Shards = shards };
    }

    private static string Text(JsonElement element, string property) =>
        element.GetProperty(property).GetString() ?? throw new FormatException($"{property} is null");
}
