using System.Text.Json;
using System.Text.Json.Serialization;
using NGpt.Core.Errors;
using NGpt.Core.Files;
using NGpt.Data.Corpora;

namespace NGpt.Data.Preparation;

/// <summary>Progress of a preparation: what <c>preparation.json</c> holds until the dataset is whole.</summary>
internal sealed record PreparationState
{
    public const string FileName = "preparation.json";

    private const long MaxFileSize = 10_000_000;

    /// <summary>Hash of the request: another source or other options cannot resume this.</summary>
    public required string Request { get; init; }

    /// <summary>How the corpus is divided.</summary>
    public required HoldOut HoldOut { get; init; }

    /// <summary>The place in the corpus behind everything that is on the disk.</summary>
    public CorpusPosition Position { get; init; }

    /// <summary>Bytes of text up to there.</summary>
    public long TextPosition { get; init; }

    /// <summary>What is done with further pieces of the document at that place.</summary>
    public PieceDestination Destination { get; init; }

    /// <summary>The training split.</summary>
    public SplitState Train { get; init; } = SplitState.Empty;

    /// <summary>The validation split.</summary>
    public SplitState Validation { get; init; } = SplitState.Empty;

    /// <summary>Different documents whose hashes are kept; 0 where duplicates stay.</summary>
    public long Hashes { get; init; }

    /// <summary>Documents left out because an earlier one has the same text.</summary>
    public long Duplicates { get; init; }

    /// <summary>Documents in which bytes were replaced.</summary>
    public long Repaired { get; init; }

    /// <summary>Entries left out.</summary>
    public long RejectedCount { get; init; }

    /// <summary>How many for each kind of reason.</summary>
    public IReadOnlyList<LeftOut> LeftOut { get; init; } = [];

    /// <summary>The first of them.</summary>
    public IReadOnlyList<RejectedDocument> Rejected { get; init; } = [];

    /// <summary>Reads the state of a folder.</summary>
    public static PreparationState? Read(string folder)
    {
        string path = Path.Combine(folder, FileName);
        if (!File.Exists(path))
        {
            return null;
        }

        try
        {
            PreparationState? state = new FileInfo(path).Length <= MaxFileSize
                ? JsonSerializer.Deserialize(File.ReadAllBytes(path), PreparationStateContext.Default.PreparationState)
                : null;
            return state is not null && state.IsValid() ? state : throw new JsonException("its values cannot be");
        }
        catch (Exception error) when (error is JsonException or NotSupportedException)
        {
            throw new FileFormatException(path, $"not the state of a preparation: {error.Message}", "prepare the data again: --overwrite", error);
        }
    }

    /// <summary>Writes the state; it is there as a whole or the one before it is.</summary>
    public void Write(string folder) =>
        DurableFile.Write(Path.Combine(folder, FileName), stream => JsonSerializer.Serialize(stream, this, PreparationStateContext.Default.PreparationState));

    // The names become paths, and the numbers lengths of files.
    private bool IsValid() =>
        Position is { Source: >= 0, Entry: >= 0 } && TextPosition >= 0 && Hashes >= 0
        && (HoldOut.Cut is null) != (HoldOut.Fraction is null)
        && Rejected is not null && Rejected.Count <= DatasetSummary.MaxRejected && Rejected.All(document => document is { Name: not null, Reason: not null })
        && LeftOut is not null && LeftOut.Count <= Corpora.LeftOut.MaxKinds && LeftOut.All(reason => reason is { Count: > 0, First: { Name: not null, Reason: not null } })
        && new[] { Train, Validation }.All(split => split is { Documents: >= 0, Bytes: >= 0, LineFeedsAtEnd: >= 0, Shards: not null }
            && split.Shards.All(shard => shard.Tokens >= 0 && DatasetFolder.IsShardName(shard.Name)));
}

/// <summary>How far the writing of a split is: all that resuming it needs.</summary>
/// <param name="Documents">Documents begun.</param>
/// <param name="Bytes">Bytes of text written.</param>
/// <param name="LineFeedsAtEnd">Line feeds at the end of the text so far.</param>
/// <param name="Shards">Files with the tokens that are on the disk; the last one is not full.</param>
internal sealed record SplitState(long Documents, long Bytes, int LineFeedsAtEnd, IReadOnlyList<ShardFile> Shards)
{
    public static SplitState Empty { get; } = new(0, 0, 0, []);
}

/// <summary>Where the pieces of a document go.</summary>
internal enum PieceDestination
{
    /// <summary>To the training split.</summary>
    Train,

    /// <summary>To the validation split.</summary>
    Validation,

    /// <summary>Nowhere: an earlier document has the same text, or the vocabulary has no token for something in it.</summary>
    Dropped,
}

/// <summary>Code for reading and writing <see cref="PreparationState"/>, generated when the program is built.</summary>
[JsonSerializable(typeof(PreparationState))]
internal sealed partial class PreparationStateContext : JsonSerializerContext;
