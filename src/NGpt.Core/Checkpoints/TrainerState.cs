using System.Text.Json.Serialization;
using NGpt.Core.Configuration;

namespace NGpt.Core.Checkpoints;

/// <summary>Where a run stands: with the model and the optimizer's moments, all that continuing needs.</summary>
public sealed record TrainerState
{
    /// <summary>The version of the file that this program writes.</summary>
    public const int CurrentVersion = 1;

    // Files without these names are from when there was nothing to choose.
    internal static readonly string FirstEngine = EngineKind.Plain.Name();
    internal static readonly string FirstPrecision = Configuration.Precision.F32.Name();

    /// <summary>Version of the file.</summary>
    public int Version { get; init; } = CurrentVersion;

    /// <summary>Optimizer steps taken.</summary>
    public required int Step { get; init; }

    /// <summary>Training windows drawn since the start; with the seed it determines all that follow.</summary>
    public required long DataPosition { get; init; }

    /// <summary>Seconds that all parts of the run took so far.</summary>
    public required double ElapsedSeconds { get; init; }

    /// <summary>CPU threads of the part that wrote this: other numbers of threads give other roundings.</summary>
    public required int Threads { get; init; }

    /// <summary>Device of the part that wrote this.</summary>
    public required string Device { get; init; }

    /// <summary>What computed the part that wrote this; files without it are from when there were only the plain modules.</summary>
    public string Engine { get; init; } = FirstEngine;

    /// <summary>Type of its matrix products.</summary>
    public string Precision { get; init; } = FirstPrecision;

    /// <summary>The newest evaluation, or null.</summary>
    public EvaluationState? LastEvaluation { get; init; }

    /// <summary>The evaluation with the lowest loss, or null.</summary>
    public EvaluationState? BestEvaluation { get; init; }

    /// <summary>Length and hash of every other file of the checkpoint.</summary>
    public required IReadOnlyDictionary<string, FileDigest> Files { get; init; }
}

/// <summary>An evaluation as a checkpoint remembers it.</summary>
/// <param name="Step">Steps taken before it.</param>
/// <param name="Loss">Nats a token.</param>
/// <param name="BitsPerByte">Bits a byte of text.</param>
/// <param name="Tokens">Predicted tokens.</param>
public sealed record EvaluationState(int Step, double Loss, double BitsPerByte, long Tokens);

/// <summary>Code for reading and writing <see cref="TrainerStateFile"/>, generated when the program is built.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    RespectRequiredConstructorParameters = true,
    RespectNullableAnnotations = true,
    AllowDuplicateProperties = false,
    WriteIndented = true)]
[JsonSerializable(typeof(TrainerStateFile))]
internal sealed partial class TrainerStateContext : JsonSerializerContext;
