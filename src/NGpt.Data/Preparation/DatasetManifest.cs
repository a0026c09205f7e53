using NGpt.Data.Corpora;
using System.Text.Json;
using NGpt.Core.Errors;

namespace NGpt.Data.Preparation;

/// <summary>The content of <c>dataset.json</c>.</summary>
/// <param name="SourceFingerprint">The corpus's <see cref="ICorpus.SourceFingerprint"/> when it was read.</param>
/// <param name="Tokenizer">The tokenizer's name.</param>
/// <param name="Fingerprint">The dataset's fingerprint.</param>
/// <param name="Summary">Counts, source and rejected documents.</param>
internal sealed record DatasetManifest(string SourceFingerprint, string Tokenizer, string Fingerprint, DatasetSummary Summary)
{
    /// <summary>Changes when prepared datasets of older versions must not be used.</summary>
    public const int FormatVersion = 1;

    public const string FileName = "dataset.json";

    private const long MaximumFileSize = 100_000_000;

    /// <summary>Writes the file and flushes it to the disk.</summary>
    /// <param name="path">The file; must not exist.</param>
    public void Write(string path)
    {
        using var stream = new FileStream(path, FileMode.CreateNew, FileAccess.Write);
        using (var json = new Utf8JsonWriter(stream, new JsonWriterOptions { Indented = true, NewLine = "\n" }))
        {
            json.WriteStartObject();
            json.WriteNumber("format_version", FormatVersion);
            json.WriteString("source", Summary.Source);
            json.WriteString("source_fingerprint", SourceFingerprint);
            json.WriteString("tokenizer", Tokenizer);
            json.WriteString("fingerprint", Fingerprint);
            WriteSplit(json, "train", Summary.Train);
            WriteSplit(json, "validation", Summary.Validation);
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
        }

        stream.Flush(flushToDisk: true);
    }

    /// <summary>Reads the file.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="FileFormatException">The file is missing, damaged or of another version.</exception>
    public static DatasetManifest Read(string path)
    {
        try
        {
            if (new FileInfo(path).Length > MaximumFileSize)
            {
                throw new FileFormatException(path, $"the file is larger than {MaximumFileSize:N0} bytes");
            }

            using JsonDocument json = JsonDocument.Parse(File.ReadAllBytes(path));
            JsonElement root = json.RootElement;
            int version = root.GetProperty("format_version").GetInt32();
            if (version != FormatVersion)
            {
                throw new FileFormatException(path, $"format version {version}, expected {FormatVersion}");
            }

            RejectedDocument[] rejected = [.. root.GetProperty("rejected").EnumerateArray().Select(entry => new RejectedDocument(Text(entry, "name"), Text(entry, "reason")))];
            var summary = new DatasetSummary(Text(root, "source"), ReadSplit(root.GetProperty("train")), ReadSplit(root.GetProperty("validation")), rejected);
            return new DatasetManifest(Text(root, "source_fingerprint"), Text(root, "tokenizer"), Text(root, "fingerprint"), summary);
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
        json.WriteEndObject();
    }

    private static SplitSummary ReadSplit(JsonElement split) =>
        new(split.GetProperty("documents").GetInt64(), split.GetProperty("bytes").GetInt64(), split.GetProperty("tokens").GetInt64());

    private static string Text(JsonElement element, string property) =>
        element.GetProperty(property).GetString() ?? throw new FormatException($"{property} is null");
}
