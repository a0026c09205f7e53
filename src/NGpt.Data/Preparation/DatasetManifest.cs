using System.Text.Json;
using System.Text.Json.Serialization;
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
internal sealed partial record DatasetManifest(string Request, string Tokenizer, int VocabularySize, string Fingerprint, DatasetSummary Summary)
{
    /// <summary>Changes when prepared datasets of older versions must not be used.</summary>
    public const int FormatVersion = 2;

    public const string FileName = "dataset.json";

    private const long MaxFileSize = 100_000_000;

    /// <summary>Writes the file; it appears as a whole.</summary>
    public void Write(string path)
    {
        Content content = new(
            FormatVersion, Summary.Source, Request, Tokenizer, VocabularySize, Fingerprint, Split.Of(Summary.Train), Split.Of(Summary.Validation),
            Summary.Duplicates, Summary.Repaired, Summary.RejectedCount, [.. Summary.Rejected], Summary.HasAnswers ? true : null, [.. Summary.LeftOut]);
        DurableFile.Write(path, stream => JsonSerializer.Serialize(stream, content, ManifestContext.Default.Content));
    }

    /// <summary>Reads the file.</summary>
    public static DatasetManifest Read(string path)
    {
        try
        {
            if (new FileInfo(path).Length > MaxFileSize)
            {
                throw new FileFormatException(path, $"the file is larger than {MaxFileSize:N0} bytes");
            }

            byte[] json = File.ReadAllBytes(path);
            int version = JsonSerializer.Deserialize(json, ManifestContext.Default.Version)?.FormatVersion ?? throw new JsonException("it is null");
            if (version != FormatVersion)
            {
                throw new FileFormatException(path, $"format version {version}, expected {FormatVersion}", "prepare the data again");
            }

            Content content = JsonSerializer.Deserialize(json, ManifestContext.Default.Content)!;
            if (content.Rejected.Contains(null) || content.LeftOut?.Any(reason => reason is null or { Count: < 1 } or { First: null }) == true)
            {
                throw new FormatException("an entry of the rejected documents is null");
            }

            DatasetSummary summary = new(content.Source, content.Train.ToSummary(), content.Validation.ToSummary(), content.Rejected)
            {
                HasAnswers = content.Answers == true,
                RejectedCount = content.RejectedCount,
                // Earlier versions did not count by reasons.
                LeftOut = content.LeftOut ?? LeftOut.Add([], content.Rejected),
                Duplicates = content.Duplicates,
                Repaired = content.Repaired,
            };
            return new DatasetManifest(content.Request, content.Tokenizer, content.VocabularySize, content.Fingerprint, summary);
        }
        catch (Exception error) when (error is JsonException or FormatException or IOException)
        {
            throw new FileFormatException(path, $"not a dataset description: {error.Message}", "prepare the data again", error);
        }
    }

    // The keys of the file in their order.
    private sealed record Content(
        int FormatVersion,
        string Source,
        string Request,
        string Tokenizer,
        int VocabularySize,
        string Fingerprint,
        Split Train,
        Split Validation,
        long Duplicates,
        long Repaired,
        long RejectedCount,
        RejectedDocument[] Rejected,
        bool? Answers = null,
        LeftOut[]? LeftOut = null);

    private sealed record Version(int FormatVersion);

    private sealed record Split(long Documents, long Bytes, long Tokens, ShardFile[] Files)
    {
        public static Split Of(SplitSummary split) => new(split.Documents, split.Bytes, split.Tokens, [.. split.Shards]);

        public SplitSummary ToSummary() => Files.Any(shard => !DatasetFolder.IsShardName(shard?.Name))
            ? throw new FormatException("a file of the list does not have the name of a token file")
            : new SplitSummary(Documents, Bytes, Tokens) { Shards = Files };
    }

    [JsonSourceGenerationOptions(
        PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
        WriteIndented = true,
        NewLine = "\n",
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true)]
    [JsonSerializable(typeof(Content))]
    [JsonSerializable(typeof(Version))]
    private sealed partial class ManifestContext : JsonSerializerContext;
}
