using System.Text.Json;
using NGpt.Core.Errors;

namespace NGpt.Core.Checkpoints;

/// <summary>
/// A <see cref="TrainerState"/> as its file lays it out. What may be absent has a setter: code that is generated for
/// reading sets every property without one, and an absent value would replace the default. It lets a null through to
/// the ones with a setter.
/// </summary>
internal sealed class TrainerStateFile
{
    public int Version { get; set; } = TrainerState.CurrentVersion;

    public required int Step { get; init; }

    public required long DataPosition { get; init; }

    public required double ElapsedSeconds { get; init; }

    public required int Threads { get; init; }

    public required string Device { get; init; }

    public string? Engine { get; set; } = TrainerState.FirstEngine;

    public string? Precision { get; set; } = TrainerState.FirstPrecision;

    public EvaluationState? LastEvaluation { get; set; }

    public EvaluationState? BestEvaluation { get; set; }

    public required IReadOnlyDictionary<string, FileDigest> Files { get; init; }

    public static TrainerStateFile Of(TrainerState state) => new()
    {
        Version = state.Version,
        Step = state.Step,
        DataPosition = state.DataPosition,
        ElapsedSeconds = state.ElapsedSeconds,
        Threads = state.Threads,
        Device = state.Device,
        Engine = state.Engine,
        Precision = state.Precision,
        LastEvaluation = state.LastEvaluation,
        BestEvaluation = state.BestEvaluation,
        Files = state.Files,
    };

    public TrainerState ToState() => new()
    {
        Version = Version,
        Step = Step,
        DataPosition = DataPosition,
        ElapsedSeconds = ElapsedSeconds,
        Threads = Threads,
        Device = Device,
        Engine = Engine ?? throw new JsonException("engine is null"),
        Precision = Precision ?? throw new JsonException("precision is null"),
        LastEvaluation = LastEvaluation,
        BestEvaluation = BestEvaluation,
        Files = Files,
    };
}

/// <summary>Reads and writes <c>trainer_state.json</c>.</summary>
public static class TrainerStateJson
{
    // A state is a page of text: a longer file is something else.
    private const long MaxFileLength = 1 << 20;

    /// <summary>The file's content.</summary>
    /// <param name="state">The state.</param>
    /// <returns>UTF-8 JSON.</returns>
    public static byte[] Serialize(TrainerState state)
    {
        ArgumentNullException.ThrowIfNull(state);
        return JsonSerializer.SerializeToUtf8Bytes(TrainerStateFile.Of(state), TrainerStateContext.Default.TrainerStateFile);
    }

    /// <summary>Reads a state and checks that it makes sense.</summary>
    /// <param name="path">The file.</param>
    /// <returns>The state.</returns>
    /// <exception cref="FileFormatException">The file is damaged, foreign or of a newer version.</exception>
    public static TrainerState Load(string path)
    {
        try
        {
            using FileStream stream = File.OpenRead(path);
            if (stream.Length > MaxFileLength)
            {
                throw new FileFormatException(path, $"is {stream.Length} bytes long, expected at most {MaxFileLength}");
            }

            TrainerStateFile file = JsonSerializer.Deserialize(stream, TrainerStateContext.Default.TrainerStateFile)
                ?? throw new FileFormatException(path, "holds no state");
            return Check(path, file.ToState());
        }
        catch (JsonException failure)
        {
            string place = failure.LineNumber is long line ? $" (line {line + 1})" : string.Empty;
            throw new FileFormatException(path, $"is damaged or truncated{place}", "use another checkpoint of the run", failure);
        }
        catch (Exception failure) when (failure is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new FileFormatException(path, "is missing", "use another checkpoint of the run", failure);
        }
    }

    private static TrainerState Check(string path, TrainerState state)
    {
        if (state.Version != TrainerState.CurrentVersion)
        {
            throw new FileFormatException(
                path,
                $"has version {state.Version}, this program reads version {TrainerState.CurrentVersion}",
                "use the version of ngpt that wrote it");
        }

        if (state.Step < 0 || state.DataPosition < 0 || state.Threads < 1 || !double.IsFinite(state.ElapsedSeconds) || state.ElapsedSeconds < 0
            || !IsPossible(state.LastEvaluation) || !IsPossible(state.BestEvaluation))
        {
            throw new FileFormatException(path, "has a negative or impossible count", "use another checkpoint of the run");
        }

        return state;
    }

    // A run whose held-out loss is not a number ends before it saves.
    private static bool IsPossible(EvaluationState? evaluation) =>
        evaluation is null || (evaluation is { Step: >= 0, Tokens: >= 0 } && double.IsFinite(evaluation.Loss) && double.IsFinite(evaluation.BitsPerByte));
}
